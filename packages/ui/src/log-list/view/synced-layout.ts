import { LogLayout } from '../model/log-layout.ts'
import type { LogRows } from '../model/log-rows.ts'
import { roughText, type Terminal } from '../../text/terminal.ts'
import { softBreaks } from '../model/soft-wrap.ts'
import { cutLine, lineColumns } from '../model/line-cells.ts'

/**
 * A layout of growing rows. `sync` reads only new rows and those that were rewritten, and is idempotent, so it may be called while
 * rendering.
 */
export interface SyncedLayout {
  sync(rows: LogRows, width: number, shown: ShownRows): LogLayout
}

export interface ShownRows {
  /** Pairs of the first and last number of hidden lines, ascending; the identical array until it changes. */
  readonly folds: readonly number[]
  /** Numbers of long lines that the reader opened; the identical set until it changes. */
  readonly opened: ReadonlySet<number>
  /** Whether lines wrap at spaces: each one that is wider than a row is then read again at another width. */
  readonly softWrap: boolean
}

export const allShown: ShownRows = { folds: [], opened: new Set(), softWrap: false }

export function createSyncedLayout(terminal: Terminal | null): SyncedLayout {
  let layout = new LogLayout(Infinity)
  /** Dropped rows before the first one, and the last one: used to distinguish replaced rows from grown ones. */
  let dropped = 0
  let last = { number: 0, text: '' }
  let revision = 0
  /** Number of the first line that could be rewritten at the last sync. */
  let open = 0
  let { folds, opened } = allShown
  /** The width at which lines are wrapped at spaces; 0 if they are not. */
  let softWidth = 0

  const hide = (rows: LogRows, from: number, to: number, hidden: boolean) => {
    const first = rows.indexOf(from)
    const end = to >= rows.number(rows.length - 1) ? layout.length : rows.indexOf(to + 1)
    if (end > first) layout.hide(first, end - 1, hidden)
  }

  return {
    sync(rows, width, shown) {
      const isRevised = rows.revision > revision && rows.dropped >= dropped
      const lastIndex = dropped + layout.length - 1 - rows.dropped
      const same =
        isRevised ||
        lastIndex < 0 ||
        (lastIndex < rows.length && rows.number(lastIndex) === last.number && rows.text(lastIndex) === last.text)
      const isNew = rows.dropped < dropped || lastIndex < -1 || !same
      if (isNew) {
        layout = new LogLayout(width)
        folds = []
        opened = allShown.opened
      } else {
        layout.drop(rows.dropped - dropped)
        layout.resize(width)
      }
      dropped = rows.dropped
      const soft = shown.softWrap && Number.isFinite(width) ? width : 0
      const columnsAt = (index: number) => {
        const text = rows.text(index)
        const columns = lineColumns(text, terminal, shown.opened.has(rows.number(index)))
        if (soft === 0 || columns <= soft || columns > cutLine) return columns
        const breaks = softBreaks(terminal?.lineText(text) ?? roughText(text), soft, terminal)
        return breaks ? (breaks.length + 1) * soft : columns
      }
      if (soft !== softWidth) {
        for (let index = 0; index < Math.min(layout.length, rows.length); index += 1)
          layout.set(index, columnsAt(index))
        softWidth = soft
      }
      if (isRevised && !isNew) {
        layout.truncate(rows.length)
        for (let index = rows.indexOf(open); index < layout.length; index += 1) layout.set(index, columnsAt(index))
      }
      revision = rows.revision
      open = rows.open
      const before = layout.length
      for (let index = before; index < rows.length; index += 1) layout.append(columnsAt(index))
      if (shown.folds !== folds) {
        const known = new Set(pairs(folds))
        const wanted = new Set(pairs(shown.folds))
        for (const pair of known) if (!wanted.has(pair)) hide(rows, ...ends(pair), false)
        for (const pair of wanted) if (!known.has(pair)) hide(rows, ...ends(pair), true)
        // A range that ended may have hidden lines of one that stays.
        folds = shown.folds
      }
      if (layout.length > before) hideNew(rows, before)
      if (shown.opened !== opened) {
        for (const number of new Set([...opened, ...shown.opened])) {
          const index = rows.indexOf(number)
          if (opened.has(number) !== shown.opened.has(number) && rows.number(index) === number && index < layout.length)
            layout.set(index, columnsAt(index))
        }
        opened = shown.opened
      }
      const end = rows.length - 1
      last = end < 0 ? { number: 0, text: '' } : { number: rows.number(end), text: rows.text(end) }
      return layout
    },
  }

  /** New lines of a section that is folded. */
  function hideNew(rows: LogRows, from: number): void {
    const first = rows.number(from)
    for (let at = folds.length - 2; at >= 0; at -= 2) {
      const to = folds[at + 1]!
      if (to < first) return
      hide(rows, Math.max(first, folds[at]!), to, true)
    }
  }
}

const pairs = (ranges: readonly number[]): string[] =>
  ranges.flatMap((from, at) => (at % 2 === 0 ? [`${from} ${ranges[at + 1]}`] : []))

function ends(pair: string): [number, number] {
  const [from = 0, to = 0] = pair.split(' ').map(Number)
  return [from, to]
}
