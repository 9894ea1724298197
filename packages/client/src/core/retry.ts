import type { InferstreamError } from './errors.ts'
import type { Platform } from './platform.ts'
import type { RetryPolicy } from './retry-policy.ts'

/**
 * The wait in ms before attempt `attempt` (1 is the first repeat): exponential with full jitter, at least 10. The
 * service's `Retry-After` replaces it.
 */
export function retryDelay(
  attempt: number,
  { baseDelay, maxDelay }: RetryPolicy,
  random: number,
  error?: InferstreamError,
): number {
  if (error?.retryAfter) return Math.max(error.retryAfter, 10)
  const ceiling = Math.min(Math.max(maxDelay, baseDelay), baseDelay * 2 ** Math.min(attempt - 1, 20))
  return Math.max(10, Math.round(random * ceiling))
}

/** Resolves after `ms`. Rejects with the signal's reason if it aborts during the wait; a signal aborted before is ignored. */
export function delay(platform: Platform, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      platform.clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = platform.setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal?.addEventListener('abort', stop, { once: true })
  })
}
