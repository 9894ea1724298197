// The environment: clocks, random numbers, and the browser's sleep and network events. Passed in, so that tests control it.

/** Opaque: a number in browsers, an object in Node. */
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
  /** Calls the listener when timers may be late or the network has changed. Returns the unsubscribe function. */
  onWake(listener: (event: WakeEvent) => void): () => void
  /** Web Locks, which all tabs of an origin share; undefined where there are none. */
  readonly locks: LockManager | undefined
}

/** Node, a browser page or a worker. */
export const hostPlatform: Platform = {
  now: () => Date.now(),
  // A delay beyond 2³¹ − 1 ms would overflow, and the timer would fire at once.
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
    for (const event of ['online', 'offline'] as const) {
      globalThis.addEventListener(event, () => listener(event), { signal })
    }
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
  // Node has Web Locks too, but within its own process, where the slots are counted already.
  locks: typeof document === 'undefined' ? undefined : globalThis.navigator?.locks,
}
