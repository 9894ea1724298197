import { errorFrom } from '../core/error-from.ts'
import { InferstreamError } from '../core/errors.ts'
import { isInferstreamError } from '../core/is-inferstream-error.ts'

/** Whatever has no code of this library is a lost connection. */
export function backendError(thrown: unknown, taskId?: string): InferstreamError {
  if (isInferstreamError(thrown)) return thrown
  const error = errorFrom(thrown, 'network')
  if (error.code !== 'network') return error
  return new InferstreamError('network', error.message, { retryable: true, taskId, cause: thrown })
}
