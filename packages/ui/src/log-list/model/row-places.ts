// Converts positions in the log to positions in the document, and back. Only visible rows are elements.
import type { LogRows } from './log-rows.ts'
import type { Place } from './log-selection.ts'

/** The rows in the document: `elements[0]` draws the row at `first`. */
export interface DrawnRows {
  readonly rows: LogRows
  readonly first: number
  readonly elements: HTMLCollection
}

export type DocumentPoint = readonly [node: Node, offset: number]

const contentOf = (row: Element | undefined) => row?.querySelector('[data-slot="log-list-content"]') ?? null

/** The log position of a point in the document; the nearest one if the point is outside the text of the rows. */
export function placeAt({ rows, first, elements }: DrawnRows, [node, offset]: DocumentPoint): Place | null {
  const before = document.createRange()
  before.setStart(node, offset)
  let place: Place | null = null
  for (const [index, row] of [...elements].entries()) {
    const content = contentOf(row)
    if (!content) continue
    const text = document.createRange()
    text.selectNodeContents(content)
    const line = rows.number(first + index)
    // After the text, within it, or before it: the last case is the end of the row above, or the very beginning.
    if (text.compareBoundaryPoints(Range.START_TO_END, before) < 0) place = { line, offset: text.toString().length }
    else {
      const inside = text.comparePoint(node, offset) === 0
      if (!inside) return row.contains(node) || !place ? { line, offset: 0 } : place
      text.setEnd(node, offset)
      return { line, offset: text.toString().length }
    }
  }
  return place
}

/** The document position of a log position; the edge of the drawn rows if its row is not drawn. */
export function pointOf({ rows, first, elements }: DrawnRows, { line, offset }: Place): DocumentPoint | null {
  const index = rows.indexOf(line) - first
  const row = elements[Math.max(0, Math.min(index, elements.length - 1))]
  const content = contentOf(row)
  if (!content) return null
  if (index >= elements.length) return [content, content.childNodes.length]
  if (index < 0 || rows.number(first + index) !== line) return [content, 0]
  const walker = document.createTreeWalker(content, NodeFilter.SHOW_TEXT)
  let left = offset
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const { length } = node.textContent ?? ''
    if (left <= length) return [node, left]
    left -= length
  }
  return [content, content.childNodes.length]
}

/** Whether the row of a position is in the document. */
export function isDrawn({ rows, first, elements }: DrawnRows, { line }: Place): boolean {
  const index = rows.indexOf(line)
  return index >= first && index < first + elements.length
}
