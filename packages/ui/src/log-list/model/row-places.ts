// Converts positions in the log to positions in the document, and back. Only visible rows are elements.
import { documentOf } from '../../part/dom.ts'
import type { Place } from './log-selection.ts'

/** The rows in the document: each element draws the line with the number at its place. */
export interface DrawnRows {
  readonly numbers: readonly number[]
  readonly elements: HTMLCollection
}

/** `Range.START_TO_END` and `NodeFilter.SHOW_TEXT`. */
const startToEnd = 1
const showText = 4

export type DocumentPoint = readonly [node: Node, offset: number]

const contentOf = (row: Element | undefined) => row?.querySelector('[data-slot="log-list-content"]') ?? null

/** The log position of a point in the document; the nearest one if the point is outside the text of the rows. */
export function placeAt({ numbers, elements }: DrawnRows, [node, offset]: DocumentPoint): Place | null {
  const page = documentOf(node)
  const before = page.createRange()
  before.setStart(node, offset)
  let place: Place | null = null
  for (const [index, row] of [...elements].entries()) {
    const content = contentOf(row)
    if (!content) continue
    const text = page.createRange()
    text.selectNodeContents(content)
    // The rest of a line that is cut belongs to its end.
    const more = row.querySelector('[data-slot="log-list-more"]')
    const end = () => (more ? Infinity : text.toString().length)
    const line = numbers[index]
    if (line === undefined) break
    // After the text, within it, or before it: the last case is the end of the row above, or the very beginning.
    if (text.compareBoundaryPoints(startToEnd, before) < 0) place = { line, offset: end() }
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
export function pointOf({ numbers, elements }: DrawnRows, { line, offset }: Place): DocumentPoint | null {
  const found = numbers.findIndex((number) => number >= line)
  const index = found === -1 ? numbers.length : found
  const row = elements[Math.min(index, elements.length - 1)]
  const content = contentOf(row)
  if (!content) return null
  if (index >= elements.length) return [content, content.childNodes.length]
  if (numbers[index] !== line) return [content, 0]
  const walker = documentOf(content).createTreeWalker(content, showText)
  let left = offset
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const { length } = node.textContent ?? ''
    if (left <= length) return [node, left]
    left -= length
  }
  return [content, content.childNodes.length]
}

/** Whether the row of a position is in the document. */
export function isDrawn({ numbers }: DrawnRows, { line }: Place): boolean {
  return numbers.includes(line)
}
