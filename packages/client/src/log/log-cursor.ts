// The three forms in which the service sends logs → lines, each seen once (protocol §4, design §2 "Logs").
import type { LogSource } from '../core/types.ts'

/** How far one source of a run's log has been read. */
export interface LogCursor {
  /** Finished lines so far. */
  readonly lines: number
  /** The unfinished last line. */
  readonly tail: string
  /** The growing record as last received; empty where lines come in arrays. */
  readonly record: string
  /** How much of `record` has become text: bytes of a base64 record, characters of a plain one. */
  readonly read: number
  readonly base64: boolean
}

export const logStart: LogCursor = { lines: 0, tail: '', record: '', read: 0, base64: false }

export interface LogAdvance {
  readonly position: LogCursor
  readonly lines: readonly string[]
}

/** By `log_type` of protocol §4. */
export const logSources: readonly LogSource[] = ['build', 'run', 'serve', 'setup', 'task']

/** What is not known is `task`. */
export function sourceOf(logType: unknown): LogSource {
  if (logType === undefined) return 'task'
  return (typeof logType === 'number' ? logSources[logType] : logSources.find((source) => source === logType)) ?? 'task'
}

/**
 * Reads a record that holds all of its source's text so far. One that is a prefix of what is known changes nothing;
 * one that was rewritten is joined at the longest overlap, or else taken as new text.
 * @param mayBeBase64 Whether `record` is to be tried as base64 of UTF-8 first.
 */
export function readCumulative(position: LogCursor, record: string, mayBeBase64: boolean): LogAdvance {
  const known = position.record
  if (record === known) return { position, lines: [] }
  if (known !== '') {
    const stable = stablePart(known)
    if (record.length >= known.length && record.startsWith(stable)) {
      if (!position.base64) return addText({ ...position, record, read: record.length }, record.slice(position.read))
      const decoded = decodeBase64(record, position.read)
      if (decoded) return addText({ ...position, record, read: decoded.bytes }, decoded.text)
    }
    if (record.length < known.length && known.startsWith(stablePart(record))) return { position, lines: [] }
  }
  const decoded = mayBeBase64 ? decodeBase64(record, 0) : undefined
  const text = decoded?.text ?? record
  const next = { ...position, record, read: decoded?.bytes ?? record.length, base64: decoded !== undefined }
  if (known === '') return addWhole(next, text)
  const before = (position.base64 ? decodeBase64(known, 0)?.text : undefined) ?? known
  if (before.startsWith(text)) return { position, lines: [] }
  return addText(next, text.slice(overlap(before, text)))
}

/** Text from the log's beginning, of which some lines may have come by another way. */
function addWhole(position: LogCursor, text: string): LogAdvance {
  if (position.lines === 0) return addText({ ...position, tail: '' }, text)
  const whole = addText({ ...position, lines: 0, tail: '' }, text)
  if (whole.position.lines < position.lines) return { position, lines: [] }
  return { position: whole.position, lines: whole.lines.slice(position.lines) }
}

/** Without a last quartet that padding leaves open to change. */
function stablePart(record: string): string {
  return record.endsWith('=') ? record.slice(0, -4) : record
}

/** How many characters at the start of `after` are the end of `before`. */
function overlap(before: string, after: string): number {
  const head = after.slice(0, after.indexOf('\n') + 1) || after
  for (let at = before.indexOf(head); at >= 0; at = before.indexOf(head, at + 1)) {
    if (after.startsWith(before.slice(at))) return before.length - at
  }
  return 0
}

/** Lines that are new, or, with `offset` (the index of the first one), those of them that are. */
export function readLines(before: LogCursor, added: readonly string[], offset = before.lines): LogAdvance {
  const known = Math.max(0, before.lines - offset)
  if (known >= added.length) return { position: before, lines: [] }
  const fresh = known === 0 ? added : added.slice(known)
  const lines = hasLineEnds(fresh) ? fresh.map((line) => line.replace(/\r?\n$/, '')) : fresh
  const position = { lines: offset + added.length, tail: '', record: '', read: 0, base64: false }
  return { position, lines }
}

function hasLineEnds(lines: readonly string[]): boolean {
  for (const line of lines) if (line.charCodeAt(line.length - 1) === 10) return true
  return false
}

/** Whether it is a list of lines as they are shown: strings only, and none with its line end. */
export function isPlainLines(value: unknown): value is readonly string[] {
  if (!Array.isArray(value)) return false
  for (const line of value) if (typeof line !== 'string' || line.charCodeAt(line.length - 1) === 10) return false
  return value.length > 0
}

function addText(position: LogCursor, text: string): LogAdvance {
  if (text === '') return { position, lines: [] }
  const lines = (position.tail + text).split('\n')
  const tail = lines.pop() ?? ''
  for (let index = 0; index < lines.length; index++) {
    if (lines[index]!.endsWith('\r')) lines[index] = lines[index]!.slice(0, -1)
  }
  return { position: { ...position, tail, lines: position.lines + lines.length }, lines }
}

/** At the end of the run an unfinished line is a line. */
export function finishLog(position: LogCursor): LogAdvance {
  const { tail } = position
  if (tail === '') return { position, lines: [] }
  return { position: { ...position, tail: '', lines: position.lines + 1 }, lines: [tail.replace(/\r$/, '')] }
}

/**
 * Text from byte `from` on, and how many bytes became whole characters; undefined for what is no base64 of UTF-8.
 * Only the new part is decoded, so that a growing record costs what it grew.
 */
function decodeBase64(record: string, from: number): { text: string; bytes: number } | undefined {
  const quartets = Math.floor(from / 3)
  try {
    const binary = atob(record.slice(quartets * 4))
    const bytes = Uint8Array.from(binary.slice(from - quartets * 3), (char) => char.charCodeAt(0))
    const whole = bytes.length - openBytes(bytes)
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, whole))
    return { text, bytes: from + whole }
  } catch {
    return undefined
  }
}

/** Bytes at the end that begin a character whose rest has not come yet. */
function openBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0
    if (byte < 0x80) return 0
  }
  return 0
}
