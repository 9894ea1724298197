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
  level: string
  levels: Readonly<Record<LogLevel | 'all', string>>
  source: string
  sources: Readonly<Record<LogSource | 'all', string>>
  levelWords: Readonly<Record<LogLevel, string>>
  wrap: string
  timestamps: string
  copy: string
  copied: string
  copyRefused: string
  download: string
  follow: string
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
  level: 'Level',
  levels: { all: 'All levels', debug: 'Debug and up', info: 'Info and up', warn: 'Warnings and up', error: 'Errors' },
  source: 'Source',
  sources: { all: 'All sources', build: 'Build', run: 'Run', serve: 'Serve', setup: 'Setup', task: 'Task' },
  levelWords: { debug: 'debug', info: 'info', warn: 'warn', error: 'error' },
  wrap: 'Wrap lines',
  timestamps: 'Show times',
  copy: 'Copy',
  copied: 'Copied',
  copyRefused: 'The browser refused to copy',
  download: 'Download',
  follow: 'Follow the end',
}
