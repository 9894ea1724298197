// Searches a log of any length in slices, so that the page stays responsive.
import { plainText } from '../../text/plain-text.ts'
import type { LogQuery } from './log-query.ts'
import { levels, type LogLevel, type LogRows } from './log-rows.ts'

/** Whether a line meets the query, without its expressions. */
export function meets({ wanted, unwanted, level }: LogQuery, text: string, own: LogLevel | undefined): boolean {
  if (level) {
    const rank = levels.indexOf(own ?? 'info')
    const asked = levels.indexOf(level.level)
    if (level.isLeast ? rank < asked : rank !== asked) return false
  }
  return wanted.every((word) => word.test(text)) && !unwanted.some((word) => word.test(text))
}

export interface LogSearch {
  /**
   * Continues until all rows are read or `late()`, checked every few lines, returns true. Returns whether all are read.
   */
  scan(rows: LogRows, late: () => boolean): boolean
  /** Numbers of the matching lines, ascending; grows in place. */
  readonly matches: readonly number[]
}

const askEvery = 64

/** @param expressions Beside the query; they must take linear time, see `isLinear`. */
export function createLogSearch(query: LogQuery, expressions: readonly RegExp[] = []): LogSearch {
  const matches: number[] = []
  /** Number of the last line read. */
  let read = 0
  let revision = 0
  let open = 1

  return {
    matches,
    scan(rows, late) {
      if (rows.revision !== revision) {
        // Lines that were rewritten since are read again.
        read = Math.min(read, open - 1)
        while ((matches.at(-1) ?? 0) > read) matches.pop()
      }
      revision = rows.revision
      open = rows.open
      let index = rows.indexOf(read + 1)
      for (let count = 1; index < rows.length; index += 1, count += 1) {
        const text = plainText(rows.text(index))
        if (meets(query, text, rows.level(index)) && expressions.every((one) => one.test(text)))
          matches.push(rows.number(index))
        read = rows.number(index)
        if (count % askEvery === 0 && late()) return index + 1 >= rows.length
      }
      return true
    },
  }
}
