import { InferstreamError } from './errors.ts'
import type { ErrorFacts } from './errors.ts'

/** Code that is loaded when it is needed could not be loaded: the page is offline, or older than what is deployed. */
export function loadError(cause: unknown, facts: ErrorFacts = {}): InferstreamError {
  const message = `A part of the page could not be loaded. Try again, or reload${facts.mayHaveStarted ? '; the run may go on' : ''}.`
  return new InferstreamError('network', message, { ...facts, retryable: true, cause })
}
