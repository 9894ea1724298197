import type { JsonObject } from '../apps/app.ts'
import { ProblemError, invalidRequest } from './problems.ts'

/** Reads a request's body up to `limit` bytes. Throws a 413 problem beyond the limit. */
export async function readBody(request: Request, limit: number): Promise<Uint8Array> {
  const tooLarge = () =>
    new ProblemError({
      status: 413,
      code: 'invalid_request',
      title: 'Body too large',
      detail: `The body is larger than the limit of ${limit} bytes. Upload large data by POST /files and send its uri.`,
      // The rest of the body is not read, so the connection cannot be reused.
      headers: { connection: 'close' },
    })
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge()
  if (!request.body) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body) {
    const bytes: Uint8Array = chunk
    length += bytes.byteLength
    if (length > limit) throw tooLarge()
    chunks.push(bytes)
  }
  return Buffer.concat(chunks, length)
}

/** A JSON object from a request's body; an empty body is `{}`. Throws a problem for anything else. */
export async function readJsonObject(request: Request, limit: number): Promise<JsonObject> {
  const text = new TextDecoder().decode(await readBody(request, limit))
  if (text.trim() === '') return {}
  const value = parse(text)
  if (!isObject(value))
    throw new ProblemError(invalidRequest('The body must be a JSON object, like {"app": "local/echo"}.'))
  if (isDeeperThan(value, deepestNesting)) {
    throw new ProblemError(invalidRequest(`The body is nested deeper than ${deepestNesting} levels.`, 422))
  }
  return value
}

/** Deeper values overflow the stack of the schema's validator and of JSON.stringify. */
const deepestNesting = 128

function isDeeperThan(value: unknown, limit: number): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []))
  }
  return false
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new ProblemError(invalidRequest(`The body is not valid JSON: ${reason}.`))
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
