/* oxlint-disable no-control-regex -- control characters are what this file looks for */
// Colours that stay set after a line. Most logs reset them at the end of each line, so only the lines where they change are
// stored.
import { droppedLines, lineText, type LogLines } from './log-lines.ts'

const colours = /\u001b\[([\d;:]*)m/g
/** Limit of active sequences; a log that never resets repeats itself. */
const kept = 8

/** The SGR sequences active after `line`, given those before it. */
export function carriedStyle(before: string, line: string): string {
  if (!line.includes('\u001b[')) return before
  let sequences = before === '' ? [] : before.split(/(?<=m)/)
  for (const [sequence, parameters] of line.matchAll(colours)) {
    if (parameters === '' || parameters === '0' || parameters === '00') sequences = []
    else sequences = [...sequences.filter((known) => known !== sequence).slice(1 - kept), sequence]
  }
  return sequences.join('')
}

export interface StyleCarry {
  /**
   * Reads new lines. Idempotent. Returns how often the lines were replaced by others, for example by those of another run.
   */
  sync(lines: LogLines): number
  /** The sequences active at the start of the line with this number. */
  before(number: number): string
}

export function createStyleCarry(): StyleCarry {
  /** Numbers of lines where the style changed, and the style from there on. */
  let changes: number[] = []
  let styles: string[] = []
  let read = 0
  let last = ''
  let replaced = 0

  return {
    sync(lines) {
      const dropped = droppedLines(lines)
      const end = dropped + lines.length
      const same = read >= dropped && read <= end && (read === dropped || lineText(lines, read - dropped - 1) === last)
      if (!same) {
        changes = []
        styles = []
        read = dropped
        replaced += 1
      }
      let style = styles.at(-1) ?? ''
      for (; read < end; read += 1) {
        const next = carriedStyle(style, lineText(lines, read - dropped))
        if (next === style) continue
        style = next
        changes.push(read + 2)
        styles.push(style)
      }
      last = lines.length > 0 ? lineText(lines, lines.length - 1) : ''
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
      return styles[low - 1] ?? ''
    },
  }
}
