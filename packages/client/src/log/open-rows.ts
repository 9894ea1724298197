// The end of a log that a program redraws: the rows of one source that the cursor can still reach.
import { rowLine, Screen } from './screen.ts'

/** Immutable: writing gives another one. */
export interface OpenRows {
  readonly screen: Screen
  /** Of each row but the last one, which is unfinished: its place in the log, counted from the first line of the run. */
  readonly places: readonly number[]
}

export interface RowChanges {
  readonly rows: OpenRows
  /** Finished rows that were not in the log yet; the first one's place is `next`. */
  readonly added: readonly string[]
  /** Rows that are in the log already. */
  readonly rewritten: readonly (readonly [place: number, line: string])[]
  /** The unfinished last row; null if it is empty. */
  readonly pending: string | null
}

/** @param lines The last lines of the source, at most `openRows - 1`, and their places. */
export function openRowsAfter(lines: readonly string[], places: readonly number[]): OpenRows {
  return { screen: Screen.after(lines), places }
}

/** @param next The place of the next line that is added to the log. */
export function writeRows({ screen: before, places: known }: OpenRows, text: string, next: number): RowChanges {
  const screen = before.clone()
  screen.write(text)
  return changesOf(before, screen, known, next)
}

/** At the end of the run the last row is finished too, unless it is empty. */
export function finishRows({ screen: before, places: known }: OpenRows, next: number): RowChanges {
  const screen = before.clone()
  screen.end()
  const changes = changesOf(before, screen, known, next)
  const { pending, added } = changes
  return pending === null ? changes : { ...changes, added: [...added, pending], pending: null }
}

function changesOf(before: Screen, screen: Screen, known: readonly number[], next: number): RowChanges {
  const { rows } = screen
  const rowsBefore = before.rows.slice(before.scrolled)
  const places = [...known]
  const added: string[] = []
  const rewritten: [number, string][] = []
  for (let index = 0; index < rows.length - 1; index++) {
    const row = rows[index]!
    const place = places[index]
    if (place === undefined) {
      places.push(next + added.length)
      added.push(rowLine(row))
    } else if (row !== rowsBefore[index]) {
      const line = rowLine(row)
      if (line !== rowLine(rowsBefore[index]!)) rewritten.push([place, line])
    }
  }
  const pending = rowLine(rows.at(-1)!) || null
  return { rows: { screen, places: places.slice(screen.scrolled) }, added, rewritten, pending }
}
