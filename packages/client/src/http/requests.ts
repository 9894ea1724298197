// Requests of protocol §1 and §2: authorisation, the proxy's addressing, envelopes, typed errors, what is repeated.
import type { Requests, RequestSetup, SendOptions } from './http-types.ts'
import { abortError } from '../core/abort-error.ts'
import { withDeadline } from '../core/deadline.ts'
import { InferstreamError } from '../core/errors.ts'
import { isObject } from '../core/json.ts'
import { delay, retryDelay } from '../core/retry.ts'
import { networkError } from './network-error.ts'
import type { Destination } from './network-error.ts'

interface HttpRequest extends SendOptions {
  readonly method: string
  readonly path: string
  readonly body?: unknown
}

const jsonType = { 'Content-Type': 'application/json' }

export function createRequests(setup: RequestSetup): Requests {
  const { options, baseUrl, apiKey, page, to, retry, platform, idleTimeoutMs, fetch: doFetch } = setup
  const { proxyUrl, getToken } = options
  const credentials = options.credentials ?? (proxyUrl !== undefined || getToken ? 'include' : 'omit')
  const asksCaller = Boolean(getToken) || Object.values(options.headers ?? {}).some((one) => typeof one === 'function')
  /** The key, and each token that was used, as long as a client that gets a new one for each request can keep them. */
  const secrets = new Set<string>()

  function addressOf(target: string, isStream: boolean): string {
    if (proxyUrl === undefined) return target
    if (!isStream) return proxyUrl
    return `${proxyUrl}${proxyUrl.includes('?') ? '&' : '?'}__inf_target=${encodeURIComponent(target)}`
  }

  function hide(secret: string | undefined): void {
    // Shorter ones are no secrets, and would hit ordinary words.
    if (!secret || secret.length < 4) return
    secrets.delete(secret)
    secrets.add(secret)
    const [oldest = ''] = secrets
    if (secrets.size > 64) secrets.delete(oldest)
  }

  /** No error quotes a secret. Where the code that looks for them cannot be had, the error has no words at all. */
  async function redacted(error: unknown): Promise<unknown> {
    if (!(error instanceof InferstreamError) || secrets.size === 0 || error.code === 'aborted') return error
    try {
      const { redact } = await withDeadline(platform, 1_000, undefined, () => import('./redact.ts'))
      redact(error, secrets)
      return error
    } catch {
      const { code, status, retryable, retryAfter } = error
      return new InferstreamError(code, `${to.url}: ${status ?? code}`, { status, retryable, retryAfter })
    }
  }

  /** @throws `config`, `auth` where a function of the caller fails, or does not settle in time */
  async function headersOf(own: HttpRequest['headers'], target: string, signal?: AbortSignal) {
    const all: Record<string, string> = {}
    let what = 'A header function'
    try {
      let token = apiKey
      const ask = async () => {
        for (const [name, value] of Object.entries(options.headers ?? {})) {
          // JavaScript may return a promise.
          const text: unknown = typeof value === 'function' ? value() : value
          const known = await text
          if (typeof known === 'string') all[name] = known
        }
        what = 'getToken'
        token ??= await getToken?.()
      }
      await (asksCaller ? withDeadline(platform, idleTimeoutMs, signal, ask) : ask())
      Object.assign(all, own)
      if (proxyUrl !== undefined) all['x-inf-target-url'] = target
      if (token) all['Authorization'] = `Bearer ${token}`
      hide(token)
      what = 'A header'
      hide(new Headers(all).get('authorization')?.replace(/^\S+ /, ''))
    } catch (cause) {
      if (signal?.aborted) throw abortError(signal)
      throw (await import('./http-error.ts')).headersFailed(what, cause)
    }
    return all
  }

  /** Resolves with what `take` makes of a success. One attempt, or two after a 401 with `getToken`. */
  async function perform<T>(request: HttpRequest, take: (response: Response, signal: AbortSignal) => Promise<T>) {
    const { method, path, headers, signal, stream = false } = request
    try {
      if (!URL.canParse(to.url, page)) throw (await import('./http-error.ts')).relativeAddress(to)
      const body = textOf(request.body)
      const target = baseUrl + path
      const url = addressOf(target, stream)
      for (let isFirst = true; ; isFirst = false) {
        const all = await headersOf(method === 'POST' ? { ...headers, ...jsonType } : headers, target, signal)
        const init: RequestInit = { method, headers: all, credentials }
        if (body !== undefined) init.body = body
        const taken = await withDeadline(platform, idleTimeoutMs + sendingTime(body?.length), signal, async (inner) => {
          // The body of a stream lives longer than this deadline.
          const ending = stream ? signal : inner
          if (ending) init.signal = ending
          const response = await answerOf(url, init, inner)
          // A 401 is raised before any handler, so that this repeat is safe for a POST too (protocol §1).
          if (response.status === 401 && getToken && isFirst) {
            response.body?.cancel().catch(() => {})
            return null
          }
          if (!response.ok) throw await refusal(response)
          return { value: await take(response, inner) }
        })
        if (taken) return taken.value
      }
    } catch (error) {
      throw await redacted(error)
    }
  }

  async function answerOf(url: string, init: RequestInit, signal: AbortSignal): Promise<Response> {
    let response: Response
    try {
      response = await doFetch(url, init)
    } catch (cause) {
      throw signal.aborted ? abortError(signal, cause) : networkError(to, cause)
    }
    // Nobody waits for the answer of a fetch that ignores its signal.
    if (signal.aborted) response.body?.cancel().catch(() => {})
    return response
  }

  /** The sentences about refusals are loaded with the first refusal. */
  async function refusal(response: Response): Promise<InferstreamError> {
    try {
      return await (await import('./http-error.ts')).errorOf(response, to, platform.now())
    } catch {
      const { status } = response
      return new InferstreamError('server', `${to.url} answered ${status}.`, { status, retryable: status >= 500 })
    }
  }

  function exchange(
    method: 'GET' | 'POST',
    path: string,
    signal?: AbortSignal,
    body?: unknown,
  ): Promise<{ value: unknown; bytes: number }> {
    const request = { method, path, body, signal, headers: { Accept: 'application/json' } }
    return perform(request, async (response, inner) => {
      const text = await readText(response, to, inner)
      return { value: await unwrap(response, text, to), bytes: text.length }
    })
  }

  /** Repeats what failed and may succeed later. */
  async function repeating<T>(
    repeats: number,
    signal: AbortSignal | undefined,
    isSafe: (error: InferstreamError) => boolean,
    attempt: () => Promise<T>,
  ): Promise<T> {
    for (let repeat = 1; ; repeat++) {
      try {
        return await attempt()
      } catch (error) {
        if (!(error instanceof InferstreamError) || !error.retryable || repeat > repeats || !isSafe(error)) throw error
        await delay(platform, retryDelay(repeat, retry, platform.random(), error), signal).catch((cause) => {
          throw abortError(signal, cause)
        })
      }
    }
  }

  return {
    send: (method, path, more) => perform({ method, path, ...more }, async (response) => response),
    readSized: (path, signal) => exchange('GET', path, signal),
    request: (method, path, body, signal) =>
      repeating(
        retry.maxAttempts,
        signal,
        ({ code }) => method === 'GET' || code === 'rate_limited',
        async () => (await exchange(method, path, signal, body)).value,
      ),
    postIdempotent: (path, signal) =>
      repeating(
        Math.min(3, retry.maxAttempts),
        signal,
        () => true,
        async () => (await exchange('POST', path, signal)).value,
      ),
  }
}

async function readText(response: Response, to: Destination, signal?: AbortSignal): Promise<string> {
  try {
    return await response.text()
  } catch (cause) {
    throw signal?.aborted ? abortError(signal, cause) : networkError(to, cause)
  }
}

/** All three generations of answers (protocol §1): only an object whose keys are all an envelope's is one. */
async function unwrap(response: Response, text: string, to: Destination): Promise<unknown> {
  if (text === '') return undefined
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw (await import('./http-error.ts')).wrongContent(response, to)
  }
  if (!isObject(body)) return body
  if (body['success'] === false) throw (await import('./http-error.ts')).refusedInside(response, body)
  const isBare = Object.keys(body).some((key) => !/^(data|messages|success|status|error)$/.test(key))
  return isBare || !('data' in body) ? body : body['data']
}

/** ms that a large body may take besides: at 20 kB/s, a megabyte at a time. */
export function sendingTime(bytes = 0): number {
  return 50_000 * Math.floor(bytes / 1e6)
}

function textOf(body: unknown): string | undefined {
  if (body === undefined) return undefined
  try {
    return JSON.stringify(body)
  } catch (cause) {
    throw new InferstreamError('config', `This cannot be sent as JSON: ${String(cause)}`, { cause })
  }
}
