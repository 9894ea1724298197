import type { LogSource } from '@inferstream/react'
import type { LogLevel } from './log-rows.ts'

export interface LogMessages {
  /** Accessible name without a `label`. */
  label: string
  toolbar: string
  /** Before the first line. */
  empty: string
  /** While the filter hides every line. */
  nothingShown: string
  /** `count` is the number of lines that arrived since the reader scrolled up, formatted. */
  newLines: (count: string) => string
  jumpToLatest: string
  /** `count` is the number of lines so far, formatted; `shown` the number that a filter shows, or null without one. */
  lines: (count: string, lines: number, shown: string | null) => string
  /** `count` is the number of lines no longer kept, formatted; `lines` the number itself. */
  truncated: (count: string, lines: number) => string
  search: string
  regex: string
  matchCase: string
  previous: string
  next: string
  /** Number of matching lines; `current` is the index of the current one, both formatted; `done` whether all lines were read. */
  matches: (current: string | null, count: string, done: boolean) => string
  noMatches: string
  invalid: string
  /** An expression took too long: what was found until then is shown. */
  slow: string
  /** An expression was searched as text, because the page allows no worker. */
  asText: string
  level: string
  levels: Readonly<Record<LogLevel | 'all', string>>
  source: string
  sources: Readonly<Record<LogSource | 'all', string>>
  levelWords: Readonly<Record<LogLevel, string>>
  wrap: string
  softWrap: string
  timestamps: string
  copy: string
  copied: string
  copyRefused: string
  download: string
  follow: string
  /** Behind a line that is cut; `count` is the number of characters that are not drawn, formatted. */
  more: (count: string) => string
  /** A section without a title. */
  section: string
  /** Numbers of errors and warnings, formatted. */
  errors: (count: string, errors: number) => string
  warnings: (count: string, warnings: number) => string
  /** Names of the buttons that go to the next one. */
  nextProblem: (problems: string) => string
  /** Announced: `at` of `count` errors or warnings, in line `line`. */
  problem: (kind: 'error' | 'warn', at: string, count: string, line: string, text: string) => string
  /** Lines that are selected; `to` is null for one. */
  selected: (from: string, to: string | null) => string
  /** A link to a line that was dropped. */
  notKept: (line: string, first: string) => string
  copyLink: string
  linkCopied: string
  menu: string
  fullScreen: string
  foldAll: string
}

/** The texts beside the lines; those of the tools are loaded with them. */
export type LineMessages = Pick<
  LogMessages,
  'label' | 'empty' | 'nothingShown' | 'newLines' | 'jumpToLatest' | 'lines' | 'truncated' | 'levelWords' | 'more'
>

export const lineMessages: LineMessages = {
  label: 'Log',
  empty: 'No log lines yet.',
  nothingShown: 'The filter hides every line.',
  newLines: (count) => `${count} new`,
  jumpToLatest: 'Jump to latest',
  lines: (count, lines, shown) => `${shown === null ? '' : `${shown} of `}${count} ${lines === 1 ? 'line' : 'lines'}`,
  truncated: (count, lines) => `${count} older ${lines === 1 ? 'line' : 'lines'} dropped`,
  levelWords: { debug: 'debug', info: 'info', warn: 'warn', error: 'error' },
  more: (count) => `… ${count} more`,
}
