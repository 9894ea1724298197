import type { Platform } from './platform.ts'

/** A wait that can be ended early, such as by `online`. One at a time. */
export interface Waiter {
  /** Resolves after `ms`; to true if it was ended early. */
  readonly wait: (ms: number) => Promise<boolean>
  /** Ends the current wait. Does nothing without one. */
  readonly wakeUp: () => void
}

export function createWaiter(platform: Platform): Waiter {
  let end: ((isWoken: boolean) => void) | null = null
  return {
    wait: (ms) =>
      new Promise((resolve) => {
        const timer = platform.setTimeout(() => end?.(false), ms)
        end = (isWoken) => {
          platform.clearTimeout(timer)
          end = null
          resolve(isWoken)
        }
      }),
    wakeUp: () => end?.(true),
  }
}
