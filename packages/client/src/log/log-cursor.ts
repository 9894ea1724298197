// The three forms in which the service sends logs → lines, each once (protocol §4, design §2 "Logs").
import type { LogSource } from '../core/types.ts'
import { movesRows } from './row-moves.ts'

/** How far one source of a run's log has been read. */
export interface LogCursor {
  /** Number of finished lines so far; an item of an array counts once, even if it has several lines. */
  readonly lines: number
  /** How many more lines there are, because items had several. */
  readonly extra: number
  /** The unfinished last line. */
  readonly tail: string
  /** The cumulative record as last received; empty where lines arrive in arrays. */
  readonly record: string
  /** How much of `record` has been decoded to text: bytes of a base64 record, characters of a plain one. */
  readonly read: number
  readonly base64: boolean
}

export const logStart: LogCursor = { lines: 0, extra: 0, tail: '', record: '', read: 0, base64: false }

/** A cursor after a read, and the lines that the read added. */
export interface LogAdvance {
  readonly cursor: LogCursor
  readonly lines: readonly string[]
  /** The new text where it is not the lines alone: it goes on from the unfinished line before, and may end in another. */
  readonly text?: string
}

/** Indexed by the `log_type` of protocol §4. */
export const logSources: readonly LogSource[] = ['build', 'run', 'serve', 'setup', 'task']

/** An unknown type is `task`. */
export function sourceOf(logType: unknown): LogSource {
  if (logType === undefined) return 'task'
  return (typeof logType === 'number' ? logSources[logType] : logSources.find((source) => source === logType)) ?? 'task'
}

/**
 * Reads a record that holds all of its source's text so far. A record that is a prefix of the known one changes nothing;
 * a rewritten one is joined at the longest overlap, or else appended as new text.
 * @param mayBeBase64 Whether to try `record` as base64 of UTF-8 first.
 */
export function readCumulative(cursor: LogCursor, record: string, mayBeBase64: boolean): LogAdvance {
  const known = cursor.record
  if (record === known) return { cursor, lines: [] }
  if (known !== '') {
    const stable = stablePart(known)
    if (record.length >= known.length && record.startsWith(stable)) {
      if (!cursor.base64) return addText({ ...cursor, record, read: record.length }, record.slice(cursor.read))
      const decoded = decodeBase64(record, cursor.read)
      if (decoded) return addText({ ...cursor, record, read: decoded.bytes }, decoded.text)
    }
    if (record.length < known.length && known.startsWith(stablePart(record))) return { cursor, lines: [] }
  }
  const decoded = mayBeBase64 ? decodeBase64(record, 0) : undefined
  const text = decoded?.text ?? record
  const next = { ...cursor, record, read: decoded?.bytes ?? record.length, base64: decoded !== undefined }
  if (known === '') return addFromStart(next, text)
  const before = (cursor.base64 ? decodeBase64(known, 0)?.text : undefined) ?? known
  if (before.startsWith(text)) return { cursor, lines: [] }
  return addText(next, text.slice(overlap(before, text)))
}

/** Text from the log's beginning, of which some lines may have arrived in another form. */
function addFromStart(cursor: LogCursor, text: string): LogAdvance {
  if (cursor.lines === 0) return addText({ ...cursor, tail: '' }, text)
  const all = addText({ ...cursor, lines: -cursor.extra, tail: '' }, text)
  if (all.cursor.lines < cursor.lines) return { cursor, lines: [] }
  const lines = all.lines.slice(cursor.lines + cursor.extra)
  return { cursor: all.cursor, lines, text: [...lines, all.cursor.tail].join('\n') }
}

/** The record without a padded last quartet, which changes when the record grows. */
function stablePart(record: string): string {
  return record.endsWith('=') ? record.slice(0, -4) : record
}

/** Length of the longest start of `after` that is the end of `before`, in characters. */
function overlap(before: string, after: string): number {
  const head = after.slice(0, after.indexOf('\n') + 1) || after
  for (let at = before.indexOf(head); at >= 0; at = before.indexOf(head, at + 1)) {
    if (after.startsWith(before.slice(at))) return before.length - at
  }
  return 0
}

/** Adds items that are all new or, with `offset` (the index of the first), those that are not known yet. */
export function readLines(before: LogCursor, added: readonly string[], offset = before.lines): LogAdvance {
  const known = Math.max(0, before.lines - offset)
  if (known >= added.length) return { cursor: before, lines: [] }
  const fresh = known === 0 ? added : added.slice(known)
  const lines = hasLineEnds(fresh) ? fresh.flatMap(splitItem) : fresh
  const extra = before.extra + lines.length - fresh.length
  const cursor = { lines: offset + added.length, extra, tail: '', record: '', read: 0, base64: false }
  return { cursor, lines }
}

/** The lines of an item of an array, which may end with an LF. */
export function splitItem(item: string): string[] {
  const lines = item.replace(/\r?\n$/, '').split('\n')
  return lines.map((line, index) => (index < lines.length - 1 && line.endsWith('\r') ? line.slice(0, -1) : line))
}

function hasLineEnds(lines: readonly string[]): boolean {
  for (const line of lines) if (line.includes('\n')) return true
  return false
}

/** Whether the value is a non-empty list of strings, each one line that stays on its row. */
export function isPlainLines(value: unknown): value is readonly string[] {
  if (!Array.isArray(value)) return false
  for (const line of value) if (typeof line !== 'string' || line.includes('\n') || movesRows(line)) return false
  return value.length > 0
}

function addText(cursor: LogCursor, text: string): LogAdvance {
  if (text === '') return { cursor, lines: [] }
  const lines = (cursor.tail + text).split('\n')
  const tail = lines.pop() ?? ''
  for (let index = 0; index < lines.length; index++) {
    if (lines[index]!.endsWith('\r')) lines[index] = lines[index]!.slice(0, -1)
  }
  return { cursor: { ...cursor, tail, lines: cursor.lines + lines.length }, lines, text }
}

/** At the end of the run an unfinished line becomes a line. */
export function finishLog(cursor: LogCursor): LogAdvance {
  const { tail } = cursor
  if (tail === '') return { cursor, lines: [] }
  return { cursor: { ...cursor, tail: '', lines: cursor.lines + 1 }, lines: [tail.replace(/\r$/, '')], text: '' }
}

/**
 * The text from byte `from` on, and the number of bytes that form complete characters; undefined if the record is not
 * base64 of UTF-8. Only the new part is decoded, so that a growing record costs only its growth.
 */
function decodeBase64(record: string, from: number): { text: string; bytes: number } | undefined {
  const quartets = Math.floor(from / 3)
  try {
    const binary = atob(record.slice(quartets * 4))
    const bytes = Uint8Array.from(binary.slice(from - quartets * 3), (char) => char.charCodeAt(0))
    const complete = bytes.length - incompleteBytes(bytes)
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, complete))
    return { text, bytes: from + complete }
  } catch {
    return undefined
  }
}

/** Number of bytes at the end that begin a character whose rest has not arrived yet. */
function incompleteBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0
    if (byte < 0x80) return 0
  }
  return 0
}
