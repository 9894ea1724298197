'use client'
import { useEffect, useMemo, useState } from 'react'
import { createLogIndex, type LogIndex, type LogIndexOptions } from '../model/log-index.ts'
import type { LogLines } from '../model/log-lines.ts'

/** ms per slice: half a frame. */
const slice = 8

export interface ReadIndex {
  readonly index: LogIndex
  /** Of the index when this was rendered. */
  readonly version: number
  /** Renders again after a change by the reader. */
  readonly changed: () => void
}

/** Reads the lines in slices between frames, and what is added to them. */
export function useLogIndex(lines: LogLines, { inferLevels, sections }: LogIndexOptions): ReadIndex {
  const index = useMemo(() => createLogIndex({ inferLevels, sections }), [inferLevels, sections])
  const [seen, setSeen] = useState({ index, version: 0 })
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let isLatest = true
    const work = () => {
      if (!isLatest) return
      const until = performance.now() + slice
      const done = index.read(lines, () => performance.now() > until)
      const { version } = index
      setSeen((known) => (known.index === index && known.version === version ? known : { index, version }))
      if (!done) timer = setTimeout(work, 0)
    }
    // Not in the effect itself: React takes a state set in the effects of 50 commits in a row for an endless loop.
    queueMicrotask(work)
    return () => {
      isLatest = false
      clearTimeout(timer)
    }
  }, [index, lines])
  return useMemo(
    () => ({
      index,
      version: seen.index === index ? seen.version : 0,
      changed: () => setSeen({ index, version: index.version }),
    }),
    [index, seen],
  )
}
