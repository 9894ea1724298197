import type { LogEntry, LogView } from '@inferstream/react'

/** The lines of a LogList: a run's `logs`, or any array of lines. */
export type LogLines = LogView | readonly (string | LogEntry)[]

/** Lines dropped at the front; 0 for plain arrays. */
export function droppedLines(lines: LogLines): number {
  return 'dropped' in lines ? lines.dropped : 0
}

/** Increases when lines at the end were rewritten in place; 0 for plain arrays. */
export function revisionOf(lines: LogLines): number {
  return 'revision' in lines ? lines.revision : 0
}

/** How many of the last lines may be rewritten in place. */
export function openLines(lines: LogLines): number {
  return 'open' in lines ? lines.open : 0
}

export function lineText(lines: LogLines, index: number): string {
  const line = lines[index]
  return typeof line === 'object' ? line.text : (line ?? '')
}

export function lineEntry(lines: LogLines, index: number): LogEntry | undefined {
  if ('dropped' in lines) return lines.entry(index)
  const line = lines[index]
  return typeof line === 'object' ? line : undefined
}
