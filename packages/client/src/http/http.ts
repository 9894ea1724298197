// Requests of protocol §1 and §2: authorisation, the proxy's addressing, envelopes, typed errors, what is repeated.
import { InferstreamError } from '../core/errors.ts'
import { abortError, networkError } from './network-error.ts'
import type { Destination } from './network-error.ts'
import type { Platform } from '../core/platform.ts'
import { delay, retryDelay, retryPolicy } from '../core/retry.ts'
import type { RetryPolicy } from '../core/retry.ts'
import type { InferenceOptions } from '../core/types.ts'
import { isObject } from '../core/json.ts'

export interface Http {
  /** Where requests really go: streams are counted per origin. */
  readonly origin: string
  readonly to: Destination
  readonly retry: RetryPolicy
  /** One attempt (two after a 401 with `getToken`); any HTTP status resolves or rejects as its error. */
  send(method: string, path: string, options?: SendOptions): Promise<Response>
  /** One GET, unwrapped: for loops that count their own attempts. */
  read(path: string, signal?: AbortSignal): Promise<unknown>
  /** The same with the answer's size. */
  readSized(path: string, signal?: AbortSignal): Promise<{ value: unknown; bytes: number }>
  /** The unwrapped answer. GETs are repeated as `retry` says, POSTs only after 429. */
  request(method: 'GET' | 'POST', path: string, body?: unknown, signal?: AbortSignal): Promise<unknown>
  /** A request to an absolute address outside the API, e.g. an upload: without credentials. */
  readonly fetch: typeof fetch
}

export interface SendOptions {
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal | undefined
  /** Streams carry the target in the query too (protocol §2). */
  stream?: boolean
}

const service = 'https://api.inference.sh'

export function createHttp(options: InferenceOptions, platform: Platform): Http {
  const { proxyUrl, getToken } = options
  const env = (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env ?? {}
  const isBrowser =
    (typeof window === 'object' && typeof window.document === 'object') || 'WorkerGlobalScope' in globalThis
  const apiKey = options.apiKey ?? (proxyUrl || getToken || isBrowser ? undefined : env['INFERENCE_API_KEY'])
  if (options.apiKey && proxyUrl) {
    throw new InferstreamError('config', 'Pass either apiKey or proxyUrl: a proxy has its own key.')
  }
  if (options.apiKey && isBrowser && !options.dangerouslyAllowBrowser) {
    throw new InferstreamError(
      'config',
      'An apiKey in a browser can be read by every visitor: pass proxyUrl instead, or dangerouslyAllowBrowser.',
    )
  }
  const baseUrl = (proxyUrl ? service : (options.baseUrl ?? (env['INFERENCE_BASE_URL'] || service))).replace(/\/+$/, '')
  const to: Destination = { url: proxyUrl ?? baseUrl, isProxy: proxyUrl !== undefined }
  const page = typeof location === 'object' ? location.href : undefined
  const retry = retryPolicy(options.retry)
  const doFetch: typeof fetch = (...args) => (options.fetch ?? fetch)(...args)

  function addressOf(path: string, isStream: boolean): string {
    const target = baseUrl + path
    if (proxyUrl === undefined) return target
    if (!isStream) return proxyUrl
    return `${proxyUrl}${proxyUrl.includes('?') ? '&' : '?'}__inf_target=${encodeURIComponent(target)}`
  }

  async function attempt(method: string, path: string, { body, headers, signal, stream = false }: SendOptions) {
    if (!URL.canParse(to.url, page)) throw (await import('./http-error.ts')).relativeAddress(to)
    const all: Record<string, string> = {}
    let token = apiKey
    let isToken = false
    try {
      for (const [name, value] of Object.entries(options.headers ?? {})) {
        const text = typeof value === 'function' ? value() : value
        if (text !== undefined) all[name] = text
      }
      isToken = true
      token ??= await getToken?.()
    } catch (cause) {
      throw (await import('./http-error.ts')).functionFailed(isToken, cause)
    }
    Object.assign(all, headers)
    if (method === 'POST') all['Content-Type'] = 'application/json'
    if (proxyUrl !== undefined) all['x-inf-target-url'] = baseUrl + path
    if (token) all['Authorization'] = `Bearer ${token}`
    const init: RequestInit = {
      method,
      headers: all,
      credentials: options.credentials ?? (proxyUrl !== undefined || getToken ? 'include' : 'omit'),
    }
    if (body !== undefined) init.body = JSON.stringify(body)
    if (signal) init.signal = signal
    try {
      return await doFetch(addressOf(path, stream), init)
    } catch (cause) {
      if (signal?.aborted) throw abortError(signal, cause)
      throw networkError(to, cause)
    }
  }

  async function send(method: string, path: string, sendOptions: SendOptions = {}): Promise<Response> {
    let response = await attempt(method, path, sendOptions)
    // A 401 is raised before any handler, so that this repeat is safe for a POST too (protocol §1).
    if (response.status === 401 && getToken) {
      await response.body?.cancel()
      response = await attempt(method, path, sendOptions)
    }
    if (!response.ok) throw hideKey(await refusal(response), apiKey)
    return response
  }

  /** The sentences about refusals are loaded when somebody refuses. */
  async function refusal(response: Response): Promise<InferstreamError> {
    try {
      return await (await import('./http-error.ts')).errorOf(response, to, platform.now())
    } catch {
      const { status } = response
      return new InferstreamError('server', `${to.url} answered ${status}.`, { status, retryable: status >= 500 })
    }
  }

  async function exchange(method: string, path: string, signal?: AbortSignal, body?: unknown) {
    const response = await send(method, path, { body, signal, headers: { Accept: 'application/json' } })
    const text = await readText(response, to, signal)
    return { value: await unwrap(response, text, to), bytes: text.length }
  }

  async function read(path: string, signal?: AbortSignal): Promise<unknown> {
    return (await exchange('GET', path, signal)).value
  }

  async function request(method: 'GET' | 'POST', path: string, body?: unknown, signal?: AbortSignal) {
    for (let repeats = 0; ; repeats++) {
      try {
        return (await exchange(method, path, signal, body)).value
      } catch (error) {
        if (!(error instanceof InferstreamError) || !error.retryable || repeats >= retry.maxAttempts) throw error
        if (method === 'POST' && error.code !== 'rate_limited') throw error
        await delay(platform, retryDelay(repeats + 1, retry, platform.random(), error), signal).catch((cause) => {
          throw abortError(signal, cause)
        })
      }
    }
  }

  return {
    origin: URL.canParse(to.url, page) ? new URL(to.url, page).origin : to.url,
    to,
    retry,
    send,
    read,
    readSized: (path, signal) => exchange('GET', path, signal),
    request,
    fetch: doFetch,
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

/** A service that echoes the key in its error must not put it into a log. */
function hideKey(error: InferstreamError, key: string | undefined): InferstreamError {
  if (key && error.message.includes(key)) error.message = error.message.replaceAll(key, '[key]')
  return error
}
