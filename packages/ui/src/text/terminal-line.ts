/* oxlint-disable no-control-regex -- control characters are what this file looks for */
// One line as a terminal shows it (ECMA-48): carriage returns overwrite, erase sequences erase, others except colours are dropped.
import { graphemes, graphemeColumns, isPrintableAscii } from './columns.ts'

const escape = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/y
const eraseToEnd = /\u001b\[0?K/
const eraseLine = /\u001b\[2K/
/** Segments of a line that are read: a progress bar is redrawn thousands of times, and only the last redraws are visible. */
const segmentsKept = 32

/** The line after its last carriage return. Colours and links are kept. */
export function collapseReturns(line: string): string {
  const body = line.endsWith('\r') ? line.slice(0, -1) : line
  if (!body.includes('\r')) return body
  const segments = lastSegments(body)
  return segments.reduce((under, over) => overwrite(under, over))
}

function lastSegments(body: string): string[] {
  const segments: string[] = []
  let end = body.length
  while (end >= 0 && segments.length < segmentsKept) {
    const start = body.lastIndexOf('\r', end - 1) + 1
    segments.unshift(body.slice(start, end))
    if (start === 0) break
    end = start - 1
  }
  return segments
}

function overwrite(under: string, over: string): string {
  if (over === '') return under
  if (eraseLine.test(over) || eraseToEnd.test(over)) return over
  // One cell per character: no segmentation needed, whatever the length.
  const plain = isPrintableAscii(under) && isPrintableAscii(over)
  const rest = plain ? under.slice(over.length) : afterColumns(under, visibleColumns(over))
  return rest === '' ? over : `${over}\u001b[0m${rest}`
}

function visibleColumns(text: string): number {
  let columns = 0
  walk(text, (_, width) => {
    columns += width
    return true
  })
  return columns
}

/** The visible rest of `text` after the first `columns` cells, with the colours active there; '' for nothing. */
function afterColumns(text: string, columns: number): string {
  let left = columns
  let styles = ''
  let at = text.length
  walk(text, (index, width, sequence) => {
    if (sequence !== '') styles += sequence
    else if (left <= 0) {
      at = index
      return false
    } else left -= width
    return true
  })
  return at === text.length ? '' : styles + text.slice(at)
}

/** Calls `visit` for each escape sequence (no width) and each grapheme cluster until it returns false. */
function walk(text: string, visit: (index: number, width: number, sequence: string) => boolean): void {
  let at = 0
  while (at < text.length) {
    escape.lastIndex = at
    const sequence = escape.exec(text)?.[0]
    if (sequence !== undefined) {
      if (!visit(at, 0, sequence)) return
      at += sequence.length
      continue
    }
    const next = text.indexOf('\u001b', at + 1)
    const run = text.slice(at, next < 0 ? text.length : next)
    for (const { segment, index } of graphemes.segment(run)) {
      if (!visit(at + index, segment === '\u001b' ? 0 : graphemeColumns(segment), '')) return
    }
    at += run.length
  }
}
