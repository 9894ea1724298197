import { hostPlatform } from '../src/core/platform.ts'
import type { Platform, Timer } from '../src/core/platform.ts'

/**
 * A clock that jumps to the next timer as soon as nothing else can happen: waits take no time and keep their order. While
 * `isBusy` returns true, something other than a timer (a socket) is pending.
 */
export function jumpingPlatform(isBusy = () => false): Platform {
  let now = 1_000_000
  let nextId = 1
  let isScheduled = false
  const timers = new Map<number, { at: number; callback: () => void }>()

  function schedule(turns: number): void {
    if (isBusy()) setImmediate(() => schedule(6))
    else if (turns === 0) {
      isScheduled = false
      fire()
    } else setImmediate(() => schedule(turns - 1))
  }

  function wake(): void {
    if (isScheduled || timers.size === 0) return
    isScheduled = true
    schedule(6)
  }

  function fire(): void {
    let next: [number, { at: number; callback: () => void }] | undefined
    for (const entry of timers) if (!next || entry[1].at < next[1].at) next = entry
    if (!next) return
    timers.delete(next[0])
    now = Math.max(now, next[1].at)
    next[1].callback()
    wake()
  }

  return {
    ...hostPlatform,
    now: () => now,
    random: () => 0.5,
    isOnline: () => true,
    onWake: () => () => {},
    locks: undefined,
    setTimeout(callback, delay) {
      const id = nextId++
      timers.set(id, { at: now + Math.max(0, delay), callback })
      wake()
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- opaque to callers
      return id as unknown as Timer
    },
    clearTimeout: (timer) => void timers.delete(Number(timer)),
  }
}
