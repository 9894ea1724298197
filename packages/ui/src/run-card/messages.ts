export interface RunCardMessages {
  /** Accessible name without a `label`. */
  label: string
  logs: string
  open: string
  /** Name of Open among several runs. */
  openOf: (label: string) => string
  /** Accessible name of the result of a run. */
  resultOf: (label: string) => string
}

export const runCardMessages: RunCardMessages = {
  label: 'Run',
  logs: 'Log',
  open: 'Open',
  openOf: (label) => `Open ${label}`,
  resultOf: (label) => `Result of ${label}`,
}
