import { InferstreamError } from './errors.ts'
import type { Platform } from './platform.ts'

/**
 * Runs `request` with a signal that aborts after `ms`, or together with `closing` if that is sooner. Does not wait for a
 * request that ignores its signal. (Some browsers of design §1 lack `AbortSignal.any`.)
 * @throws `network`, retryable, after `ms`; `aborted` when `closing` aborts
 */
export function withDeadline<T>(
  platform: Platform,
  ms: number,
  closing: AbortSignal | undefined,
  request: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  return new Promise((resolve, reject) => {
    const stop = (error: InferstreamError) => {
      cleanUp()
      reject(error)
      controller.abort(error)
    }
    const onClose = () => stop(new InferstreamError('aborted', 'Stopped by the caller.', { cause: closing?.reason }))
    const timer = platform.setTimeout(() => {
      stop(new InferstreamError('network', `No answer within ${ms / 1000} s.`, { retryable: true }))
    }, ms)
    const cleanUp = () => {
      platform.clearTimeout(timer)
      closing?.removeEventListener('abort', onClose)
    }
    closing?.addEventListener('abort', onClose)
    if (closing?.aborted) onClose()
    else {
      request(controller.signal).then(
        (value) => {
          cleanUp()
          resolve(value)
          return value
        },
        (error: unknown) => {
          cleanUp()
          reject(error)
        },
      )
    }
  })
}
