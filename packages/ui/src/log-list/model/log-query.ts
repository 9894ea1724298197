// What a reader asks of the log: words, "phrases", -excluded ones, /expressions/ and level:warn, all of which a line must meet.
import type { SearchTerms } from './log-matches.ts'
import type { LogLevel } from './log-rows.ts'

export interface LogQuery {
  /** Texts that a line has. */
  readonly wanted: readonly RegExp[]
  /** Texts that it does not have. */
  readonly unwanted: readonly RegExp[]
  /** Sources of expressions that it matches. */
  readonly expressions: readonly string[]
  readonly flags: string
  readonly level: { readonly level: LogLevel; readonly isLeast: boolean } | null
  /** Marks the wanted texts; global. Null if there are none. */
  readonly marks: RegExp | null
}

const special = /[\\^$.*+?()[\]{}|/-]/g
const escape = (text: string) => text.replace(special, (char) => (char === '-' || char === '/' ? char : `\\${char}`))
const levels: ReadonlySet<string> = new Set(['debug', 'info', 'warn', 'error'])
const isLevel = (text: string): text is LogLevel => levels.has(text)

/** Null for an empty query, 'invalid' for one with an invalid expression. An unknown level is searched as text. */
export function readQuery({ query, regex, matchCase }: SearchTerms): LogQuery | 'invalid' | null {
  const flags = matchCase ? 'u' : 'iu'
  // What is shown is composed (NFC).
  const text = query.normalize('NFC')
  if (text.trim() === '') return null
  const wanted: string[] = []
  const unwanted: string[] = []
  const expressions: string[] = []
  let level: LogQuery['level'] = null
  if (regex) expressions.push(text)
  else {
    for (const [, minus, expression, phrase, word = ''] of text.matchAll(terms)) {
      const named = /^level:(\w+)(\+?)$/i.exec(word)
      const name = named?.[1]!.toLowerCase().replace(/^warning$/, 'warn') ?? ''
      if (expression !== undefined) expressions.push(expression)
      else if (minus === '' && isLevel(name)) {
        level = { level: name, isLeast: named?.[2] === '+' }
      } else {
        const literal = phrase ?? word
        if (literal !== '') (minus === '-' ? unwanted : wanted).push(literal)
      }
    }
  }
  for (const expression of expressions) if (!compile(expression, flags)) return 'invalid'
  const of = (literal: string) => new RegExp(escape(literal).replaceAll('\t', ' +'), flags)
  return {
    wanted: wanted.map(of),
    unwanted: unwanted.map(of),
    expressions,
    flags,
    level,
    marks: wanted.length > 0 ? new RegExp(wanted.map((word) => of(word).source).join('|'), `g${flags}`) : null,
  }
}

/** `-word`, `/expression/`, `"phrase"`, word. */
const terms = /(-?)(?:\/((?:\\.|[^/\\])+)\/(?=\s|$)|"([^"]*)(?:"|$)|(\S+))/g

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

/** Whether an expression takes linear time on any text: nothing in it is repeated. */
export const isLinear = (source: string): boolean => !/[*+?{\\]/.test(source.replace(/\\[^\dkbB]/g, ''))
