export interface OutputMessages {
  /** Accessible name of the whole. */
  label: string
  /** A run that has ended without an output. */
  empty: string
  /** On a preview, which the result will replace. */
  preview: string
  /** Alternative text of a picture without `alt`. */
  imageAlt: string
  /** Alternative text of one of several. */
  ofSeveral: (alt: string, at: string, count: string) => string
  /** Accessible names of a player. */
  video: string
  audio: string
  broken: string
  /** 404 */
  gone: string
  /** 401, 403 */
  expired: string
  refused: (status: string) => string
  /** It is there, and cannot be decoded. */
  unreadable: string
  unsafe: string
  /** The address has a scheme that is not opened here, such as `tel:`. */
  notOpened: string
  tryAgain: string
  copy: string
  copied: string
  copyRefused: string
  download: string
  open: string
  /** On a picture: opens the viewer. */
  enlarge: string
  /** In the viewer: accessible names of the group of controls and of its buttons. */
  zoom: string
  zoomIn: string
  zoomOut: string
  /** 100 %. */
  actualSize: string
  fit: string
  previous: string
  next: string
  close: string
  /** Values beside the files. */
  rest: string
  /** A text that is cut; `count` is the number of characters that are not shown, formatted. */
  more: (count: string) => string
  /** In Markdown. */
  footnotes: string
  footnoteBack: string
  /** In a tree of values: what holds itself, and how many values there are. */
  circular: string
  values: (count: string, values: number) => string
}

export const outputMessages: OutputMessages = {
  label: 'Result',
  empty: 'The run returned nothing.',
  preview: 'Preview',
  imageAlt: 'Result of the run',
  ofSeveral: (alt, at, count) => `${alt}, ${at} of ${count}`,
  video: 'Video',
  audio: 'Audio',
  broken: 'Could not be loaded. The link may have expired.',
  gone: 'The file is no longer there.',
  expired: 'The link has expired, or may not be opened.',
  refused: (status) => `Could not be loaded: the server answered ${status}.`,
  unreadable: 'This browser cannot show this file.',
  unsafe: 'Not shown: it can run code.',
  notOpened: 'Not shown: an address of this kind.',
  tryAgain: 'Try again',
  copy: 'Copy',
  copied: 'Copied',
  copyRefused: 'The browser refused to copy',
  download: 'Download',
  open: 'Open',
  enlarge: 'Enlarge',
  zoom: 'Zoom',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  actualSize: 'Actual size',
  fit: 'Fit',
  previous: 'Previous',
  next: 'Next',
  close: 'Close',
  rest: 'Values',
  more: (count) => `Show ${count} more characters`,
  footnotes: 'Footnotes',
  footnoteBack: 'Back to the text',
  circular: 'holds itself',
  values: (count, values) => `${count} ${values === 1 ? 'value' : 'values'}`,
}
