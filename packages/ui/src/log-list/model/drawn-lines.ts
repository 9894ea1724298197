// An array of lines as the log of a run has them: each item one line, rows that the program redrew as they were last drawn.
import type { OpenRows, Terminal } from '../../text/terminal.ts'
import type { LogEntry } from '@inferstream/react'
import { lineText, type LogLines } from './log-lines.ts'

type Item = string | LogEntry

export interface DrawnLines {
  /** Reads new items. Idempotent. Returns the lines themselves where each item is a line. */
  sync(lines: LogLines): LogLines
}

const sourceOf = (item: Item) => (typeof item === 'object' ? item.source : 'task')
const withText = (item: Item, text: string): Item => (typeof item === 'object' ? { ...item, text } : text)

/** Rows that can be redrawn, and how far back they are looked for. */
const open = 64

/** @param terminal null until it is loaded: rows are then not redrawn */
export function createDrawnLines(terminal: Terminal | null): DrawnLines {
  /** The lines; null while they are the items. */
  let drawn: Item[] | null = null
  let rows = new Map<string, OpenRows>()
  /** The last row of each source, which no line end has followed. */
  let unfinished = new Map<string, Item>()
  let revision = 0
  let read = 0
  let last = ''
  let result: { readonly of: LogLines; readonly lines: LogLines } | null = null

  const write = (drawnLines: Item[], item: Item, line: string) => {
    const source = sourceOf(item)
    let known = rows.get(source)
    if (!terminal || (!known && !terminal.movesRows(line))) {
      drawnLines.push(withText(item, line))
      return
    }
    known ??= lastRows(terminal, drawnLines, source)
    const changes = terminal.writeRows(known, `${line}\n`, drawnLines.length)
    rows.set(source, changes.rows)
    for (const [place, text] of changes.rewritten) drawnLines[place] = withText(drawnLines[place] ?? '', text)
    for (const text of changes.added) drawnLines.push(withText(item, text))
    if (changes.pending === null) unfinished.delete(source)
    else unfinished.set(source, withText(item, changes.pending))
    if (changes.rewritten.length > 0) revision += 1
  }

  return {
    sync(lines) {
      if ('dropped' in lines) return lines
      if (result?.of === lines) return result.lines
      const isGrown = read <= lines.length && (read === 0 || lineText(lines, read - 1) === last)
      if (!isGrown) {
        drawn = null
        rows = new Map()
        unfinished = new Map()
        read = 0
      }
      for (; read < lines.length; read += 1) {
        const item = lines[read] ?? ''
        const text = lineText(lines, read)
        if (drawn === null && (text.includes('\n') || terminal?.movesRows(text))) drawn = lines.slice(0, read)
        if (drawn) for (const line of splitLines(text)) write(drawn, item, line)
      }
      last = lines.length > 0 ? lineText(lines, lines.length - 1) : ''
      result = {
        of: lines,
        lines: drawn ? Object.assign([...drawn, ...unfinished.values()], { revision, open }) : lines,
      }
      return result.lines
    },
  }
}

function splitLines(text: string): string[] {
  return text.includes('\n') ? text.replace(/\r?\n$/, '').split(/\r?\n/) : [text]
}

function lastRows(terminal: Terminal, lines: readonly Item[], source: string): OpenRows {
  const texts: string[] = []
  const places: number[] = []
  for (let place = lines.length - 1; place >= 0 && place >= lines.length - open + 1; place -= 1) {
    const item = lines[place] ?? ''
    if (sourceOf(item) !== source) continue
    texts.unshift(typeof item === 'object' ? item.text : item)
    places.unshift(place)
  }
  return terminal.openRowsAfter(texts, places)
}
