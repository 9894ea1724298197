// Searches a log of any length in slices, so that the page stays responsive.
import { plainText } from '../../text/plain-text.ts'
import type { SearchTerms } from './log-matches.ts'
import type { LogRows } from './log-rows.ts'

const special = /[\\^$.*+?()[\]{}|]/g

/** The pattern of a query; null for an empty query, 'invalid' for an invalid expression. */
export function searchPattern({ query, regex, matchCase }: SearchTerms): RegExp | 'invalid' | null {
  if (query === '') return null
  try {
    return new RegExp(regex ? query : query.replace(special, String.raw`\$&`), matchCase ? 'g' : 'gi')
  } catch {
    return 'invalid'
  }
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

export function createLogSearch(pattern: RegExp): LogSearch {
  const matches: number[] = []
  /** Number of the last line read. */
  let read = 0

  return {
    matches,
    scan(rows, late) {
      let index = rows.indexOf(read + 1)
      for (let count = 1; index < rows.length; index += 1, count += 1) {
        pattern.lastIndex = 0
        if (pattern.test(plainText(rows.text(index)))) matches.push(rows.number(index))
        read = rows.number(index)
        if (count % askEvery === 0 && late()) return index + 1 >= rows.length
      }
      return true
    },
  }
}
