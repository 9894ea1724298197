'use client'
import { createContext, use, useSyncExternalStore } from 'react'

/** A wall clock that ticks once a second while it has subscribers. */
export interface Clock {
  readonly subscribe: (listener: () => void) => () => void
  /** Epoch ms of the last tick; null before the first, so that a first render contains no time. */
  readonly now: () => number | null
}

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
        timer = setInterval(tick, 1000)
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

/** Epoch ms, updated once a second while `ticking`; null in a first render and while not ticking. */
export function useNow(ticking: boolean): number | null {
  const clock = use(ClockContext)
  return useSyncExternalStore(ticking ? clock.subscribe : never, ticking ? clock.now : nothing, nothing)
}
