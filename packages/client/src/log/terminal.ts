/* oxlint-disable no-control-regex -- control characters are what this file looks for */
// What a terminal shows of the lines of a log. Never throws; memory is bounded by the text.
import { defaultPen } from './pen.ts'
import type { Pen, TerminalStyle } from './pen.ts'
import { rowRuns, Screen } from './screen.ts'

export { clustersOf, columnsOf, isPrintableAscii } from './columns.ts'
export type { Cluster } from './columns.ts'
export type { Decoration, Pen, TerminalStyle } from './pen.ts'
export { changePen, defaultPen } from './pen.ts'

/** A piece of a row in one style. */
export interface TerminalRun {
  readonly text: string
  /** Null for the default. */
  readonly style: TerminalStyle | null
  /** The address of an OSC 8 link, as it was sent: check its scheme before use. */
  readonly href: string | null
}

export interface TerminalLine {
  readonly runs: readonly TerminalRun[]
  /** The style that stays set for the next line. */
  readonly pen: Pen
}

const control = /[\0-\x1f\x7f-\x9f\xad]/
const colour = /\x1b\[[\d;:]*m/g

/**
 * One line as a terminal draws it. Sequences that move the cursor to another row do nothing. Tabs are spaces, in the form
 * NFC, with U+FFFD for a lone surrogate.
 * @param pen What the lines before have set.
 */
export function drawLine(line: string, pen: Pen = defaultPen): TerminalLine {
  if (!control.test(line)) {
    return { runs: line === '' ? [] : [{ text: shown(line), style: pen.style, href: null }], pen }
  }
  const screen = new Screen(true)
  screen.pen = pen
  screen.write(line)
  const runs = rowRuns(screen.rows[0]!).map((run) => ({ text: shown(run.text), style: run.pen.style, href: run.link }))
  return { runs, pen: screen.pen }
}

/** The text of `drawLine`: what is shown, searched and copied. */
export function lineText(line: string): string {
  if (!control.test(line)) return shown(line)
  const plain = line.replace(colour, '')
  if (!control.test(plain)) return shown(plain)
  const screen = new Screen(true)
  screen.write(line)
  let text = ''
  for (const run of rowRuns(screen.rows[0]!)) text += run.text
  return shown(text)
}

const loneSurrogates = /\p{Surrogate}/gu

function shown(text: string): string {
  if (!/[^\0-\u02ff]/.test(text)) return text
  return text.normalize('NFC').replace(loneSurrogates, '\ufffd')
}

/** The style that stays set after a line. */
export function penAfter(line: string, pen: Pen): Pen {
  if (!line.includes('\x1b') && !line.includes('\x9b')) return pen
  return drawLine(line, pen).pen
}
