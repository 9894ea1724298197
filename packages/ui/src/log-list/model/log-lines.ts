import type { LogEntry, LogView } from '@inferstream/react'

/** The lines of a LogList: a run's `logs`, or any array of lines. */
export type LogLines = LogView | readonly (string | LogEntry)[]

/** Lines dropped at the front; 0 for plain arrays. */
export function droppedLines(lines: LogLines): number {
  return 'dropped' in lines ? lines.dropped : 0
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
