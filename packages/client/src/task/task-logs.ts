// Applies the three forms of logs, by source, to the run's lines (protocol §4, design §2 "Logs").
import { isObject } from '../core/json.ts'
import type { JsonObject } from '../core/json.ts'
import { isPlainLines, logSources, logStart, readCumulative, readLines, sourceOf } from '../log/log-cursor.ts'
import type { LogAdvance, LogCursor } from '../log/log-cursor.ts'
import { followLine, progressOf } from '../progress/read-progress.ts'
import { startLogSync } from './task-model.ts'
import type { BufferedLines, Draft, LogSync, Mutable } from './task-model.ts'
import { showProgress } from './task-output.ts'
import { addLines, applyToRows } from './task-rows.ts'
import type { LogSource } from '../core/types.ts'
import { readWholeLog } from '../log/whole-log.ts'
import type { SourceLines } from '../log/whole-log.ts'

/** Reads in a row without a new line, after which the stream's lines are used: the endpoint lags, or has no log. */
const maxStaleReads = 3

/** Whether the lines of a record have offsets. */
export function hasOffsets(task: JsonObject): boolean {
  const { logs } = task
  const hasOffset = (entry: unknown) => isObject(entry) && offsetOf(entry) !== undefined
  return Array.isArray(logs) && logs.length > 0 && (offsetOf(task) !== undefined || logs.some(hasOffset))
}

/** Whether a record has log lines. */
export function hasLog({ logs }: JsonObject): boolean {
  return typeof logs === 'string' ? logs !== '' : Array.isArray(logs) && logs.length > 0
}

function offsetOf(task: JsonObject): number | undefined {
  const offset = task['offset'] ?? task['logs_offset'] ?? task['log_offset']
  return typeof offset === 'number' && offset >= 0 ? offset : undefined
}

/** The kind of record that the fields come from. */
export interface RecordForm {
  /** A full object: its list of strings is the whole log so far. In a partial it is only the new lines. */
  readonly isWhole: boolean
  /** The response to a GET; a stream may be open at the same time. */
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
    applyAdvance(draft, 'task', readCumulative(cursorOf(draft, 'task'), logs, false))
    return
  }
  if (!Array.isArray(logs)) return
  if (typeof logs[0] === 'string') {
    const lines = stringsOf(logs)
    const source = sourceOf(task['log_type'])
    if (offset === undefined && !isWhole) applyLines(draft, source, lines)
    else applyFrom(draft, { source, lines, from: offset ?? 0 }, isSnapshot)
    // A stream that is still open may send the same lines again.
    if (offset === undefined && isSnapshot) readFromEndpoint(draft, false)
    return
  }
  for (const entry of logs) {
    if (!isObject(entry)) continue
    const source = sourceOf(entry['log_type'])
    const { content } = entry
    const from = offsetOf(entry) ?? offset
    if (typeof content === 'string' && from === undefined) {
      applyAdvance(draft, source, readCumulative(cursorOf(draft, source), content, true))
      continue
    }
    // A record whose beginning the service has dropped has an offset; its lines are applied by their index.
    const lines = typeof content === 'string' ? linesOf(content) : (entry['lines'] ?? content)
    if (!Array.isArray(lines)) continue
    const texts = stringsOf(lines)
    if (from === undefined && !isWhole) applyLines(draft, source, texts)
    else applyFrom(draft, { source, lines: texts, from: from ?? 0 }, isSnapshot)
  }
}

/** Lines whose index is known. Where lines before them are missing, they wait for the log; a snapshot is all there is. */
function applyFrom(draft: Draft<unknown>, piece: SourceLines & { from: number }, isSnapshot: boolean): void {
  const { source, lines, from } = piece
  const cursor = cursorOf(draft, source)
  if (from > cursor.lines && lines.length > 0 && !isSnapshot) {
    markBehind(draft, { before: draft.model.logSync.buffered, ...piece })
  } else applyAdvance(draft, source, readLines(cursor, lines, from))
}

/**
 * Fast path for most records of a long log: plain lines that follow those of the previous record. Same result as
 * `applyLogs` at half the cost. Returns false, without applying anything, for any other record.
 */
export function applyNextLines(draft: Draft<unknown>, task: JsonObject): boolean {
  const { logs, offset } = task
  const last = draft.fresh[draft.fresh.length - 1]
  if (!last || draft.model.numbering !== 'offset' || !isPlainLines(logs)) return false
  const { source, pieces } = last
  // Made by this action and not shared yet, so it may be changed in place.
  const cursor: Mutable<LogCursor> | undefined = draft.model.cursors[source]
  if (!cursor || cursor.lines !== offset || cursor.tail !== '' || cursor.record !== '') return false
  if (sourceOf(task['log_type']) !== source) return false
  if (draft.model.openRows[source]) return false
  cursor.lines += logs.length
  pieces.push(logs)
  draft.freshCount += logs.length
  draft.lines = logs
  followProgress(draft, source, logs, null)
  return true
}

/** The strings of a list; the list itself if it has nothing else. */
export function stringsOf(list: readonly unknown[]): readonly string[] {
  return isStrings(list) ? list : list.filter((item) => typeof item === 'string')
}

function isStrings(list: readonly unknown[]): list is readonly string[] {
  for (const item of list) if (typeof item !== 'string') return false
  return true
}

/** The finished lines of a complete record. */
function linesOf(content: string): readonly string[] {
  return readCumulative(logStart, content, true).lines
}

/** Applies lines without an offset. */
export function applyLines(draft: Draft<unknown>, source: LogSource, lines: readonly string[]): void {
  if (lines.length === 0) return
  const { logSync, numbering } = draft.model
  if (numbering === 'unseen') {
    draft.model.numbering = 'none'
    draft.touched = true
  }
  if (logSync.fromEndpoint) markBehind(draft, { before: logSync.buffered, source, lines })
  else applyAdvance(draft, source, readLines(cursorOf(draft, source), lines))
}

/** The log has lines that have not been read yet. */
function markBehind(draft: Draft<unknown>, buffered: BufferedLines | null): void {
  const { logSync } = draft.model
  draft.model.logSync = { ...logSync, marked: logSync.marked + 1, buffered }
  draft.touched = true
}

function cursorOf(draft: Draft<unknown>, source: LogSource): LogCursor {
  return draft.model.cursors[source] ?? logStart
}

export function applyAdvance(draft: Draft<unknown>, source: LogSource, advance: LogAdvance): void {
  const { cursor, lines } = advance
  const before = draft.model.cursors[source]
  if (cursor === before) return
  // Copied once per action; later changes by the same action are made in place.
  if (!draft.ownsCursors) {
    draft.model.cursors = { ...draft.model.cursors }
    draft.ownsCursors = true
  }
  draft.model.cursors[source] = cursor
  draft.touched = true
  if (lines.length > 0) draft.lines = draft.lines.length === 0 ? lines : [...draft.lines, ...lines]
  const tail = cursor.tail === '' ? null : cursor.tail
  if (!applyToRows(draft, source, advance)) {
    addLines(draft, source, lines)
    if (tail !== null || before?.tail) draft.state.pendingLine = tail
  }
  followProgress(draft, source, lines, tail)
}

function followProgress(draft: Draft<unknown>, source: LogSource, lines: readonly string[], tail: string | null): void {
  if (draft.state.status !== 'running' || (source !== 'run' && source !== 'task')) return
  if (draft.state.progress?.source === 'app') return
  const before = draft.model.bars
  let bars = before
  // Bars are drawn at the end: of a burst only its last lines are read.
  for (let at = Math.max(0, lines.length - linesRead); at < lines.length; at++) bars = followLine(bars, lines[at]!)
  if (tail !== null) bars = followLine(bars, tail)
  if (bars === before) return
  draft.model.bars = bars
  draft.touched = true
  const progress = progressOf(bars)
  if (progress) showProgress(draft, progress)
}

const linesRead = 64

/**
 * From now on lines without an offset are read from the log's endpoint. Lines with an offset do not need it.
 * @param isDoubtful No stream was lost, but the first one began late.
 */
export function readFromEndpoint(draft: Draft<unknown>, isDoubtful: boolean): void {
  if (draft.model.numbering === 'offset') return
  const { logSync } = draft.model
  draft.model.logSync = { ...logSync, fromEndpoint: true, isDoubtful: isDoubtful && !logSync.fromEndpoint }
  markBehind(draft, logSync.buffered)
}

/** Reads lines from the stream again: they have offsets, or the log's endpoint is not available. */
export function readFromStream(draft: Draft<unknown>): void {
  const { logSync } = draft.model
  if (logSync === startLogSync) return
  draft.model.logSync = startLogSync
  draft.touched = true
  for (const { source, lines, from } of bufferedIn(logSync)) {
    applyAdvance(draft, source, readLines(cursorOf(draft, source), lines, from))
  }
}

/**
 * Applies the lines of the whole log that are not known yet.
 * @param logs The response of the log's endpoint; undefined if the endpoint is not available.
 * @param isEnd The run has ended: lines that only the stream delivered are the log's last ones. Otherwise the run goes on,
 * and the lines of a cumulative record are left to that record.
 * @param marked `logSync.marked` at the time of the request: the response may lack what has arrived since.
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
    const cursor = cursorOf(draft, source)
    if (!isEnd && cursor.record !== '') continue
    const lines = linesFrom(log, source)
    // Nothing is known about this source, and it may be a cumulative record: an unfinished line is left to that record.
    const isUnknown = cursor.lines === 0 && draft.model.numbering !== 'none'
    const isUnfinished = !isEnd && isUnknown && log.some((one) => one.source === source && one.isUnfinished)
    // A log whose beginning the service has dropped says where it begins.
    const from = log.find((one) => one.source === source)?.from ?? 0
    const advance = readLines(cursor, isUnfinished ? lines.slice(0, -1) : lines, from)
    hasAdded ||= advance.lines.length > 0
    if (advance.lines.length > 0) applyAdvance(draft, source, advance)
  }
  if (logSync.isDoubtful && log.every(({ lines }) => lines.length === 0)) {
    readFromStream(draft)
    return
  }
  const buffered = missingFrom(
    log,
    bufferedIn(logSync).filter(({ source, lines, from }) => {
      return from === undefined || from + lines.length > cursorOf(draft, source).lines
    }),
  )
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

/** The buffered lines that the log does not have, in their order. */
function missingFrom(log: readonly SourceLines[], buffered: readonly BufferedLines[]): BufferedLines | null {
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
