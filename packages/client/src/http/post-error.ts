import { InferstreamError } from '../core/errors.ts'
import { isObject } from '../core/json.ts'

/** A POST whose answer was lost may have started the run. One that never reached anybody has not. */
export function startError(error: unknown): unknown {
  // Nothing was sent: the input is no JSON, or a function of the caller threw.
  if (!(error instanceof InferstreamError)) return new InferstreamError('config', String(error), { cause: error })
  if (error.code !== 'network' && error.status !== 504) return error
  const cause = error.cause instanceof Error ? error.cause.cause : undefined
  const code = isObject(cause) ? cause['code'] : undefined
  const neverArrived = code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EAI_AGAIN'
  return Object.assign(error, { retryable: neverArrived, mayHaveStarted: !neverArrived })
}
