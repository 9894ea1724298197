// Wrapping at spaces, with a hanging indent. Unlike wrapping at cells it needs the text of each line that is wider than the log.
import type { Terminal } from '../../text/terminal.ts'

/** Lines that are kept at most while they wrap at spaces; in a longer log they wrap at cells. */
export const mostSoftLines = 20_000
/** Cells before the second and later rows. */
export const hanging = 2
/** Cells below which a row is too narrow to wrap at spaces. */
const narrowest = 20

/**
 * UTF-16 offsets at which the second and later rows begin; null for a line that fits into one row, and if the rows are too narrow.
 * @param width cells of a row
 */
export function softBreaks(text: string, width: number, terminal: Terminal | null): readonly number[] | null {
  if (text.length * 2 <= width || !(width >= narrowest) || !Number.isFinite(width)) return null
  const widths = widthsOf(text, terminal)
  if (!widths) return null
  const breaks: number[] = []
  let start = 0
  let cells = 0
  /** After the last space of this row. */
  let space = 0
  for (let at = 0; at < text.length; at += 1) {
    const room = breaks.length === 0 ? width : width - hanging
    if (cells + widths[at]! > room) {
      // A word that is longer than a row is cut.
      start = space > start ? space : at
      breaks.push(start)
      cells = 0
      at = start - 1
      continue
    }
    cells += widths[at]!
    if (text[at] === ' ') space = at + 1
  }
  return breaks.length > 0 ? breaks : null
}

/** Cells of each UTF-16 unit: those of a character are at its first. */
function widthsOf(text: string, terminal: Terminal | null): Uint8Array | null {
  const widths = new Uint8Array(text.length)
  if (/^[\x20-\x7e]*$/.test(text)) return widths.fill(1)
  if (!terminal) return null
  let at = 0
  for (const { text: cluster, width } of terminal.clustersOf(text)) {
    widths[at] = width
    at += cluster.length
  }
  return widths
}
