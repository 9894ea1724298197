// What a backend over HTTP needs: a request whose refusal is a typed error, and the events of its answer.
import { InferstreamError } from '../core/errors.ts'
import { errorOf, wrongContent } from '../http/http-error.ts'
import { networkError } from '../http/network-error.ts'
import { formatOf } from '../wire/decode.ts'
import { sseDecoder } from '../wire/sse.ts'

export interface ServerSentEvent {
  /** Undefined for an event without a name. */
  readonly event: string | undefined
  /** The id of this event itself; undefined if it has none. */
  readonly id: string | undefined
  readonly data: string
}

/** Characters of the longest event. */
const maxLength = 1 << 26

/**
 * `fetch` with errors of this library.
 * @param init `fetch` is used instead of the global one.
 * @throws InferstreamError `network` (retryable) without an answer; for an answer that is no success the code of its status, its message
 * where the body has one, and `retryAfter`
 */
export async function request(
  url: string,
  { fetch: send = fetch, ...init }: RequestInit & { fetch?: typeof fetch | undefined } = {},
): Promise<Response> {
  let response: Response
  try {
    response = await send(url, init)
  } catch (error) {
    throw init.signal?.aborted ? error : networkError({ url, isProxy: false, isOther: true }, error)
  }
  if (!response.ok) throw await errorOf(response, { url, isProxy: false, isOther: true }, Date.now())
  return response
}

/** Yields the events of an answer one by one; else as `readEventBatches`. */
export async function* readEvents(response: Response): AsyncGenerator<ServerSentEvent, void, undefined> {
  for await (const events of readEventBatches(response)) yield* events
}

/**
 * Yields the events of an answer as they arrive, those that arrive together in one array. Ends where the answer ends, cleanly or
 * not: whether all has been received, the events must say. Leaving the loop releases the connection.
 * @throws InferstreamError `protocol` if it is not `text/event-stream`, and for an event above 64 MiB; what reading the body throws
 */
export async function* readEventBatches(
  response: Response,
): AsyncGenerator<readonly ServerSentEvent[], void, undefined> {
  const { body, headers, url } = response
  if (!body || formatOf(headers.get('content-type')) !== 'sse') {
    body?.cancel().catch(() => {})
    throw wrongContent(response, { url, isProxy: false, isOther: true })
  }
  let events: ServerSentEvent[] = []
  let problem: string | undefined
  const decoder = sseDecoder(
    {
      text: (data, event, id) => events.push({ event, id, data }),
      line() {},
      id() {},
      retry() {},
      warn: (message) => (problem = message),
    },
    maxLength,
  )
  const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      decoder.feed(utf8.decode(value, { stream: true }))
      const received = events
      events = []
      if (received.length > 0) yield received
      if (problem !== undefined) throw new InferstreamError('protocol', problem)
    }
  } finally {
    reader.cancel().catch(() => {})
  }
}
