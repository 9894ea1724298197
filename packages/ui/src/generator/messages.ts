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
  /** Alternative text of a picture that the result will replace. */
  previewAlt: (alt: string) => string
  /** Opens the picture in a dialog. */
  enlarge: string
  /** How long past runs took, beside the button. @param time Such as "12s". */
  usual: (time: string) => string
  /** The form no longer says what the last run got. */
  changed: string
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
  previewAlt: (alt) => `Preview: ${alt}`,
  enlarge: 'Enlarge',
  usual: (time) => `about ${time}`,
  changed: 'Changed since this run',
}
