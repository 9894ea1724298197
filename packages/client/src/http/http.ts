// Where requests go, and with which credentials (protocol §1, §2). The code that sends them is loaded when a client is made,
// so that a page shows before it.
import { loadError } from '../core/load-error.ts'
import { retryPolicy } from '../core/retry-policy.ts'
import type { RetryPolicy } from '../core/retry-policy.ts'
import { InferstreamError } from '../core/errors.ts'
import type { Destination } from './network-error.ts'
import type { Platform } from '../core/platform.ts'
import type { InferenceOptions } from '../core/types.ts'

export interface Http {
  /** Where requests really go: streams are counted per origin. */
  readonly origin: string
  readonly to: Destination
  readonly retry: RetryPolicy
  readonly platform: Platform
  /** ms of silence after which a request is dead */
  readonly idleTimeoutMs: number
  /**
   * The headers of a success; any other status rejects as its error. One attempt, or two after a 401 with `getToken`.
   * This and all others settle within `idleTimeoutMs` an attempt, although `fetch` or `getToken` may ignore their signal.
   */
  send(method: string, path: string, options?: SendOptions): Promise<Response>
  /** One GET, unwrapped: for loops that count their own attempts. */
  read(path: string, signal?: AbortSignal): Promise<unknown>
  /** The same with the answer's size. */
  readSized(path: string, signal?: AbortSignal): Promise<{ value: unknown; bytes: number }>
  /** The unwrapped answer. GETs are repeated as `retry` says, POSTs only after 429. */
  request(method: 'GET' | 'POST', path: string, body?: unknown, signal?: AbortSignal): Promise<unknown>
  /** A POST without a body that does no more when it arrives twice: repeated up to three times. */
  postIdempotent(path: string, signal?: AbortSignal): Promise<unknown>
  /** A request to an absolute address outside the API, e.g. an upload: without credentials. */
  readonly fetch: typeof fetch
}

export interface SendOptions {
  headers?: Record<string, string>
  signal?: AbortSignal | undefined
  /** Streams carry the target in the query too (protocol §2), and `signal` ends their body. */
  stream?: boolean
}

/** What the code that sends requests is given. */
export interface RequestSetup extends Pick<Http, 'to' | 'retry' | 'platform' | 'idleTimeoutMs' | 'fetch'> {
  readonly options: InferenceOptions
  /** Of the API, without a slash at its end; sent to a proxy in a header. */
  readonly baseUrl: string
  readonly apiKey: string | undefined
  /** The address of the page, for relative addresses. */
  readonly page: string | undefined
}

export type Requests = Pick<Http, 'send' | 'readSized' | 'request' | 'postIdempotent'>

const service = 'https://api.inference.sh'

export function createHttp(options: InferenceOptions, platform: Platform): Http {
  const { proxyUrl, getToken } = options
  const env = (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env ?? {}
  // Server runtimes have a WorkerGlobalScope too; only a browser's worker has an address.
  const isBrowser =
    (typeof window === 'object' && typeof window.document === 'object') ||
    ('WorkerGlobalScope' in globalThis && typeof location === 'object')
  const apiKey = options.apiKey ?? (proxyUrl || getToken || isBrowser ? undefined : env['INFERENCE_API_KEY'])
  if (options.apiKey && proxyUrl) {
    throw new InferstreamError('config', 'Pass either apiKey or proxyUrl: a proxy has its own key.')
  }
  if (options.apiKey && isBrowser && !options.dangerouslyAllowBrowser) {
    throw new InferstreamError(
      'config',
      'An apiKey in a browser can be read by every visitor: pass proxyUrl, or dangerouslyAllowBrowser.',
    )
  }
  const baseUrl = (proxyUrl ? service : (options.baseUrl ?? (env['INFERENCE_BASE_URL'] || service))).replace(/\/+$/, '')
  const to: Destination = { url: proxyUrl ?? baseUrl, isProxy: proxyUrl !== undefined }
  const page = typeof location === 'object' ? location.href : undefined
  const given = {
    to,
    retry: retryPolicy(options.retry),
    platform,
    idleTimeoutMs: options.idleTimeoutMs ?? 45_000,
    fetch: ((...args) => (options.fetch ?? fetch)(...args)) satisfies typeof fetch,
  }
  let requests: Requests | undefined
  const load = async () => {
    try {
      const { createRequests } = await import('./requests.ts')
      return (requests ??= createRequests({ ...given, options, baseUrl, apiKey, page }))
    } catch (cause) {
      throw loadError(cause)
    }
  }
  load().catch(() => {})
  const ready = () => requests ?? load()
  return {
    ...given,
    origin: URL.canParse(to.url, page) ? new URL(to.url, page).origin : to.url,
    send: async (...args) => (await ready()).send(...args),
    read: async (...args) => (await (await ready()).readSized(...args)).value,
    readSized: async (...args) => (await ready()).readSized(...args),
    request: async (...args) => (await ready()).request(...args),
    postIdempotent: async (...args) => (await ready()).postIdempotent(...args),
  }
}
