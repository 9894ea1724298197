// Where the reader is. The top line is the truth, not scrollTop: browsers cap an element's height (Firefox at 17.8 M
// px), and old lines can go away above the reader.
import type { LogLayout } from './log-layout.ts'
import type { LogRows } from './log-rows.ts'

export type Position =
  | { readonly following: true }
  | {
      readonly following: false
      /** Number of the line at the top, counted from 1 for the first line ever. */
      readonly line: number
      /** px of that line above the top edge; negative where lines before it are seen too. */
      readonly offset: number
      /** Lines there were when the reader left the end, counted from the first line ever. */
      readonly seen: number
    }

export interface Metrics {
  /** px */
  readonly rowHeight: number
  /** px of the visible rows, padding not counted */
  readonly height: number
  /** Cells to a row of the content. */
  readonly columns: number
  /** px of one cell */
  readonly cell: number
}

/** px: what every supported browser can still lay out. */
const tallest = 8_000_000

/** The geometry of one moment: how scrollTop and the lines go together. */
export interface Scroll {
  /** px of all rows. */
  readonly content: number
  /** px the scrolling element is tall. */
  readonly element: number
  /** Content px to one px of scrollTop; 1 but for logs too tall for an element. */
  readonly scale: number
}

export function scrollOf(rows: number, { rowHeight, height }: Metrics): Scroll {
  const content = rows * rowHeight
  const element = Math.min(content, tallest)
  const scale = content > element ? (content - height) / (element - height) : 1
  return { content, element, scale }
}

/** px of content above the top edge. */
export function topOf(position: Position, layout: LogLayout, rows: LogRows, metrics: Metrics, height: number): number {
  const end = Math.max(0, height - metrics.height)
  if (position.following) return end
  const index = rows.indexOf(position.line)
  // A line that was dropped, or that the filter hides: the next one takes its place.
  const offset = rows.number(index) === position.line ? position.offset : 0
  return Math.max(0, Math.min(end, layout.rowOf(index) * metrics.rowHeight + offset))
}

/** The position whose content begins `top` px down. */
export function positionAt(top: number, layout: LogLayout, rows: LogRows, metrics: Metrics, seen: number): Position {
  const { index, row } = layout.lineAt(Math.floor(top / metrics.rowHeight))
  const offset = row * metrics.rowHeight + (top % metrics.rowHeight)
  return { following: false, line: rows.number(index), offset, seen }
}
