// Styles that stay set after a line. Most logs reset them at the end of each line, so only the lines where they change are
// stored.
import { plainPen, type Pen, type Terminal } from '../../text/terminal.ts'
import { droppedLines, lineText, openLines, revisionOf, type LogLines } from './log-lines.ts'

export interface StyleCarry {
  /**
   * Reads new lines. Idempotent. Returns how often the lines were replaced by others, for example by those of another run.
   */
  sync(lines: LogLines): number
  /** The style set at the start of the line with this number. */
  before(number: number): Pen
}

export function createStyleCarry(terminal: Terminal | null): StyleCarry {
  /** Numbers of lines where the style changed, and the style from there on. */
  let changes: number[] = []
  let styles: Pen[] = []
  let read = 0
  let last = ''
  let replaced = 0
  let revision = 0
  /** The first line that could be rewritten when the lines were last read. */
  let open = 0

  return {
    sync(lines) {
      const dropped = droppedLines(lines)
      const end = dropped + lines.length
      if (revisionOf(lines) > revision && end >= read) {
        read = Math.max(dropped, Math.min(read, open))
        while ((changes.at(-1) ?? 0) > read + 1) {
          changes.pop()
          styles.pop()
        }
        last = read > dropped ? lineText(lines, read - dropped - 1) : ''
      }
      const same = read >= dropped && read <= end && (read === dropped || lineText(lines, read - dropped - 1) === last)
      if (!same) {
        changes = []
        styles = []
        read = dropped
        replaced += 1
      }
      let style = styles.at(-1) ?? plainPen
      for (; read < end; read += 1) {
        const next = terminal?.penAfter(lineText(lines, read - dropped), style) ?? style
        if (next === style || next.sequence === style.sequence) continue
        style = next
        changes.push(read + 2)
        styles.push(style)
      }
      last = lines.length > 0 ? lineText(lines, lines.length - 1) : ''
      revision = revisionOf(lines)
      open = end - openLines(lines)
      return replaced
    },
    before(number) {
      let low = 0
      let high = changes.length
      while (low < high) {
        const middle = (low + high) >> 1
        if ((changes[middle] ?? 0) <= number) low = middle + 1
        else high = middle
      }
      return styles[low - 1] ?? plainPen
    },
  }
}
