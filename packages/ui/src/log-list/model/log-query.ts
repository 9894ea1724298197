// What a reader asks of the log: words, "phrases", /expressions/ and level:warn, all of which a line must meet; -excluded ones, which
// it must not.
import type { SearchTerms } from './log-matches.ts'
import { levels, type LogLevel } from './log-rows.ts'

export interface LogQuery {
  /** Texts that a line has. */
  readonly wanted: readonly RegExp[]
  /** Texts that it does not have. */
  readonly unwanted: readonly RegExp[]
  readonly expressions: readonly LogExpression[]
  /** Of `wanted`, `unwanted` and `marks`. */
  readonly flags: string
  /** The levels that a line may have; null if any. */
  readonly levels: ReadonlySet<LogLevel> | null
  /** Marks the wanted texts; global. Null if there are none. */
  readonly marks: RegExp | null
}

export interface LogExpression {
  readonly source: string
  readonly flags: string
  /** A line must not match. */
  readonly isExcluded: boolean
}

const special = /[\\^$.*+?()[\]{}|/-]/g
const escape = (text: string) => text.replace(special, (char) => (char === '-' || char === '/' ? char : `\\${char}`))

/**
 * Null for an empty query, 'invalid' for one with an invalid expression. An unknown level is searched as text. Of several levels a line
 * has one.
 */
export function readQuery({ query, regex, matchCase }: SearchTerms): LogQuery | 'invalid' | null {
  const flags = matchCase ? 'u' : 'iu'
  // What is shown is composed (NFC).
  const text = query.normalize('NFC')
  if (text.trim() === '') return null
  const wanted: string[] = []
  const unwanted: string[] = []
  const expressions: LogExpression[] = []
  const named = new Set<LogLevel>()
  const excluded = new Set<LogLevel>()
  if (regex) expressions.push({ source: text, flags, isExcluded: false })
  else {
    for (const [, minus, source, own = '', phrase, word = ''] of text.matchAll(terms)) {
      const isExcluded = minus === '-'
      const asked = readLevels(word)
      if (source !== undefined) {
        expressions.push({ source, flags: own.includes('i') ? 'iu' : flags, isExcluded })
      } else if (asked) {
        for (const level of asked) (isExcluded ? excluded : named).add(level)
      } else {
        const literal = phrase ?? word
        if (literal !== '') (isExcluded ? unwanted : wanted).push(literal)
      }
    }
  }
  for (const one of expressions) if (!compile(one.source, one.flags)) return 'invalid'
  const of = (literal: string) => new RegExp(escape(literal).replaceAll('\t', ' +'), flags)
  const admitted = levels.filter((level) => (named.size === 0 || named.has(level)) && !excluded.has(level))
  return {
    wanted: wanted.map(of),
    unwanted: unwanted.map(of),
    expressions,
    flags,
    levels: admitted.length === levels.length ? null : new Set(admitted),
    marks: wanted.length > 0 ? new RegExp(wanted.map((word) => of(word).source).join('|'), `g${flags}`) : null,
  }
}

/** `-word`, `/expression/` or `/expression/i`, `"phrase"`, word. Other flags of JavaScript may be written and change nothing in a line. */
const terms = /(-?)(?:\/((?:\\.|[^/\\])+)\/([gimsu]{0,3})(?=\s|$)|"([^"]*)(?:"|$)|(\S+))/g

/** The levels of `level:warn`, `level:warn+`; null for another word. */
function readLevels(word: string): readonly LogLevel[] | null {
  const [, name = '', plus] = /^level:(\w+)(\+?)$/i.exec(word) ?? []
  const rank = levels.findIndex((level) => level === name.toLowerCase().replace(/^warning$/, 'warn'))
  if (rank === -1) return null
  return plus === '+' ? levels.slice(rank) : levels.slice(rank, rank + 1)
}

/** With the flag `u`, so that `.` is a character; without it where the expression is only valid so. */
export function compile(source: string, flags: string): RegExp | null {
  for (const tried of [flags, flags.replace('u', '')]) {
    try {
      return new RegExp(source, tried)
    } catch {
      // Not valid with these flags.
    }
  }
  return null
}

/** Marks what the query asks for, its expressions too; global. Null if nothing is to be marked. */
export function marksOf({ marks, expressions, flags }: LogQuery): RegExp | null {
  const asked = expressions.filter(({ isExcluded }) => !isExcluded)
  const sources = [...(marks ? [marks.source] : []), ...asked.map(({ source }) => source)]
  const own = asked.find((one) => one.flags !== flags)?.flags ?? flags
  return sources.length > 0 ? compile(sources.join('|'), `g${own}`) : null
}

/** Whether an expression takes linear time on any text: nothing in it is repeated. */
export const isLinear = (source: string): boolean => !/[*+?{\\]/.test(source.replace(/\\[^\dkbB]/g, ''))
