// Lines → the log. A program that moves the cursor to another row redraws rows that are in the log already (design §2 "Logs").
import type { LogAdvance } from '../log/log-cursor.ts'
import { appendLines, rewriteLines } from '../log/log-view.ts'
import { finishRows, openRowsAfter, writeRows } from '../log/open-rows.ts'
import type { OpenRows, RowChanges } from '../log/open-rows.ts'
import { movesRows } from '../log/row-moves.ts'
import { openRows } from '../log/screen.ts'
import type { LogSource } from '../core/types.ts'
import type { Draft } from './task-model.ts'

export function addLines(draft: Draft<unknown>, source: LogSource, lines: readonly string[]): void {
  if (lines.length === 0) return
  const last = draft.fresh.at(-1)
  if (last?.source === source) last.pieces.push(lines)
  else draft.fresh.push({ source, pieces: [lines] })
  draft.freshCount += lines.length
}

/** Puts the lines of this action into the view. */
export function showLines(draft: Draft<unknown>): void {
  const { fresh, state, model } = draft
  const firstNew = state.logs.dropped + state.logs.length
  for (const { source, pieces } of fresh.splice(0)) {
    state.logs = appendLines(state.logs, pieces, source, draft.at, model.options.maxLogLines)
  }
  draft.freshCount = 0
  if (draft.rewritten) {
    const first = Object.values(model.openRows).map(({ places }) => places[0] ?? Infinity)
    state.logs = rewriteLines(state.logs, draft.rewritten, { openFrom: Math.min(...first), firstNew })
    draft.rewritten = null
  }
}

/** Applies new text if the source's program redraws rows. Returns false, without applying anything, if each line is a row. */
export function applyToRows(draft: Draft<unknown>, source: LogSource, { cursor, lines, text }: LogAdvance): boolean {
  const known = draft.model.openRows[source]
  if (known) {
    const added = text ?? (lines.length > 0 ? `${lines.join('\n')}\n` : '')
    applyChanges(draft, source, writeRows(known, added, nextPlace(draft)), lines)
    return true
  }
  const first = lines.findIndex(movesRows)
  // Only the end of the unfinished line is new; a sequence may have been cut.
  const isTail = movesRows(text === undefined ? cursor.tail : cursor.tail.slice(-text.length - 32))
  if (first < 0 && !isTail) return false
  const plain = first < 0 ? lines : lines.slice(0, first)
  const moving = lines.slice(plain.length)
  addLines(draft, source, plain)
  const started = startRows(draft, source)
  const rest = [...moving, cursor.tail].join('\n')
  applyChanges(draft, source, writeRows(started, rest, nextPlace(draft)), moving)
  return true
}

/** At the end of the run: the last row of a source becomes a line. */
export function finishSource(draft: Draft<unknown>, source: LogSource): void {
  const known = draft.model.openRows[source]
  if (known) applyChanges(draft, source, finishRows(known, nextPlace(draft)), [])
}

/** The open rows of a source whose program has moved the cursor up for the first time: its last lines. */
function startRows(draft: Draft<unknown>, source: LogSource): OpenRows {
  showLines(draft)
  const { logs } = draft.state
  const lines: string[] = []
  const places: number[] = []
  const oldest = Math.max(0, logs.length - openRows)
  for (let index = logs.length - 1; index >= oldest && lines.length < openRows - 1; index--) {
    if (logs.entry(index)?.source !== source) continue
    lines.unshift(logs[index]!)
    places.unshift(logs.dropped + index)
  }
  return openRowsAfter(lines, places)
}

/** @param lines The finished lines as they came. */
function applyChanges(draft: Draft<unknown>, source: LogSource, changes: RowChanges, lines: readonly string[]): void {
  const { rows, added, rewritten, pending } = changes
  draft.model.openRows = { ...draft.model.openRows, [source]: rows }
  draft.touched = true
  draft.rewritten ??= new Map()
  // Where each line has become a row, the log keeps the line as it came, and draws the row.
  const isByLine = added.length === lines.length
  const next = nextPlace(draft)
  for (const [index, row] of added.entries()) {
    if (isByLine && row !== lines[index]) draft.rewritten.set(next + index, row)
  }
  addLines(draft, source, isByLine ? lines : added)
  for (const [place, row] of rewritten) draft.rewritten.set(place, row)
  draft.state.pendingLine = pending
}

function nextPlace({ state: { logs }, freshCount }: Draft<unknown>): number {
  return logs.dropped + logs.length + freshCount
}
