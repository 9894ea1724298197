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

/** Headers, or a function that is called for each request. */
export type HeadersOption = Record<string, string> | (() => Record<string, string> | Promise<Record<string, string>>)

export interface BackendRequest extends Omit<RequestInit, 'headers'> {
  headers?: HeadersOption | undefined
  /** Sent as JSON, in place of `body`. */
  json?: unknown
  /** @defaultValue the global `fetch` */
  fetch?: typeof fetch | undefined
}

/**
 * `fetch` with errors of this library.
 * @param url outside of a browser an absolute one
 * @throws InferstreamError `config` for a URL that is no address, and for headers that cannot be had: nothing was sent. `network`
 * (retryable) without an answer. For an answer that is no success the code of its status, its message where the body has one, and
 * `retryAfter`
 */
export async function request(
  url: string,
  { fetch: send = fetch, headers, json, ...init }: BackendRequest = {},
): Promise<Response> {
  const to = { url, isProxy: false, isOther: true }
  if (!isAddress(url)) {
    const message = `"${url}" is no address${typeof location === 'undefined' ? ': outside of a browser it must be absolute' : ''}.`
    throw new InferstreamError('config', message)
  }
  const own = typeof headers === 'function' ? await given(headers) : headers
  const whole: RequestInit = { ...init, ...(own && { headers: own }) }
  if (json !== undefined) {
    whole.headers = { ...own, 'content-type': 'application/json' }
    whole.body = JSON.stringify(json)
  }
  let response: Response
  try {
    response = await send(url, whole)
  } catch (error) {
    throw init.signal?.aborted ? error : networkError(to, error)
  }
  await checkAnswer(response, url)
  return response
}

/** @throws InferstreamError as `request` does, for an answer that is no success */
export async function checkAnswer(response: Response, url = response.url): Promise<void> {
  if (!response.ok) throw await errorOf(response, { url, isProxy: false, isOther: true }, Date.now())
}

function isAddress(url: unknown): boolean {
  try {
    return typeof url === 'string' && new URL(url, globalThis.location?.href).href !== ''
  } catch {
    return false
  }
}

async function given(headers: () => Record<string, string> | Promise<Record<string, string>>) {
  try {
    return await headers()
  } catch (cause) {
    throw new InferstreamError('config', `headers failed: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    })
  }
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
