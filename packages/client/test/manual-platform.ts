import { vi } from 'vitest'
import type { Platform, Timer, WakeEvent } from '../src/core/platform.ts'

/** A platform controlled by the test: time stands still until `advance`. */
export interface ManualPlatform extends Platform {
  /** Runs the timers of the next `ms` milliseconds in order, and everything that they cause. */
  advance(ms: number): Promise<void>
  /** Moves the clock without firing timers, like a sleeping laptop. */
  sleep(ms: number): void
  wake(event: WakeEvent): Promise<void>
  online: boolean
  visible: boolean
  /** What `random` returns. */
  randomValue: number
  readonly timers: number
  readonly wakeListeners: number
}

export function manualPlatform(): ManualPlatform {
  let now = 1_000_000
  let nextId = 1
  const timers = new Map<number, { at: number; callback: () => void }>()
  const listeners = new Set<(event: WakeEvent) => void>()
  return {
    online: true,
    visible: true,
    randomValue: 0.5,
    locks: undefined,
    now: () => now,
    setTimeout(callback, delay) {
      const id = nextId++
      timers.set(id, { at: now + Math.max(0, delay), callback })
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- opaque to callers
      return id as unknown as Timer
    },
    clearTimeout: (timer) => void timers.delete(Number(timer)),
    random() {
      return this.randomValue
    },
    isOnline() {
      return this.online
    },
    isVisible() {
      return this.visible
    },
    onWake(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    get timers() {
      return timers.size
    },
    get wakeListeners() {
      return listeners.size
    },
    async advance(ms) {
      const end = now + ms
      await settled()
      for (;;) {
        const due = [...timers].filter(([, { at }]) => at <= end).toSorted(([, a], [, b]) => a.at - b.at)[0]
        if (!due) break
        const [id, { at, callback }] = due
        timers.delete(id)
        now = Math.max(now, at)
        callback()
        await settled()
      }
      now = end
    },
    sleep(ms) {
      now += ms
    },
    async wake(event) {
      for (const listener of listeners) listener(event)
      await settled()
    },
  }
}

/** Resolves once everything that can happen without a clock has happened, including dynamic imports. */
export async function settled(): Promise<void> {
  for (let round = 0; round < 10; round++) {
    await turns(8)
    let isLoading = true
    const loaded = vi.dynamicImportSettled().finally(() => (isLoading = false))
    // It takes one tick when nothing is loaded.
    await new Promise((resolve) => setTimeout(resolve))
    await turns(1)
    if (!isLoading) return
    await loaded
  }
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}
