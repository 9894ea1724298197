export interface GeneratorMessages {
  run: string
  cancel: string
  cancelling: string
  retry: string
  logs: string
  output: string
  /** Placeholder of the result before the first run. */
  empty: string
  /** Alternative text of a picture when the input has no prompt. */
  imageAlt: string
}

export const generatorMessages: GeneratorMessages = {
  run: 'Start',
  cancel: 'Cancel',
  cancelling: 'Cancelling…',
  retry: 'Retry',
  logs: 'Log',
  output: 'Result',
  empty: 'The result appears here.',
  imageAlt: 'Result of the run',
}
