// The three forms of logs, by source, into the run's lines (protocol §4, design §2 "Logs").
import { isObject } from '../core/json.ts'
import type { JsonObject } from '../core/json.ts'
import { isPlainLines, logSources, logStart, readCumulative, readLines, sourceOf } from '../log/log-cursor.ts'
import type { LogCursor } from '../log/log-cursor.ts'
import { parseProgress } from './progress.ts'
import type { Mutable, HeldLines, LogGap, Draft } from './task-model.ts'
import { applyProgress } from './task-output.ts'
import type { LogSource } from '../core/types.ts'
import { readWholeLog } from '../log/whole-log.ts'
import type { SourceLines } from '../log/whole-log.ts'

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

/**
 * @param whole In a full object a list of strings is all of the log so far; elsewhere it is only what is new.
 */
export function applyLogs(draft: Draft<unknown>, logs: unknown, task: JsonObject, whole: boolean): void {
  const offset = offsetOf(task)
  if (draft.model.numbering !== 'offset' && hasOffsets(task)) {
    draft.model.numbering = 'offset'
    draft.touched = true
    closeGap(draft)
  }
  if (typeof logs === 'string') {
    take(draft, 'task', readCumulative(cursorOf(draft, 'task'), logs, false))
    return
  }
  if (!Array.isArray(logs)) return
  if (typeof logs[0] === 'string') {
    const lines = stringsOf(logs)
    const source = sourceOf(task['log_type'])
    if (offset !== undefined || whole) take(draft, source, readLines(cursorOf(draft, source), lines, offset ?? 0))
    else applyLines(draft, source, lines)
    // A full list is a refill.
    if (whole) fill(draft, [{ source, lines }], false, draft.model.gap)
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
    if (from === undefined && !whole) applyLines(draft, source, texts)
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
  const { gap, numbering } = draft.model
  if (numbering === 'unseen') {
    draft.model.numbering = 'none'
    draft.touched = true
  }
  if (gap && !gap.met.includes(source)) {
    draft.model.gap = { ...gap, held: { before: gap.held, source, lines } }
    draft.touched = true
    return
  }
  take(draft, source, readLines(cursorOf(draft, source), lines))
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

/** Lines without a position are read from the log itself from now on. Those with one are at their place in any case. */
export function openGap(draft: Draft<unknown>, isSure: boolean): void {
  const { gap, numbering } = draft.model
  if (numbering === 'offset' || (gap && !isSure)) return
  draft.model.gap = { isSure, held: gap?.held ?? null, met: [], losses: (gap?.losses ?? 0) + 1 }
  draft.touched = true
}

/** Oldest first. */
function heldIn(gap: LogGap | null): HeldLines[] {
  const list: HeldLines[] = []
  for (let at = gap?.held ?? null; at !== null; at = at.before) list.push(at)
  return list.toReversed()
}

/** What was held back comes as it is: the log itself cannot be had, or nothing is missing. */
export function closeGap(draft: Draft<unknown>): void {
  const { gap } = draft.model
  if (!gap) return
  draft.model.gap = null
  draft.touched = true
  for (const { source, lines } of heldIn(gap)) take(draft, source, readLines(cursorOf(draft, source), lines))
}

/**
 * @param logs What the log's own endpoint says; undefined where it cannot be had.
 * @param isEnd Otherwise it is the log of a run that goes on: what a growing record will tell is left to that.
 * @param asked The gap when it was asked for: the log may lack what was told since.
 */
export function takeRefill(draft: Draft<unknown>, logs: unknown, isEnd: boolean, asked: LogGap | null): void {
  const { gap } = draft.model
  if (!gap && !isEnd) return
  if (logs === undefined) {
    closeGap(draft)
    return
  }
  const held = heldIn(gap)
  const all = readWholeLog(logs).flatMap((whole): SourceLines[] => {
    const { source, lines, isOpen } = whole
    const { record, lines: known } = cursorOf(draft, source)
    if (isEnd || held.some((one) => one.source === source) || (record === '' && known > 0)) return [whole]
    if (record !== '') return []
    // Nothing is known of this source, it may be a growing one: a line without its end is left to that.
    return [{ source, lines: isOpen ? lines.slice(0, -1) : lines }]
  })
  fill(draft, all, isEnd, asked)
}

/**
 * Takes what is new of the log, which only grows. What streams have told since it was asked for waits until it is asked for
 * again; at the end, what it does not have is the last of it. A stream whose last line is the last of the log, and not to be
 * mistaken, has met it: it is believed from then on. So is one that the log, although asked since, does not keep up with.
 */
function fill(draft: Draft<unknown>, all: readonly SourceLines[], isEnd: boolean, asked: LogGap | null): void {
  const { gap } = draft.model
  if (!gap && !isEnd) return
  const held = heldIn(gap)
  const askedAt = held.findIndex((one) => one === asked?.held)
  const isCurrent = gap?.losses === asked?.losses
  const met = [...(gap?.met ?? [])]
  let unread: HeldLines | null = null
  for (const source of logSources) {
    const log = linesFrom(all, source)
    const told = linesFrom(held, source)
    const { matched, isLast } = compare(told, log)
    const toldBefore = linesFrom(held.slice(0, askedAt + 1), source).length
    const meets = isCurrent && toldBefore > 0 && (isLast || matched < toldBefore)
    const fresh = log.slice(cursorOf(draft, source).lines)
    const taken = isEnd || meets ? [...fresh, ...told.slice(matched)] : fresh
    if (taken.length > 0) take(draft, source, readLines(cursorOf(draft, source), taken))
    const since = told.slice(toldBefore)
    if (meets) met.push(source)
    else if (since.length > 0) unread = { before: unread, source, lines: since }
  }
  draft.model.gap = gap && !isEnd ? { isSure: !isCurrent, held: unread, met, losses: gap.losses } : null
  draft.touched = true
}

function linesFrom(list: readonly SourceLines[], source: LogSource): readonly string[] {
  return list.flatMap((one) => (one.source === source ? one.lines : []))
}

/**
 * How many of `told`, which streams have told in this order and not without holes, are in `log`; and whether the last of
 * those is the last line of the log, and stands nowhere else in it.
 */
function compare(told: readonly string[], log: readonly string[]): { matched: number; isLast: boolean } {
  let matched = 0
  let at = 0
  for (; matched < told.length; matched++) {
    const found = log.indexOf(told[matched]!, at)
    if (found < 0) break
    at = found + 1
  }
  return { matched, isLast: matched > 0 && at === log.length && log.indexOf(told[matched - 1]!) === at - 1 }
}
