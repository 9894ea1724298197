// The three forms of logs, by source, into the run's lines (protocol §4, design §2 "Logs").
import { isObject } from '../core/json.ts'
import type { JsonObject } from '../core/json.ts'
import { isPlainLines, logSources, logStart, readCumulative, readLines, sourceOf } from '../log/log-cursor.ts'
import type { LogCursor } from '../log/log-cursor.ts'
import { parseProgress } from './progress.ts'
import { startLogSync } from './task-model.ts'
import type { BufferedLines, Mutable, LogSync, Draft } from './task-model.ts'
import { applyProgress } from './task-output.ts'
import type { LogSource } from '../core/types.ts'
import { readWholeLog } from '../log/whole-log.ts'
import type { SourceLines } from '../log/whole-log.ts'

/** Reads without a new line after which the stream is believed instead: the endpoint does not keep up, or has no log. */
const maxStaleReads = 3

/** Whether its lines say where they belong. */
export function hasOffsets(task: JsonObject): boolean {
  const { logs } = task
  const isOne = (entry: unknown) => isObject(entry) && offsetOf(entry) !== undefined
  return Array.isArray(logs) && logs.length > 0 && (offsetOf(task) !== undefined || logs.some(isOne))
}

/** Whether it tells any lines. */
export function hasLog({ logs }: JsonObject): boolean {
  return typeof logs === 'string' ? logs !== '' : Array.isArray(logs) && logs.length > 0
}

function offsetOf(task: JsonObject): number | undefined {
  const offset = task['offset'] ?? task['logs_offset'] ?? task['log_offset']
  return typeof offset === 'number' && offset >= 0 ? offset : undefined
}

/** Where a record's fields come from. */
export interface RecordForm {
  /** A full object: a list of strings is all of the log so far; elsewhere it is only what is new. */
  readonly isWhole: boolean
  /** It answers a GET, so that a stream may be open beside it. */
  readonly isSnapshot: boolean
}

export function applyLogs(draft: Draft<unknown>, task: JsonObject, { isWhole, isSnapshot }: RecordForm): void {
  const { logs } = task
  const offset = offsetOf(task)
  if (draft.model.numbering !== 'offset' && hasOffsets(task)) {
    draft.model.numbering = 'offset'
    draft.touched = true
    readFromStream(draft)
  }
  if (typeof logs === 'string') {
    take(draft, 'task', readCumulative(cursorOf(draft, 'task'), logs, false))
    return
  }
  if (!Array.isArray(logs)) return
  if (typeof logs[0] === 'string') {
    const lines = stringsOf(logs)
    const source = sourceOf(task['log_type'])
    if (offset !== undefined || isWhole) take(draft, source, readLines(cursorOf(draft, source), lines, offset ?? 0))
    else applyLines(draft, source, lines)
    // A stream that goes on may bring the same lines again.
    if (offset === undefined && isSnapshot) readFromEndpoint(draft, false)
    return
  }
  for (const entry of logs) {
    if (!isObject(entry)) continue
    const source = sourceOf(entry['log_type'])
    const { content } = entry
    const from = offsetOf(entry) ?? offset
    if (typeof content === 'string' && from === undefined) {
      take(draft, source, readCumulative(cursorOf(draft, source), content, true))
      continue
    }
    // A record whose beginning the service has dropped says where it starts; its lines are taken by number.
    const lines = typeof content === 'string' ? linesOf(content) : (entry['lines'] ?? content)
    if (!Array.isArray(lines)) continue
    const texts = stringsOf(lines)
    if (from === undefined && !isWhole) applyLines(draft, source, texts)
    else take(draft, source, readLines(cursorOf(draft, source), texts, from ?? 0))
  }
}

/**
 * The short way for what most records of a long log bring: plain lines that follow those of the record before. What `takeLogs`
 * makes of them, at half the cost; false, and nothing taken, for all else.
 */
export function applyNextLines(draft: Draft<unknown>, task: JsonObject): boolean {
  const { logs, offset } = task
  const last = draft.fresh[draft.fresh.length - 1]
  if (!last || draft.model.numbering !== 'offset' || !isPlainLines(logs)) return false
  const { source, pieces } = last
  // Made by this event, which nobody else has seen.
  const position: Mutable<LogCursor> | undefined = draft.model.cursors[source]
  if (!position || position.lines !== offset || position.tail !== '' || position.record !== '') return false
  if (sourceOf(task['log_type']) !== source) return false
  position.lines += logs.length
  pieces.push(logs)
  draft.lines = logs
  followProgress(draft, source, logs, null)
  return true
}

/** The list itself where nothing else is in it. */
export function stringsOf(list: readonly unknown[]): readonly string[] {
  return isStrings(list) ? list : list.filter((item) => typeof item === 'string')
}

function isStrings(list: readonly unknown[]): list is readonly string[] {
  for (const item of list) if (typeof item !== 'string') return false
  return true
}

/** The finished lines of a whole record. */
function linesOf(content: string): readonly string[] {
  return readCumulative(logStart, content, true).lines
}

/** Lines that say nothing of their position. */
export function applyLines(draft: Draft<unknown>, source: LogSource, lines: readonly string[]): void {
  if (lines.length === 0) return
  const { logSync, numbering } = draft.model
  if (numbering === 'unseen') {
    draft.model.numbering = 'none'
    draft.touched = true
  }
  if (logSync.fromEndpoint) markLog(draft, { before: logSync.buffered, source, lines })
  else take(draft, source, readLines(cursorOf(draft, source), lines))
}

function markLog(draft: Draft<unknown>, buffered: BufferedLines | null): void {
  const { logSync } = draft.model
  draft.model.logSync = { ...logSync, marked: logSync.marked + 1, buffered }
  draft.touched = true
}

function cursorOf(draft: Draft<unknown>, source: LogSource): LogCursor {
  return draft.model.cursors[source] ?? logStart
}

export function take(
  draft: Draft<unknown>,
  source: LogSource,
  piece: { position: LogCursor; lines: readonly string[] },
): void {
  const { position, lines } = piece
  const before = draft.model.cursors[source]
  if (position === before) return
  // Copied once per event: from then on it is this event's own.
  if (!draft.ownsCursors) {
    draft.model.cursors = { ...draft.model.cursors }
    draft.ownsCursors = true
  }
  draft.model.cursors[source] = position
  draft.touched = true
  if (lines.length > 0) {
    draft.lines = draft.lines.length === 0 ? lines : [...draft.lines, ...lines]
    const last = draft.fresh.at(-1)
    if (last?.source === source) last.pieces.push(lines)
    else draft.fresh.push({ source, pieces: [lines] })
  }
  const tail = position.tail === '' ? null : position.tail
  if (tail !== null || before?.tail) draft.state.pendingLine = tail
  followProgress(draft, source, lines, tail)
}

function followProgress(draft: Draft<unknown>, source: LogSource, lines: readonly string[], tail: string | null): void {
  if (draft.state.status !== 'running' || (source !== 'run' && source !== 'task')) return
  if (draft.state.progress?.source === 'app') return
  let progress = tail === null ? undefined : parseProgress(tail)
  // Bars come last; a flood of lines need not be searched to its beginning.
  for (let index = lines.length - 1; !progress && index >= 0 && index > lines.length - 20; index--) {
    progress = parseProgress(lines[index]!)
  }
  applyProgress(draft, progress)
}

/**
 * From now on lines without a position are read from the log's endpoint. Those with one are at their place in any case.
 * @param isDoubtful No stream was lost, the first one only began late.
 */
export function readFromEndpoint(draft: Draft<unknown>, isDoubtful: boolean): void {
  if (draft.model.numbering === 'offset') return
  const { logSync } = draft.model
  draft.model.logSync = { ...logSync, fromEndpoint: true, isDoubtful: isDoubtful && !logSync.fromEndpoint }
  markLog(draft, logSync.buffered)
}

/** Lines are taken from the stream again: they have positions, or their log cannot be had. */
export function readFromStream(draft: Draft<unknown>): void {
  const { logSync } = draft.model
  if (logSync === startLogSync) return
  draft.model.logSync = startLogSync
  draft.touched = true
  for (const { source, lines } of bufferedIn(logSync)) take(draft, source, readLines(cursorOf(draft, source), lines))
}

/**
 * Takes the lines of the whole log that are not known yet.
 * @param logs What the log's endpoint answered; undefined where it cannot be had.
 * @param isEnd Nothing follows: lines that only the stream has brought are the log's last ones. Otherwise the run goes on,
 * and what a growing record will bring is left to that record.
 * @param marked `logSync.marked` when the log was asked for: the answer may lack what arrived since.
 */
export function applyWholeLog(draft: Draft<unknown>, logs: unknown, isEnd: boolean, marked: number): void {
  if (logs === undefined) {
    readFromStream(draft)
    return
  }
  const { logSync } = draft.model
  const log = readWholeLog(logs)
  let hasAdded = false
  for (const source of logSources) {
    const position = cursorOf(draft, source)
    if (!isEnd && position.record !== '') continue
    const lines = linesFrom(log, source)
    // Nothing is known of this source, it may be a growing record: a line without its end is left to that.
    const isUnknown = position.lines === 0 && draft.model.numbering !== 'none'
    const isOpen = !isEnd && isUnknown && log.some((one) => one.source === source && one.isOpen)
    const added = (isOpen ? lines.slice(0, -1) : lines).slice(position.lines)
    hasAdded ||= added.length > 0
    if (added.length > 0) take(draft, source, readLines(position, added))
  }
  if (logSync.isDoubtful && log.every(({ lines }) => lines.length === 0)) {
    readFromStream(draft)
    return
  }
  const buffered = notIn(log, bufferedIn(logSync))
  const staleReads = hasAdded || logSync.buffered === null ? 0 : logSync.staleReads + 1
  draft.model.logSync = { ...logSync, read: Math.max(marked, logSync.read), buffered, staleReads }
  draft.touched = true
  if (isEnd || (buffered !== null && staleReads >= maxStaleReads)) readFromStream(draft)
}

/** Oldest first. */
function bufferedIn({ buffered }: LogSync): BufferedLines[] {
  const list: BufferedLines[] = []
  for (let at = buffered; at !== null; at = at.before) list.push(at)
  return list.toReversed()
}

/** What arrays have brought, in this order, and the log does not have. */
function notIn(log: readonly SourceLines[], buffered: readonly BufferedLines[]): BufferedLines | null {
  let left: BufferedLines | null = null
  for (const source of new Set(buffered.map((one) => one.source))) {
    const known = linesFrom(log, source)
    const lines = linesFrom(buffered, source)
    let matched = 0
    for (let at = 0; matched < lines.length; matched++) {
      at = known.indexOf(lines[matched]!, at) + 1
      if (at === 0) break
    }
    if (matched < lines.length) left = { before: left, source, lines: lines.slice(matched) }
  }
  return left
}

function linesFrom(list: readonly SourceLines[], source: LogSource): readonly string[] {
  return list.flatMap((one) => (one.source === source ? one.lines : []))
}
