// The reader's position. It is the top line, not scrollTop: browsers limit an element's height (Firefox at 17.8 M px), and
// old lines can be dropped above the reader.
import type { LogLayout } from './log-layout.ts'
import type { LogRows } from './log-rows.ts'

export type Position =
  | { readonly following: true }
  | {
      readonly following: false
      /** Number of the line at the top, counted from 1 for the first line ever. */
      readonly line: number
      /**
       * px of that line above the top edge; negative if lines before it are visible too. 'third': it stands a third of the height
       * below the edge, whatever that is, so that the lines before are visible.
       */
      readonly offset: number | 'third'
      /** Number of lines so far when the reader left the end, including dropped ones. */
      readonly seen: number
    }

export interface Metrics {
  /** px */
  readonly rowHeight: number
  /** px of the visible rows, padding not counted */
  readonly height: number
  /** Cells per row of the content. */
  readonly columns: number
  /** px of one cell */
  readonly cell: number
}

/** px: a height that every supported browser can lay out. */
const tallest = 8_000_000

/** The geometry of one moment: the relation between scrollTop and the lines. */
export interface Scroll {
  /** px of all rows. */
  readonly content: number
  /** Height of the scrolling element in px. */
  readonly element: number
  /** Content px per px of scrollTop; 1 except for logs that are too tall for an element. */
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
  // If the line was dropped, or a filter or a fold hides it, the next one is used.
  const isShown = rows.number(index) === position.line && layout.rowsAt(index) > 0
  const wanted = position.offset === 'third' ? -Math.round(metrics.height / 3) : position.offset
  const offset = isShown ? wanted : 0
  return Math.max(0, Math.min(end, layout.rowOf(index) * metrics.rowHeight + offset))
}

/** Indexes of the lines in view, in order, without hidden ones. */
export function linesInView(top: number, layout: LogLayout, { rowHeight, height }: Metrics): number[] {
  const lines: number[] = []
  let { index } = layout.lineAt(Math.floor(top / rowHeight))
  let row = layout.rowOf(index)
  while (index < layout.length && row < layout.rows && row * rowHeight < top + height) {
    if (layout.rowsAt(index) === 0) {
      index = layout.lineAt(row).index
      continue
    }
    lines.push(index)
    row += layout.rowsAt(index)
    index += 1
  }
  return lines
}

/** The position at `top` px of content. */
export function positionAt(top: number, layout: LogLayout, rows: LogRows, metrics: Metrics, seen: number): Position {
  const { index, row } = layout.lineAt(Math.floor(top / metrics.rowHeight))
  const offset = row * metrics.rowHeight + (top % metrics.rowHeight)
  return { following: false, line: rows.number(index), offset, seen }
}
