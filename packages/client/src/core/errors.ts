/** What went wrong, for programs. `message` says it for people. */
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

const names: Partial<Record<ErrorCode, string>> = {
  task_failed: 'TaskFailedError',
  task_cancelled: 'TaskCancelledError',
  aborted: 'AbortError',
  timeout: 'TimeoutError',
  requirements: 'RequirementsError',
  validation: 'ValidationError',
}

/** Shared by all copies of this package in a page. */
const brand = Symbol.for('@inferstream/error')

/**
 * Whether it is an error of this library, of any copy of it: bundles may hold two, and `instanceof` knows only its own.
 * @param code Only errors with this code.
 */
export function isInferstreamError(error: unknown, code?: ErrorCode): error is InferstreamError {
  return (
    typeof error === 'object' &&
    error !== null &&
    brand in error &&
    (code === undefined || ('code' in error && error.code === code))
  )
}

/** Every error of this library. `name` follows from `code`, so that `error.name === 'AbortError'` works as with fetch. */
export class InferstreamError extends Error {
  readonly code: ErrorCode
  /** Whether the same call may succeed later without any change. */
  readonly retryable: boolean
  /** HTTP status, where there was one. */
  declare readonly status?: number
  /** ms, from `Retry-After` or `X-RateLimit-Reset`. */
  declare readonly retryAfter?: number
  declare readonly taskId?: string
  declare readonly requestId?: string
  /** A POST whose answer was lost: the run may exist. */
  declare readonly mayHaveStarted?: boolean

  constructor(code: ErrorCode, message: string, facts: ErrorFacts = {}) {
    const { cause, retryable = false, ...known } = facts
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.name = names[code] ?? 'InferstreamError'
    this.retryable = retryable
    Object.assign(this, known)
    Object.defineProperty(this, brand, { value: true })
    // As JSON, e.g. in a persisted cache, an error keeps its sentence.
    Object.defineProperty(this, 'message', { enumerable: true })
  }
}
