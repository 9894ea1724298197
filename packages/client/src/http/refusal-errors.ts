// The errors that carry more than a code; loaded with the code that reads refusals.
import { InferstreamError } from '../core/errors.ts'
import type { ErrorFacts } from '../core/errors.ts'

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
