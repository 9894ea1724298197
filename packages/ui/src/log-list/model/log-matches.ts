import type { LogLevel } from './log-rows.ts'

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
  /** The matching lines; grows in place. */
  readonly lines: MatchLines
  /** Whether a line matches, read at once; null if only the worker knows. */
  readonly test: ((text: string, level: LogLevel | undefined) => boolean) | null
  /** Length of `lines` at the last read. */
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
  lines: { length: 0, at: () => undefined },
  test: null,
  count: 0,
  done: true,
}

/** Numbers of matching lines, ascending. The newest lines are read first: they are found from both ends. */
export interface MatchLines {
  readonly length: number
  /** The number at a place, from 0; undefined beyond the ends. */
  readonly at: (place: number) => number | undefined
}

export interface FoundLines extends MatchLines {
  /** A number above all others. */
  readonly addNewer: (line: number) => void
  /** A number below all others. */
  readonly addOlder: (line: number) => void
  /** Removes the numbers above this one. */
  readonly cutAbove: (line: number) => void
}

export function createFoundLines(): FoundLines {
  /** Descending, then ascending. */
  let older: number[] = []
  let newer: number[] = []
  return {
    get length() {
      return older.length + newer.length
    },
    at: (place) => (place < older.length ? older[older.length - 1 - place] : newer[place - older.length]),
    addNewer: (line) => newer.push(line),
    addOlder: (line) => older.push(line),
    cutAbove(line) {
      newer = newer.filter((one) => one <= line)
      if ((older[0] ?? 0) > line) older = older.filter((one) => one <= line)
    },
  }
}

/** The place of a line among the matching ones, -1 if it does not match. */
export function placeOf(matches: MatchLines, line: number): number {
  const at = firstFrom(matches, line)
  return matches.at(at) === line ? at : -1
}

/** The place of the first match in this line or a later one. */
export function firstFrom(matches: MatchLines, line: number): number {
  let low = 0
  let high = matches.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((matches.at(middle) ?? 0) < line) low = middle + 1
    else high = middle
  }
  return low
}

/** The match after (or before) line `from`, wrapping around; null if nothing matches. */
export function neighbour(matches: MatchLines, from: number, step: 1 | -1): number | null {
  if (matches.length === 0) return null
  const at = step === 1 ? firstFrom(matches, from + 1) : firstFrom(matches, from) - 1
  return matches.at((at + matches.length) % matches.length) ?? null
}
