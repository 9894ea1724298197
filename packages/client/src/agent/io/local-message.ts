// What a message needs before the code that sends it is loaded.
import { InferstreamError } from '../../core/errors.ts'

let made = 0

/** No two messages of a page share one, so that a list may hold those of several conversations one after the other. */
export function nextLocalId(): string {
  return `local-${++made}`
}

export function leftError(): InferstreamError {
  return new InferstreamError('aborted', 'This conversation was left; a turn under way goes on at the service.')
}
