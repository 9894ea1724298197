// A line in a grid of equal cells: the height of a line is then computed instead of measured.
import { roughText, type Terminal } from '../../text/terminal.ts'

/** Cells of a line that are drawn; the rest is searched, copied and downloaded, but not laid out. */
export const longestLine = 10_000

/** What is read of a line to draw it. A line that is redrawn is read whole: its end decides. */
export const boundedLine = (line: string): string =>
  line.length > longestLine * 4 && !line.includes('\r') ? line.slice(0, longestLine * 4) : line

const isPrintableAscii = (text: string) => /^[\x20-\x7e]*$/.test(text)

/** Width of `line` in cells, at least one. Without the terminal each character counts as one cell. */
export function lineColumns(line: string, terminal: Terminal | null): number {
  if (isPrintableAscii(line)) return Math.min(longestLine, line.length || 1)
  const bounded = boundedLine(line)
  const columns = terminal ? terminal.columnsOf(terminal.lineText(bounded)) : roughText(bounded).length
  return Math.min(longestLine, Math.max(1, columns))
}
