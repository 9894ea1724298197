/* oxlint-disable no-control-regex -- control characters are what this file looks for */
// What a terminal shows of the lines of a log. Never throws; memory is bounded by the text.
import { changePen, defaultPen } from './pen.ts'
import type { Pen, TerminalStyle } from './pen.ts'
import { rowLine, rowRuns, Screen } from './screen.ts'

export { clustersOf, columnsOf, isPrintableAscii } from './columns.ts'
export type { Cluster } from './columns.ts'
export type { Decoration, Pen, TerminalStyle } from './pen.ts'
export { changePen, defaultPen } from './pen.ts'
export { openRowsAfter, writeRows } from './open-rows.ts'
export type { OpenRows, RowChanges } from './open-rows.ts'
export { movesRows } from './row-moves.ts'

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
const otherThanEscape = /[\0-\x1a\x1c-\x1f\x7f-\x9f\xad]/
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
  const styled = otherThanEscape.test(line) ? null : drawStyled(line, pen)
  if (styled) return styled
  const screen = new Screen(true)
  screen.pen = pen
  screen.write(line)
  const runs = rowRuns(screen.rows[0]!).map((run) => ({ text: shown(run.text), style: run.pen.style, href: run.link }))
  return { runs, pen: screen.pen }
}

/** The usual case of `drawLine`, a few times as fast: no sequence but SGR. Null if there is another one. */
function drawStyled(line: string, before: Pen): TerminalLine | null {
  const runs: TerminalRun[] = []
  let pen = before
  let at = 0
  for (;;) {
    const escape = line.indexOf('\x1b', at)
    const end = escape < 0 ? line.length : escape
    if (end > at) runs.push({ text: shown(line.slice(at, end)), style: pen.style, href: null })
    if (escape < 0) return { runs, pen }
    if (line.charCodeAt(escape + 1) !== 0x5b) return null
    let final = escape + 2
    let code = line.charCodeAt(final)
    while (code >= 0x30 && code <= 0x3b) code = line.charCodeAt(++final)
    if (code !== 0x6d || final - escape > 200) return null
    pen = changePen(pen, line.slice(escape + 2, final))
    at = final + 1
  }
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

/**
 * Reads a line that grows, such as a progress bar that is redrawn for an hour: each call costs only what is new. Returns the
 * line as it is drawn, with sequences for styles and links only.
 */
export function createLineReader(): (line: string) => string {
  let known = ''
  let screen = new Screen(true)
  return (line) => {
    if (line === known) return rowLine(screen.rows[0]!)
    const isLonger = known !== '' && line.startsWith(known)
    screen = isLonger ? screen.clone() : new Screen(true)
    screen.write(isLonger ? line.slice(known.length) : line)
    known = line
    return rowLine(screen.rows[0]!)
  }
}
