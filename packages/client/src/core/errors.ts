/** What went wrong, for programs. `message` is for people. */
export type ErrorCode =
  | 'network'
  | 'auth'
  | 'forbidden'
  | 'not_found'
  | 'rate_limited'
  | 'requirements'
  | 'validation'
  | 'server'
  | 'protocol'
  | 'timeout'
  | 'aborted'
  | 'task_failed'
  | 'task_cancelled'
  | 'config'

export interface ErrorFacts {
  retryable?: boolean | undefined
  status?: number | undefined
  retryAfter?: number | undefined
  taskId?: string | undefined
  requestId?: string | undefined
  mayHaveStarted?: boolean | undefined
  cause?: unknown
}

const errorNames: Partial<Record<ErrorCode, string>> = {
  task_failed: 'TaskFailedError',
  task_cancelled: 'TaskCancelledError',
  aborted: 'AbortError',
  timeout: 'TimeoutError',
  requirements: 'RequirementsError',
  validation: 'ValidationError',
}

/** Shared by all copies of this package in a page. */
export const errorBrand = Symbol.for('@inferstream/error')

/** Every error of this library. `name` is derived from `code`, so that `error.name === 'AbortError'` works as with fetch. */
export class InferstreamError extends Error {
  readonly code: ErrorCode
  /** Whether the same call may succeed later, unchanged. */
  readonly retryable: boolean
  /** HTTP status of the response; undefined where there was no response. */
  declare readonly status?: number
  /** ms, from `Retry-After` or `X-RateLimit-Reset`. */
  declare readonly retryAfter?: number
  declare readonly taskId?: string
  declare readonly requestId?: string
  /** True for a POST whose response was lost: the run may exist. */
  declare readonly mayHaveStarted?: boolean

  constructor(code: ErrorCode, message: string, facts: ErrorFacts = {}) {
    const { cause, retryable = false, ...known } = facts
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.name = errorNames[code] ?? 'InferstreamError'
    this.retryable = retryable
    Object.assign(this, known)
    Object.defineProperty(this, errorBrand, { value: true })
    // As JSON, e.g. in a persisted cache, an error keeps its sentence.
    Object.defineProperty(this, 'message', { enumerable: true })
  }
}
