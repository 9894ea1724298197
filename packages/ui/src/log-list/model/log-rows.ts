import type { LogEntry, LogSource } from '@inferstream/react'
import { droppedLines, lineEntry, lineText, openLines, revisionOf, type LogLines } from './log-lines.ts'

export type LogLevel = NonNullable<LogEntry['level']>

export interface LogFilter {
  /** The least level shown; a line without one counts as `info`. Null shows all. */
  readonly level: LogLevel | null
  readonly source: LogSource | null
}

export const noFilter: LogFilter = { level: null, source: null }

/** The shown lines in order; a filter does not change their numbers. */
export interface LogRows {
  readonly length: number
  /** Number of rows removed because their lines were dropped. */
  readonly dropped: number
  text(index: number): string
  /** Number of the line, 1 for the first line ever. */
  number(index: number): number
  entry(index: number): LogEntry | undefined
  /** From the service, else from the text. */
  level(index: number): LogLevel | undefined
  /** Increases when lines were rewritten in place. */
  readonly revision: number
  /** Number of the first line that may be rewritten. */
  readonly open: number
  /** The first row whose line has this number or a higher one; `length` past the last one. */
  indexOf(number: number): number
}

/** @param levelOf The level of a line, see `levelOfLine`. */
export function allRows(lines: LogLines, levelOf: LevelOf = wireLevel): LogRows {
  const dropped = droppedLines(lines)
  return {
    revision: revisionOf(lines),
    open: dropped + lines.length - openLines(lines) + 1,
    level: (index) => levelOf(lines, index),
    length: lines.length,
    dropped,
    text: (index) => lineText(lines, index),
    number: (index) => dropped + index + 1,
    entry: (index) => lineEntry(lines, index),
    indexOf: (number) => Math.min(lines.length, Math.max(0, number - 1 - dropped)),
  }
}

export interface FilteredRows {
  /** Reads new lines. Idempotent. */
  sync(lines: LogLines): LogRows
}

export const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

export type LevelOf = (lines: LogLines, index: number) => LogLevel | undefined
export const wireLevel: LevelOf = (lines, index) => lineEntry(lines, index)?.level

export function createFilteredRows(filter: LogFilter, levelOf: LevelOf = wireLevel): FilteredRows {
  const least = filter.level === null ? 0 : levels.indexOf(filter.level)
  /** Numbers of the matching lines, oldest first; the first `gone` of them were dropped since. */
  let numbers: number[] = []
  let gone = 0
  let read = 0
  let first: string | undefined
  let revision = 0
  let open = 0

  const passes = (lines: LogLines, index: number) =>
    (least === 0 || levels.indexOf(levelOf(lines, index) ?? 'info') >= least) &&
    (filter.source === null || lineEntry(lines, index)?.source === filter.source)

  return {
    sync(lines) {
      const dropped = droppedLines(lines)
      const end = dropped + lines.length
      const restarted = read > end || (dropped === 0 && first !== undefined && lineText(lines, 0) !== first)
      if (restarted || read < dropped) {
        if (restarted) {
          numbers = []
          gone = 0
        }
        read = Math.max(restarted ? 0 : read, dropped)
      }
      if (revisionOf(lines) > revision && !restarted) {
        // A line that was rewritten may have another level.
        read = Math.max(dropped, Math.min(read, open))
        while ((numbers.at(-1) ?? 0) > read && numbers.length > gone) numbers.pop()
      }
      revision = revisionOf(lines)
      open = end - openLines(lines)
      if (dropped === 0) first = lines.length > 0 ? lineText(lines, 0) : undefined
      for (; read < end; read += 1) if (passes(lines, read - dropped)) numbers.push(read + 1)
      while ((numbers[gone] ?? Infinity) <= dropped) gone += 1
      const shown = numbers
      const skip = gone
      const length = shown.length - skip
      const number = (index: number) => shown[skip + index] ?? end + 1
      return {
        length,
        dropped: skip,
        text: (index) => lineText(lines, number(index) - dropped - 1),
        number,
        revision,
        open: open + 1,
        level: (index) => levelOf(lines, number(index) - dropped - 1),
        entry: (index) => lineEntry(lines, number(index) - dropped - 1),
        indexOf(wanted) {
          let low = 0
          let high = length
          while (low < high) {
            const middle = (low + high) >> 1
            if (number(middle) < wanted) low = middle + 1
            else high = middle
          }
          return low
        },
      }
    },
  }
}
