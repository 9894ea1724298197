// A line in a grid of equal cells: the height of a line is then computed instead of measured.
import { roughText, type Terminal } from '../../text/terminal.ts'

/** Cells of a line that are drawn at most; the rest is searched, copied and downloaded, but not laid out. */
export const longestLine = 10_000
/** Cells that are drawn of a longer line until the reader opens it. */
export const cutLine = 2_000
/** Cells of the button behind a cut line. */
export const moreCells = 20

/** What is read of a line to draw it. A line that is redrawn is read whole: its end decides. */
export const boundedLine = (line: string): string =>
  line.length > longestLine * 4 && !line.includes('\r') ? line.slice(0, longestLine * 4) : line

const isPrintableAscii = (text: string) => /^[\x20-\x7e]*$/.test(text)

/**
 * Width of `line` in cells as it is drawn, at least one. Without the terminal each character counts as one cell.
 * @param isOpened whether the reader opened this long line
 */
export function lineColumns(line: string, terminal: Terminal | null, isOpened = false): number {
  if (line.length <= cutLine && isPrintableAscii(line)) return line.length || 1
  return drawnColumns(allColumns(line, terminal), isOpened)
}

const drawnColumns = (columns: number, isOpened: boolean) =>
  columns > cellsOf(isOpened) ? cellsOf(isOpened) + moreCells : columns

/** Cells that are drawn at most. */
export const cellsOf = (isOpened: boolean): number => (isOpened ? longestLine : cutLine)

/** About how many characters of `line` are not drawn; 0 for one that is drawn whole. */
export function hiddenCells(line: string, terminal: Terminal | null, isOpened: boolean): number {
  if (line.length <= cutLine) return 0
  const columns = allColumns(line, terminal)
  const cells = cellsOf(isOpened)
  if (columns <= cells) return 0
  return Math.max(columns, line.length > longestLine * 4 ? line.length : 0) - cells
}

function allColumns(line: string, terminal: Terminal | null): number {
  const bounded = boundedLine(line)
  const columns = terminal ? terminal.columnsOf(terminal.lineText(bounded)) : roughText(bounded).length
  return Math.max(1, columns)
}
