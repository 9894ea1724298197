import type { Platform } from './platform.ts'

/**
 * Runs `request` with a signal that is aborted after `ms`, or with `closing` if that is sooner. (`AbortSignal.any` is
 * younger than the browsers of design §1.)
 */
export async function withDeadline<T>(
  platform: Platform,
  ms: number,
  closing: AbortSignal,
  request: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const hanging = new AbortController()
  const stop = () => hanging.abort()
  const timer = platform.setTimeout(stop, ms)
  closing.addEventListener('abort', stop)
  if (closing.aborted) stop()
  try {
    return await request(hanging.signal)
  } finally {
    platform.clearTimeout(timer)
    closing.removeEventListener('abort', stop)
  }
}
