// A line in a grid of equal cells: the height of a line is then computed instead of measured.
import { columnsOf, isPrintableAscii } from '../../text/columns.ts'
import { plainText } from '../../text/plain-text.ts'

/** Cells of a line that are drawn; the rest is searched, copied and downloaded, but not laid out. */
export const longestLine = 10_000

export const tabSize = 8

/** Width of `line` in cells, at least one. */
export function lineColumns(line: string): number {
  if (isPrintableAscii(line)) return Math.min(longestLine, line.length || 1)
  const text = plainText(line.length > longestLine * 4 && !line.includes('\r') ? line.slice(0, longestLine * 4) : line)
  let columns = 0
  for (const [index, piece] of text.split('\t').entries()) {
    if (index > 0) columns += tabSize - (columns % tabSize)
    columns += columnsOf(piece)
  }
  return Math.min(longestLine, Math.max(1, columns))
}
