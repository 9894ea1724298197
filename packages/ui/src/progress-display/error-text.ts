/** An error in one sentence, and the rest. */
export interface ErrorText {
  readonly sentence: string
  /** The whole text; null if it is the sentence. */
  readonly details: string | null
  /** Lines of `details`. */
  readonly lines: number
}

/** A line that ends a traceback: `ValueError: bad`, `torch.cuda.OutOfMemoryError: CUDA out of memory`, `Error: no`. */
const exception = /^[\w$.]*(?:Error|Exception|Interrupt|Exit|Warning|panic|Panic)\b[^\n]*$/
const longest = 240

/** The last exception of a traceback, else the first line that says something. */
export function readError(message: string): ErrorText {
  const all = message.trimEnd().split(/\r?\n/)
  const said = all.map((line) => line.trim()).filter((line) => line !== '')
  const isTraceback = said.some((line) => line.startsWith('Traceback') || /^\s*at\s|^File "/.test(line))
  const found = isTraceback ? (said.findLast((line) => exception.test(line)) ?? said.at(-1)) : said[0]
  const whole = found ?? ''
  const sentence = whole.length > longest ? `${whole.slice(0, longest).trimEnd()}…` : whole
  const isWhole = said.length <= 1 && sentence === whole
  return { sentence, details: isWhole ? null : message.trimEnd(), lines: all.length }
}
