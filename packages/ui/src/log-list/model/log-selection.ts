// The reader's selection, in lines instead of elements: it survives when its rows leave the document.
import { plainText } from '../../text/plain-text.ts'
import type { LogRows } from './log-rows.ts'

/** A position in the drawn text of a line. */
export interface Place {
  /** Number of the line. */
  readonly line: number
  /** UTF-16 units of drawn text before it. */
  readonly offset: number
}

export interface LogSelection {
  readonly anchor: Place
  readonly focus: Place
}

const isBefore = (a: Place, b: Place) => a.line < b.line || (a.line === b.line && a.offset < b.offset)

/**
 * The selection as plain text: all its lines, on screen or not, the first and the last one cut at its ends. Lines that a filter
 * hides are omitted; null for an empty selection.
 */
export function selectionText({ anchor, focus }: LogSelection, rows: LogRows, pending: string | null): string | null {
  const [from, to] = isBefore(focus, anchor) ? [focus, anchor] : [anchor, focus]
  const lines: string[] = []
  const add = (number: number, line: string) => {
    const text = plainText(line)
    const end = number === to.line ? to.offset : text.length
    lines.push(text.slice(number === from.line ? from.offset : 0, end))
  }
  let index = rows.indexOf(from.line)
  for (; index < rows.length && rows.number(index) <= to.line; index += 1) add(rows.number(index), rows.text(index))
  // The unfinished line is the one after the last.
  if (pending && index >= rows.length && rows.number(rows.length) <= to.line) add(rows.number(rows.length), pending)
  return lines.join('\n') || null
}
