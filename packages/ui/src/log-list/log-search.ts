// Looking through a log of any length, a slice at a time, so that nothing else on the page has to wait.
import { plainText } from '../text/escapes.ts'
import type { LogRows } from './log-rows.ts'

export interface SearchTerms {
  readonly query: string
  readonly regex: boolean
  readonly matchCase: boolean
}

export const noSearch: SearchTerms = { query: '', regex: false, matchCase: false }

const special = /[\\^$.*+?()[\]{}|]/g

/** What finds the terms in a text; null for an empty query, 'invalid' for an expression that is none. */
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
   * Reads on until all rows are read or `late` says so, which is asked every few lines. Returns whether all are read.
   */
  scan(rows: LogRows, late: () => boolean): boolean
  /** Numbers of the lines that match, ascending; grows in place. */
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

/** The match after (or before) line `from`, going round; null where nothing matches. */
export function neighbour(matches: readonly number[], from: number, step: 1 | -1): number | null {
  if (matches.length === 0) return null
  let low = 0
  let high = matches.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((matches[middle] ?? 0) < from || (step === 1 && matches[middle] === from)) low = middle + 1
    else high = middle
  }
  const at = step === 1 ? low : low - 1
  return matches[(at + matches.length) % matches.length] ?? null
}
