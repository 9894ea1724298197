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

export const logMessages: LogMessages = {
  label: 'Log',
  toolbar: 'Log tools',
  empty: 'No log lines yet.',
  nothingShown: 'The filter hides every line.',
  newLines: (count) => `${count} new`,
  jumpToLatest: 'Jump to latest',
  lines: (count, lines, shown) => `${shown === null ? '' : `${shown} of `}${count} ${lines === 1 ? 'line' : 'lines'}`,
  truncated: (count, lines) => `${count} older ${lines === 1 ? 'line' : 'lines'} dropped`,
  search: 'Search the log',
  regex: 'Regular expression',
  matchCase: 'Match case',
  previous: 'Previous match',
  next: 'Next match',
  matches: (current, count, done) =>
    current === null ? `${count}${done ? '' : '+'}` : `${current} of ${count}${done ? '' : '+'}`,
  noMatches: 'None',
  invalid: 'Not a regular expression',
  slow: 'Stopped: the expression takes too long',
  asText: 'Searched as text: this page allows no worker for expressions',
  level: 'Level',
  levels: { all: 'All levels', debug: 'Debug and up', info: 'Info and up', warn: 'Warnings and up', error: 'Errors' },
  source: 'Source',
  sources: { all: 'All sources', build: 'Build', run: 'Run', serve: 'Serve', setup: 'Setup', task: 'Task' },
  levelWords: { debug: 'debug', info: 'info', warn: 'warn', error: 'error' },
  wrap: 'Wrap lines',
  softWrap: 'Wrap at spaces',
  timestamps: 'Show times',
  copy: 'Copy',
  copied: 'Copied',
  copyRefused: 'The browser refused to copy',
  download: 'Download',
  follow: 'Follow the end',
  more: (count) => `… ${count} more`,
  section: 'Section',
  errors: (count, errors) => `${count} ${errors === 1 ? 'error' : 'errors'}`,
  warnings: (count, warnings) => `${count} ${warnings === 1 ? 'warning' : 'warnings'}`,
  nextProblem: (problems) => `${problems}, go to the next`,
  problem: (kind, at, count, line, text) =>
    `${kind === 'error' ? 'Error' : 'Warning'} ${at} of ${count}, line ${line}: ${text}`,
  selected: (from, to) => (to === null ? `Line ${from} selected` : `Lines ${from} to ${to} selected`),
  notKept: (line, first) => `Line ${line} is no longer kept (first is ${first})`,
  copyLink: 'Copy link',
  linkCopied: 'Link copied',
  menu: 'More',
  fullScreen: 'Full screen',
  foldAll: 'Fold or open all sections',
}
