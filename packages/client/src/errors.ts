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

/** Every error of this library. `name` follows from `code`, so that `error.name === 'AbortError'` works as with fetch. */
export class InferstreamError extends Error {
  readonly code: ErrorCode
  /** Whether the same call may succeed later without any change. */
  readonly retryable: boolean
  /** HTTP status, where there was one. */
  readonly status?: number
  /** ms, from `Retry-After` or `X-RateLimit-Reset`. */
  readonly retryAfter?: number
  readonly taskId?: string
  readonly requestId?: string
  /** A POST whose answer was lost: the run may exist. */
  readonly mayHaveStarted?: boolean

  constructor(code: ErrorCode, message: string, facts: ErrorFacts = {}) {
    super(message, 'cause' in facts ? { cause: facts.cause } : undefined)
    this.code = code
    this.name = names[code] ?? 'InferstreamError'
    this.retryable = facts.retryable ?? false
    if (facts.status !== undefined) this.status = facts.status
    if (facts.retryAfter !== undefined) this.retryAfter = facts.retryAfter
    if (facts.taskId !== undefined) this.taskId = facts.taskId
    if (facts.requestId !== undefined) this.requestId = facts.requestId
    if (facts.mayHaveStarted !== undefined) this.mayHaveStarted = facts.mayHaveStarted
  }
}

/** One thing that the account must have before the app can run (protocol §1, status 412). */
export interface RequirementAction {
  /** `add_secret`, `connect`, `add_scopes`, or what the service adds later. */
  type: string
  requirement: string
  message: string
  key?: string
  provider?: string
  scopes?: string[]
}

/** The app needs a secret, an integration or a scope that the account does not have. */
export class RequirementsError extends InferstreamError {
  readonly actions: readonly RequirementAction[]

  constructor(message: string, actions: readonly RequirementAction[], facts?: ErrorFacts) {
    super('requirements', message, facts)
    this.actions = actions
  }
}

export interface ValidationIssue {
  /** JSON pointer into the input; `''` is the input itself. */
  path: string
  message: string
}

/** The input does not fit the app's schema. */
export class ValidationError extends InferstreamError {
  readonly issues: readonly ValidationIssue[]

  constructor(message: string, issues: readonly ValidationIssue[], facts?: ErrorFacts) {
    super('validation', message, facts)
    this.issues = issues
  }
}
