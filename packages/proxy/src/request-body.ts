import { problem } from './problem.ts'

export interface RequestBody {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Undefined where there is no body. */
  readonly json: unknown
}

/** Reads no more than `limit` bytes, which must be JSON or nothing. */
export async function readBody(request: Request, limit: number): Promise<RequestBody | Response> {
  if (request.bodyUsed) return consumed()
  if (Number(request.headers.get('content-length') ?? 0) > limit) return tooLarge(limit)
  const bytes = await readBytes(request, limit)
  if (bytes instanceof Response) return bytes
  if (bytes.length === 0) return { bytes, json: undefined }
  let text: string
  let json: unknown
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    json = JSON.parse(text)
  } catch {
    return problem(400, 'The body is not JSON.')
  }
  return hasTwins(text, json) ? problem(400, 'The body names a key twice.') : { bytes, json }
}

/** What has been read by others before cannot be sent on. */
export function consumed(): Response {
  return problem(
    500,
    'The body was read before the proxy got the request and is lost: mount the proxy in front of what reads it.',
  )
}

const tooLarge = (limit: number) => problem(413, `The body is larger than ${limit} bytes.`)

async function readBytes({ body }: Request, limit: number): Promise<Uint8Array<ArrayBuffer> | Response> {
  if (body === null) return new Uint8Array(0)
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    const reader = body.getReader()
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      length += next.value.length
      if (length > limit) {
        reader.cancel().catch(() => {})
        return tooLarge(limit)
      }
      chunks.push(next.value)
    }
  } catch {
    return problem(400, 'The body could not be read.')
  }
  const bytes = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  return bytes
}

/**
 * Whether an object has the same key twice: parsers differ in which one counts, so that what is checked here need not be what
 * the service reads. Compares the keys in the text with those that were left after parsing.
 */
function hasTwins(text: string, json: unknown): boolean {
  let kept = 0
  const open: unknown[] = [json]
  while (open.length > 0) {
    const value = open.pop()
    if (typeof value !== 'object' || value === null) continue
    const isArray = Array.isArray(value)
    for (const inner of Object.values(value)) {
      if (!isArray) kept++
      if (typeof inner === 'object' && inner !== null) open.push(inner)
    }
  }
  return countKeys(text) !== kept
}

const quote = 34
const colon = 58
const backslash = 92

/** Strings that a colon follows, in a text that is known to be JSON. */
function countKeys(text: string): number {
  let count = 0
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at)) {
    at++
    while (text.charCodeAt(at) !== quote) at += text.charCodeAt(at) === backslash ? 2 : 1
    at++
    while (text.charCodeAt(at) <= 32) at++
    if (text.charCodeAt(at) === colon) count++
  }
  return count
}
