export interface SearchTerms {
  readonly query: string
  readonly regex: boolean
  readonly matchCase: boolean
}

export const noSearch: SearchTerms = { query: '', regex: false, matchCase: false }

/** The result of a search. */
export interface LogMatches {
  /** Global, for highlighting; null without a search. */
  readonly pattern: RegExp | null
  readonly invalid: boolean
  /** Numbers of matching lines, ascending. */
  readonly lines: readonly number[]
  /** Length of `lines` at the last read; the array itself grows in place. */
  readonly count: number
  /** Every line has been read. */
  readonly done: boolean
}

export const noMatches: LogMatches = { pattern: null, invalid: false, lines: [], count: 0, done: true }

/** The match after (or before) line `from`, wrapping around; null if nothing matches. */
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
