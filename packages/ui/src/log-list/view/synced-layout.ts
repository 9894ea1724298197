import { LogLayout } from '../model/log-layout.ts'
import type { LogRows } from '../model/log-rows.ts'
import type { Terminal } from '../../text/terminal.ts'
import { lineColumns } from '../model/line-cells.ts'

/**
 * A layout of growing rows. `sync` reads only new rows and is idempotent, so it may be called while rendering.
 */
export interface SyncedLayout {
  sync(rows: LogRows, width: number): LogLayout
}

export function createSyncedLayout(terminal: Terminal | null): SyncedLayout {
  let layout = new LogLayout(Infinity)
  /** Dropped rows before the first one, and the last one: used to distinguish replaced rows from grown ones. */
  let dropped = 0
  let last = { number: 0, text: '' }

  return {
    sync(rows, width) {
      const lastIndex = dropped + layout.length - 1 - rows.dropped
      const same =
        lastIndex < 0 ||
        (lastIndex < rows.length && rows.number(lastIndex) === last.number && rows.text(lastIndex) === last.text)
      if (rows.dropped < dropped || lastIndex < -1 || !same) layout = new LogLayout(width)
      else {
        layout.drop(rows.dropped - dropped)
        layout.resize(width)
      }
      dropped = rows.dropped
      for (let index = layout.length; index < rows.length; index += 1)
        layout.append(lineColumns(rows.text(index), terminal))
      const end = rows.length - 1
      last = end < 0 ? { number: 0, text: '' } : { number: rows.number(end), text: rows.text(end) }
      return layout
    },
  }
}
