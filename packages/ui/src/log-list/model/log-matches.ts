export interface SearchTerms {
  readonly query: string
  readonly regex: boolean
  readonly matchCase: boolean
}

export const noSearch: SearchTerms = { query: '', regex: false, matchCase: false }

/** Why a search found less than was asked for. `text`: an expression was taken as text, because there is no worker to run it. */
export type SearchNote = 'text' | 'slow' | null

/** The result of a search. */
export interface LogMatches {
  /** Whether there is a search. */
  readonly active: boolean
  /** Global, marks the texts that were asked for; null without any. */
  readonly pattern: RegExp | null
  /** Pairs of start and end of what expressions match, by the number of the line. */
  readonly ranges: ReadonlyMap<number, readonly number[]>
  readonly invalid: boolean
  readonly note: SearchNote
  /** Numbers of matching lines, ascending. */
  readonly lines: readonly number[]
  /** Length of `lines` at the last read; the array itself grows in place. */
  readonly count: number
  /** Every line has been read. */
  readonly done: boolean
}

const noRanges: ReadonlyMap<number, readonly number[]> = new Map()
export const noMatches: LogMatches = {
  active: false,
  pattern: null,
  ranges: noRanges,
  invalid: false,
  note: null,
  lines: [],
  count: 0,
  done: true,
}

/** The place of a line among the matching ones, -1 if it does not match. */
export function placeOf(matches: readonly number[], line: number): number {
  const at = firstFrom(matches, line)
  return matches[at] === line ? at : -1
}

/** The place of the first match in this line or a later one. */
export function firstFrom(matches: readonly number[], line: number): number {
  let low = 0
  let high = matches.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((matches[middle] ?? 0) < line) low = middle + 1
    else high = middle
  }
  return low
}

/** The match after (or before) line `from`, wrapping around; null if nothing matches. */
export function neighbour(matches: readonly number[], from: number, step: 1 | -1): number | null {
  if (matches.length === 0) return null
  const at = step === 1 ? firstFrom(matches, from + 1) : firstFrom(matches, from) - 1
  return matches[(at + matches.length) % matches.length] ?? null
}
