// The world outside: clocks, chance, and what the browser says of sleep and network. Passed in, so that tests turn it by hand.

/** What `setTimeout` returns is the host's business. */
export type Timer = ReturnType<typeof setTimeout>

export type WakeEvent = 'online' | 'offline' | 'visible'

export interface Platform {
  /** epoch ms */
  now(): number
  setTimeout(callback: () => void, delay: number): Timer
  clearTimeout(timer: Timer | undefined): void
  /** 0 ≤ x < 1 */
  random(): number
  isOnline(): boolean
  /** False while the page is a hidden tab. */
  isVisible(): boolean
  /** Calls the listener when timers may have lied or the network changed. Returns the unsubscribe function. */
  onWake(listener: (event: WakeEvent) => void): () => void
  /** Web Locks, where all tabs of an origin share them. */
  readonly locks: LockManager | undefined
}

/** Node, a browser page or a worker. */
export const hostPlatform: Platform = {
  now: () => Date.now(),
  // Beyond what a timer can hold it would fire at once.
  setTimeout: (callback, delay) => setTimeout(callback, Math.min(delay, 2 ** 31 - 1)),
  clearTimeout: (timer) => clearTimeout(timer),
  random: () => Math.random(),
  isOnline: () => globalThis.navigator?.onLine ?? true,
  isVisible: () => globalThis.document?.visibilityState !== 'hidden',
  onWake(listener) {
    const { document } = globalThis
    if (typeof globalThis.addEventListener !== 'function') return () => {}
    const controller = new AbortController()
    const { signal } = controller
    globalThis.addEventListener('online', () => listener('online'), { signal })
    globalThis.addEventListener('offline', () => listener('offline'), { signal })
    globalThis.addEventListener('pageshow', () => listener('visible'), { signal })
    document?.addEventListener(
      'visibilitychange',
      () => {
        if (document.visibilityState === 'visible') listener('visible')
      },
      { signal },
    )
    return () => controller.abort()
  },
  // Node has Web Locks too, of its own process; the slots count those by themselves.
  locks: typeof document === 'undefined' ? undefined : globalThis.navigator?.locks,
}
