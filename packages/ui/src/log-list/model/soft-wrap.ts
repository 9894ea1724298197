// Wrapping at spaces. The layout counts rows of full cells; a line is wrapped at its spaces if that needs no more rows.
import type { Terminal } from '../../text/terminal.ts'

export interface SoftWrap {
  /** UTF-16 offsets at which the second and later rows begin. */
  readonly breaks: readonly number[]
  /** Cells before these rows: 2, or 0 where the rows are too few for that. */
  readonly indent: number
}

const hanging = 2

/**
 * Null if the line needs more rows when it is wrapped at spaces.
 * @param width cells of a row
 * @param rows of the line in the layout
 */
export function softWrap(text: string, width: number, rows: number, terminal: Terminal | null): SoftWrap | null {
  if (rows < 2 || !text.includes(' ') || !Number.isFinite(width)) return null
  const widths = widthsOf(text, terminal)
  for (const indent of [hanging, 0]) {
    const breaks = widths && wrapAt(text, widths, width, width - indent, rows)
    if (breaks) return { breaks, indent }
  }
  return null
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

function wrapAt(text: string, widths: Uint8Array, first: number, later: number, rows: number): number[] | null {
  const breaks: number[] = []
  let cells = 0
  let room = first
  /** After the last space of this row. */
  let space = 0
  /** Cells of the row up to there. */
  let before = 0
  for (let at = 0; at < text.length; at += 1) {
    const width = widths[at]!
    if (cells + width > room) {
      if (breaks.length + 2 > rows) return null
      // A word that is longer than a row is cut.
      const start = breaks.at(-1) ?? 0
      const next = space > start ? space : at
      breaks.push(next)
      cells = next === space ? cells - before : 0
      room = later
      before = 0
    }
    cells += width
    if (text[at] === ' ') {
      space = at + 1
      before = cells
    }
  }
  return breaks
}
