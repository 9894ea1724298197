export interface LogMessages {
  /** Accessible name where no `label` is given. */
  label: string
  /** Before the first line. */
  empty: string
  /** `count` is the number of lines that arrived since the reader scrolled up, formatted. */
  newLines: (count: string) => string
  jumpToLatest: string
  /** `count` is the number of lines no longer kept, formatted; `lines` the number itself. */
  truncated: (count: string, lines: number) => string
  /** After the visible beginning of a line too long to show; `count` is formatted. */
  moreCharacters: (count: string) => string
}

export const logMessages: LogMessages = {
  label: 'Log',
  empty: 'No log lines yet.',
  newLines: (count) => `${count} new`,
  jumpToLatest: 'Jump to latest',
  truncated: (count, lines) =>
    lines === 1 ? `${count} older line was dropped.` : `${count} older lines were dropped.`,
  moreCharacters: (count) => `… ${count} more characters`,
}
