import { InferstreamError } from './errors.ts'
import type { ErrorFacts } from './errors.ts'

/** Code that is loaded when it is needed could not be loaded: the page is offline, or older than what is deployed. */
export function loadError(cause: unknown, facts: ErrorFacts = {}): InferstreamError {
  return new InferstreamError('network', 'A part of the page could not be loaded. Try again, or reload.', {
    ...facts,
    retryable: true,
    cause,
  })
}
