'use client'
import { createContext, use, useSyncExternalStore } from 'react'

/** A wall clock that ticks while it has subscribers, often enough that no second of theirs is skipped or shown twice. */
export interface Clock {
  readonly subscribe: (listener: () => void) => () => void
  /** Epoch ms of the last tick; null before the first, so that a first render contains no time. */
  readonly now: () => number | null
}

/** ms */
const tickEvery = 250

export function createClock(read: () => number = Date.now): Clock {
  const listeners = new Set<() => void>()
  let now: number | null = null
  let timer: ReturnType<typeof setInterval> | undefined
  const tick = () => {
    now = read()
    for (const listener of listeners) listener()
  }
  return {
    subscribe(listener) {
      listeners.add(listener)
      if (timer === undefined) {
        timer = setInterval(tick, tickEvery)
        now = read()
      }
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        clearInterval(timer)
        timer = undefined
      }
    },
    now: () => now,
  }
}

export const ClockContext = createContext<Clock>(createClock())

const never = () => () => {}
const nothing = () => null

/** Epoch ms at the beginning of this minute; null in a first render and while not ticking. */
export function useMinute(ticking: boolean): number | null {
  const clock = use(ClockContext)
  const read = () => {
    const now = clock.now()
    return now === null ? null : now - (now % 60_000)
  }
  return useSyncExternalStore(ticking ? clock.subscribe : never, ticking ? read : nothing, nothing)
}

/**
 * Epoch ms, updated once a second while `ticking`; null in a first render and while not ticking.
 * @param origin Epoch ms that whole seconds are counted from, such as the start of a run. The time is never between two.
 */
export function useNow(ticking: boolean, origin = 0): number | null {
  const clock = use(ClockContext)
  const read = () => {
    const now = clock.now()
    return now === null ? null : origin + Math.floor((now - origin) / 1000) * 1000
  }
  return useSyncExternalStore(ticking ? clock.subscribe : never, ticking ? read : nothing, nothing)
}
