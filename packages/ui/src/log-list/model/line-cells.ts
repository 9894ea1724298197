// A line in a grid of equal cells: the height of a line is then computed instead of measured.
import { columnsOf, isPrintableAscii } from '@inferstream/client/terminal'
import { plainText } from '../../text/plain-text.ts'

/** Cells of a line that are drawn; the rest is searched, copied and downloaded, but not laid out. */
export const longestLine = 10_000

/** What is read of a line to draw it. A line that is redrawn is read whole: its end decides. */
export const boundedLine = (line: string): string =>
  line.length > longestLine * 4 && !line.includes('\r') ? line.slice(0, longestLine * 4) : line

/** Width of `line` in cells, at least one. */
export function lineColumns(line: string): number {
  if (isPrintableAscii(line)) return Math.min(longestLine, line.length || 1)
  return Math.min(longestLine, Math.max(1, columnsOf(plainText(boundedLine(line)))))
}
