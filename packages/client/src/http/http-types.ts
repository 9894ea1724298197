// What sends requests, and what it is given.
import type { Platform } from '../core/platform.ts'
import type { RetryPolicy } from '../core/retry-policy.ts'
import type { InferenceOptions } from '../core/types.ts'
import type { Destination } from './network-error.ts'

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
