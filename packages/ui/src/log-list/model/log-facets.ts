import type { LogSource } from '@inferstream/react'
import { droppedLines, lineEntry, type LogLines } from './log-lines.ts'
import type { LogLevel } from './log-rows.ts'

export interface Facets {
  readonly levels: readonly LogLevel[]
  readonly sources: readonly LogSource[]
}

/** Lines examined at once: a filter is offered if its value occurs in a sample. */
const sample = 2_000

/** The levels and sources that occur; the identical object until another one occurs. */
export function createFacets(): { sync(lines: LogLines): Facets } {
  const levels = new Set<LogLevel>()
  const sources = new Set<LogSource>()
  let facets: Facets = { levels: [], sources: [] }
  let read = 0

  return {
    sync(lines) {
      const dropped = droppedLines(lines)
      const end = dropped + lines.length
      if (end < read) read = dropped
      const from = Math.max(read, dropped)
      const stride = Math.max(1, Math.floor((end - from) / sample))
      for (let at = from; at < end; at += stride) {
        const entry = lineEntry(lines, at - dropped)
        if (!entry) continue
        sources.add(entry.source)
        if (entry.level) levels.add(entry.level)
      }
      read = end
      if (levels.size !== facets.levels.length || sources.size !== facets.sources.length) {
        facets = { levels: [...levels], sources: [...sources] }
      }
      return facets
    },
  }
}
