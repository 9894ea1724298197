import type { RetryOptions } from './types.ts'

export interface RetryPolicy {
  readonly maxAttempts: number
  /** ms */
  readonly baseDelay: number
  /** ms */
  readonly maxDelay: number
}

/** Fills in the defaults. `false` allows no second attempt. */
export function retryPolicy(options: RetryOptions | false | undefined): RetryPolicy {
  const { maxAttempts = 10, baseDelay = 500, maxDelay = 8_000 } = options || {}
  return { maxAttempts: options === false ? 0 : maxAttempts, baseDelay, maxDelay }
}
