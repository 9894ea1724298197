import { problem } from './problem.ts'
import type { ServiceAnswer } from './service.ts'

/** Answers up to this size are read whole, so that one cut in the middle is still an honest 502. */
const wholeBytes = 256 * 1024

/** Kept from being stored, gathered and compressed on the way: each event has to arrive when it is sent. */
export const streamHeaders: Readonly<Record<string, string>> = {
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
}

const isStreamType = (type: string) => /^(text\/event-stream|application\/(x-ndjson|ndjson|jsonl))$/.test(type)
const typeOf = (headers: Headers) => (headers.get('content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase()

export const isStream = ({ ok, headers }: Response): boolean => ok && isStreamType(typeOf(headers))
const isJsonType = (type: string) => /^application\/([\w.-]+\+)?json$/.test(type)

/**
 * The service's answer as a browser gets it: known types, a short list of headers, never the key.
 * @param onEnd Called once, when nothing more is to be sent or wanted.
 */
export async function passAnswer(
  answer: ServiceAnswer,
  { method, apiKey, onEnd }: { method: string; apiKey: string | undefined; onEnd: () => void },
): Promise<Response> {
  const { response, began, abort, problemOf } = answer
  const { status, body } = response
  const refuse = (refusal: Response) => {
    began()
    abort()
    onEnd()
    return refusal
  }
  // What a gateway in front of the service makes of a request may have reached the service.
  const kind = method !== 'GET' && (status >= 500 || (status >= 200 && status < 300)) ? 'answer-lost' : 'refused'
  if (status < 200 || (status >= 300 && status < 400)) {
    return refuse(problem(502, 'The inference service answered with a redirect.', { kind }))
  }
  const headers = downHeaders(response.headers, apiKey)
  if (body === null || status === 204 || status === 205) {
    refuse(response)
    headers.delete('content-type')
    return new Response(null, { status, headers })
  }
  const type = typeOf(headers)
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader()
  if (isStreamType(type)) {
    began()
    for (const [name, value] of Object.entries(streamHeaders)) headers.set(name, value)
    return new Response(relay(reader, [], onEnd), { status, headers })
  }
  const isKnown = isJsonType(type)
  const other = () => problem(502, `The inference service answered ${status} with something else than JSON.`, { kind })
  // A page may be long; nothing at all may come without a type.
  if (!isKnown && type !== '' && response.headers.get('content-length') !== '0') return refuse(other())
  try {
    const { chunks, isWhole } = await readStart(reader)
    began()
    if (!isKnown && !(isWhole && chunks.length === 0)) return refuse(other())
    // The address does not name what was asked for, so nothing between here and the page may keep the answer.
    if (!/no-store|no-cache/i.test(headers.get('cache-control') ?? '')) headers.set('cache-control', 'no-store')
    if (!isWhole) return new Response(relay(reader, chunks, onEnd), { status, headers })
    onEnd()
    return new Response(withoutKey(chunks, apiKey), { status, headers })
  } catch (error) {
    const refusal = problemOf(error)
    return refuse(refusal)
  }
}

const passedDown = new Set(['content-type', 'cache-control', 'retry-after', 'x-request-id'])

function downHeaders(from: Headers, apiKey: string | undefined): Headers {
  const headers = new Headers({ 'x-content-type-options': 'nosniff' })
  for (const [name, value] of from) {
    if (!passedDown.has(name) && !name.startsWith('x-ratelimit-')) continue
    if (!apiKey || !value.includes(apiKey)) headers.set(name, value)
  }
  return headers
}

async function readStart(reader: ReadableStreamDefaultReader<Uint8Array>) {
  const chunks: Uint8Array[] = []
  let length = 0
  while (length <= wholeBytes) {
    const { done, value } = await reader.read()
    if (done) return { chunks, isWhole: true }
    if (value.length > 0) chunks.push(value)
    length += value.length
  }
  return { chunks, isWhole: false }
}

/** A service that repeats the key in its answer must not show it to the page. */
function withoutKey(chunks: readonly Uint8Array[], apiKey: string | undefined): BodyInit {
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0))
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  if (!apiKey) return bytes
  const text = new TextDecoder().decode(bytes)
  return text.includes(apiKey) ? text.replaceAll(apiKey, '[key]') : bytes
}

/** The rest of a body, a chunk whenever the browser takes one: what a slow reader does not take is not read. */
function relay(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  first: readonly Uint8Array[],
  onEnd: () => void,
): ReadableStream<Uint8Array> {
  let isOver = false
  const end = () => {
    if (!isOver) onEnd()
    isOver = true
  }
  let sent = 0
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const waiting = first[sent++]
        if (waiting) {
          controller.enqueue(waiting)
          return
        }
        try {
          const { done, value } = await reader.read()
          if (!done) {
            controller.enqueue(value)
            return
          }
          end()
          controller.close()
        } catch {
          end()
          controller.error(new Error('The inference service ended the answer before its end.'))
        }
      },
      async cancel() {
        end()
        await reader.cancel().catch(() => {})
      },
    },
    { highWaterMark: 0 },
  )
}
