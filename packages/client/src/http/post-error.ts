import { InferstreamError } from '../core/errors.ts'
import { isObject } from '../core/json.ts'

/** Node's codes of a connection that was never made. */
const unconnected = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/

/** A POST whose answer was lost may have started the run. One that never reached the service has not. */
export function startError(error: unknown): unknown {
  // Nothing was sent: a function of the caller threw.
  if (!(error instanceof InferstreamError)) return new InferstreamError('config', String(error), { cause: error })
  // Accepted, and the answer cannot be read.
  if (error.code === 'protocol' && (error.status === undefined || error.status < 300)) {
    return Object.assign(error, { mayHaveStarted: true })
  }
  // 502 and 504 are a gateway's: what became of the request behind it is unknown, unless it says so.
  const isLost = error.code === 'network' || error.status === 502 || error.status === 504
  if (!isLost || error.mayHaveStarted === false) return error
  const cause = error.cause instanceof Error ? error.cause.cause : undefined
  const code = isObject(cause) ? cause['code'] : undefined
  const neverArrived = typeof code === 'string' && unconnected.test(code)
  return Object.assign(error, { retryable: neverArrived, mayHaveStarted: !neverArrived })
}
