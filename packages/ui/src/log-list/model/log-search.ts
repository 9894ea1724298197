// Searches a log of any length in slices, so that the page stays responsive.
import { plainText } from '../../text/plain-text.ts'
import { createFoundLines, type FoundLines } from './log-matches.ts'
import { compile, type LogExpression, type LogQuery } from './log-query.ts'
import type { LogLevel, LogRows } from './log-rows.ts'

/** Whether a line meets the query, without its expressions. */
export function meets({ wanted, unwanted, levels }: LogQuery, text: string, own: LogLevel | undefined): boolean {
  if (levels && !levels.has(own ?? 'info')) return false
  return wanted.every((word) => word.test(text)) && !unwanted.some((word) => word.test(text))
}

/** Which lines are to be read, of rows that grow: new ones, then older ones from the newest on. */
export interface ReadingOrder {
  /** Call before reading: takes lines that were rewritten as unread. Returns the number after which nothing was read yet, if any. */
  sync(rows: LogRows): number | null
  /** The index to read next; null if all are read. */
  next(rows: LogRows): { readonly index: number; readonly isNewer: boolean } | null
  /** Takes the line with this number as read. */
  read(number: number, isNewer: boolean): void
}

export function createReadingOrder(): ReadingOrder {
  /** Numbers of the newest and the oldest line read; null before the first. */
  let newest: number | null = null
  let oldest = 0
  let revision = 0
  let open = 1
  return {
    sync(rows) {
      let cut: number | null = null
      if (newest !== null && rows.revision !== revision && newest >= open) {
        newest = cut = Math.max(open - 1, oldest - 1)
        oldest = Math.min(oldest, newest + 1)
      }
      revision = rows.revision
      open = rows.open
      if (newest === null && rows.length > 0) {
        newest = rows.number(rows.length - 1)
        oldest = newest + 1
      }
      return cut
    },
    next(rows) {
      if (newest === null) return null
      const newer = rows.indexOf(newest + 1)
      if (newer < rows.length) return { index: newer, isNewer: true }
      const older = rows.indexOf(oldest) - 1
      return older >= 0 ? { index: older, isNewer: false } : null
    },
    read(number, isNewer) {
      if (isNewer) newest = number
      else oldest = number
    },
  }
}

export interface LogSearch {
  /**
   * Continues until all rows are read or `late()`, checked every few lines, returns true. Returns whether all are read.
   */
  scan(rows: LogRows, late: () => boolean): boolean
  /** The matching lines; grows in place. */
  readonly matches: FoundLines
  readonly test: (text: string, level: LogLevel | undefined) => boolean
}

const askEvery = 64

/** @param expressions Of the query, those that take linear time, see `isLinear`. */
export function createLogSearch(query: LogQuery, expressions: readonly LogExpression[] = query.expressions): LogSearch {
  const compiled = expressions.map(({ source, flags, isExcluded }) => ({ pattern: compile(source, flags), isExcluded }))
  const matches = createFoundLines()
  const order = createReadingOrder()
  const test = (line: string, level: LogLevel | undefined) => {
    const text = plainText(line)
    return meets(query, text, level) && compiled.every(({ pattern, isExcluded }) => pattern?.test(text) !== isExcluded)
  }

  return {
    matches,
    test,
    scan(rows, late) {
      const cut = order.sync(rows)
      if (cut !== null) matches.cutAbove(cut)
      let count = 0
      for (let next = order.next(rows); next; next = order.next(rows)) {
        const { isNewer } = next
        // A run of neighbours at once.
        for (let { index } = next; index >= 0 && index < rows.length; index += isNewer ? 1 : -1) {
          const number = rows.number(index)
          if (test(rows.text(index), rows.level(index))) (isNewer ? matches.addNewer : matches.addOlder)(number)
          order.read(number, isNewer)
          count += 1
          if (count % askEvery === 0 && late()) return order.next(rows) === null
        }
      }
      return true
    },
  }
}
