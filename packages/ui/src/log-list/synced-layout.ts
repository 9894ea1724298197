import { LogLayout } from './log-layout.ts'
import { droppedLines, lineText, type LogLines } from './log-lines.ts'

/**
 * A layout that follows growing lines. `sync` reads only what is new, and asking twice with the same lines changes
 * nothing, so it may be called while rendering.
 */
export interface SyncedLayout {
  sync(lines: LogLines, width: number): LogLayout
}

export function createSyncedLayout(): SyncedLayout {
  let layout = new LogLayout(Infinity)
  /** Number of the first line laid out, and what the last one said: how a different log is told from a grown one. */
  let dropped = 0
  let last = ''

  return {
    sync(lines, width) {
      const droppedNow = droppedLines(lines)
      const lastIndex = dropped + layout.length - 1 - droppedNow
      const grown =
        droppedNow >= dropped &&
        lines.length > lastIndex &&
        (layout.length === 0 || lastIndex < 0 || lineText(lines, lastIndex) === last)
      if (!grown || lastIndex < -1) {
        layout = new LogLayout(width)
        dropped = droppedNow
      } else {
        layout.drop(droppedNow - dropped)
        dropped = droppedNow
        layout.resize(width)
      }
      for (let index = layout.length; index < lines.length; index += 1) layout.append(lineText(lines, index))
      last = lines.length > 0 ? lineText(lines, lines.length - 1) : ''
      return layout
    },
  }
}
