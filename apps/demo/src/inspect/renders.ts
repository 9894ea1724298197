import type { ProfilerOnRenderCallback } from 'react'

export interface RenderCount {
  commits: number
  /** ms that all of them took. */
  time: number
}

let counts: ReadonlyMap<string, RenderCount> = new Map()
const listeners = new Set<() => void>()
let isTold = true

const add: ProfilerOnRenderCallback = (id, _phase, duration) => {
  const { commits, time } = counts.get(id) ?? { commits: 0, time: 0 }
  counts = new Map(counts).set(id, { commits: commits + 1, time: time + duration })
  if (!isTold || listeners.size === 0) return
  isTold = false
  // Not in the commit that is being counted.
  setTimeout(() => {
    isTold = true
    for (const listener of listeners) listener()
  }, 250)
}

/** How often each part of the page was rendered, and how long that took. */
export const renders = {
  add,
  get: (): ReadonlyMap<string, RenderCount> => counts,
  reset(this: void): void {
    counts = new Map()
    for (const listener of listeners) listener()
  },
  subscribe(this: void, listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}
