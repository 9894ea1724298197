// The three forms of logs, by source, into the run's lines (protocol §4, design §2 "Logs").
import { isObject } from './json.ts'
import type { JsonObject } from './json.ts'
import { isPlainLines, logSources, logStart, readGrowing, readLines, sourceOf } from './log-intake.ts'
import type { LogPosition } from './log-intake.ts'
import { parseProgress } from './progress.ts'
import type { Draft, HeldLines, Work } from './task-machine.ts'
import { takeProgress } from './task-output.ts'
import type { LogSource } from './types.ts'
import { readWholeLog } from './whole-log.ts'
import type { SourceLines } from './whole-log.ts'

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
export function takeLogs(work: Work<unknown>, logs: unknown, task: JsonObject, whole: boolean): void {
  const offset = offsetOf(task)
  if (work.machine.numbering !== 'offset' && hasOffsets(task)) {
    work.machine.numbering = 'offset'
    work.touched = true
    closeGap(work)
  }
  if (typeof logs === 'string') {
    take(work, 'task', readGrowing(positionOf(work, 'task'), logs, false))
    return
  }
  if (!Array.isArray(logs)) return
  if (typeof logs[0] === 'string') {
    const lines = stringsOf(logs)
    const source = sourceOf(task['log_type'])
    if (offset !== undefined || whole) take(work, source, readLines(positionOf(work, source), lines, offset ?? 0))
    else takeLines(work, source, lines)
    // A full list is a refill.
    if (whole) closeGap(work, work.machine.gap?.stale)
    return
  }
  for (const entry of logs) {
    if (!isObject(entry)) continue
    const source = sourceOf(entry['log_type'])
    const { content } = entry
    const from = offsetOf(entry) ?? offset
    if (typeof content === 'string' && from === undefined) {
      take(work, source, readGrowing(positionOf(work, source), content, true))
      continue
    }
    // A record whose beginning the service has dropped says where it starts; its lines are taken by number.
    const lines = typeof content === 'string' ? linesOf(content) : (entry['lines'] ?? content)
    if (!Array.isArray(lines)) continue
    const texts = stringsOf(lines)
    if (from === undefined && !whole) takeLines(work, source, texts)
    else take(work, source, readLines(positionOf(work, source), texts, from ?? 0))
  }
}

/**
 * The short way for what most records of a long log bring: plain lines that follow those of the record before. What `takeLogs`
 * makes of them, at half the cost; false, and nothing taken, for all else.
 */
export function takeNextLines(work: Work<unknown>, task: JsonObject): boolean {
  const { logs, offset } = task
  const last = work.fresh[work.fresh.length - 1]
  if (!last || work.machine.numbering !== 'offset' || !isPlainLines(logs)) return false
  const { source, pieces } = last
  // Made by this event, which nobody else has seen.
  const position: Draft<LogPosition> | undefined = work.machine.positions[source]
  if (!position || position.lines !== offset || position.tail !== '' || position.record !== '') return false
  if (sourceOf(task['log_type']) !== source) return false
  position.lines += logs.length
  pieces.push(logs)
  work.lines = logs
  followProgress(work, source, logs, null)
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
  return readGrowing(logStart, content, true).lines
}

/** Lines that say nothing of their position. */
export function takeLines(work: Work<unknown>, source: LogSource, lines: readonly string[]): void {
  if (lines.length === 0) return
  const { gap, numbering } = work.machine
  if (numbering === 'unseen') {
    work.machine.numbering = 'none'
    work.touched = true
  }
  if (gap) {
    work.machine.gap = { ...gap, held: { before: gap.held, source, lines } }
    work.touched = true
    return
  }
  const fresh = work.machine.ahead.length === 0 ? lines : withoutAhead(work, source, lines)
  take(work, source, readLines(positionOf(work, source), fresh))
}

/** What is new of lines of which the log has told some already. */
function withoutAhead(work: Work<unknown>, source: LogSource, lines: readonly string[]): readonly string[] {
  const { ahead } = work.machine
  const expected = ahead.find((one) => one.source === source)
  if (!expected) return lines
  const shared = sharedAt(lines, expected.lines, expected.at)
  const at = expected.at + shared
  const others = ahead.filter((one) => one !== expected)
  const goesOn = shared === lines.length && at < expected.lines.length
  work.machine.ahead = goesOn ? [...others, { ...expected, at }] : others
  work.touched = true
  return lines.slice(shared)
}

function positionOf(work: Work<unknown>, source: LogSource): LogPosition {
  return work.machine.positions[source] ?? logStart
}

export function take(
  work: Work<unknown>,
  source: LogSource,
  piece: { position: LogPosition; lines: readonly string[] },
): void {
  const { position, lines } = piece
  const before = work.machine.positions[source]
  if (position === before) return
  // Copied once per event: from then on it is this event's own.
  if (!work.ownsPositions) {
    work.machine.positions = { ...work.machine.positions }
    work.ownsPositions = true
  }
  work.machine.positions[source] = position
  work.touched = true
  if (lines.length > 0) {
    work.lines = work.lines.length === 0 ? lines : [...work.lines, ...lines]
    const last = work.fresh.at(-1)
    if (last?.source === source) last.pieces.push(lines)
    else work.fresh.push({ source, pieces: [lines] })
  }
  const tail = position.tail === '' ? null : position.tail
  if (tail !== null || before?.tail) work.state.pendingLine = tail
  followProgress(work, source, lines, tail)
}

function followProgress(work: Work<unknown>, source: LogSource, lines: readonly string[], tail: string | null): void {
  if (work.state.status !== 'running' || (source !== 'run' && source !== 'task')) return
  if (work.state.progress?.source === 'app') return
  let progress = tail === null ? undefined : parseProgress(tail)
  // Bars come last; a flood of lines need not be searched to its beginning.
  for (let index = lines.length - 1; !progress && index >= 0 && index > lines.length - 20; index--) {
    progress = parseProgress(lines[index]!)
  }
  takeProgress(work, progress)
}

/** Lines without a position wait from now on for those before them. Those with one are at their place in any case. */
export function openGap(work: Work<unknown>, isSure: boolean): void {
  const { gap, numbering, positions } = work.machine
  if (numbering === 'offset' || (gap && !isSure)) return
  const held = gap?.held ?? null
  work.machine.gap = { isSure, held, stale: held, from: positions, losses: (gap?.losses ?? 0) + 1 }
  work.machine.ahead = []
  work.touched = true
}

/** Oldest first. */
function heldSince(held: HeldLines | null, stale: HeldLines | null): SourceLines[] {
  const list: SourceLines[] = []
  for (let at = held; at !== null && at !== stale; at = at.before) list.push(at)
  return list.toReversed()
}

/** What was held back comes as it is: nothing more is to be had, or nothing is missing. */
export function closeGap(work: Work<unknown>, stale: HeldLines | null = null): void {
  const { gap } = work.machine
  if (!gap) return
  work.machine.gap = null
  work.touched = true
  for (const { source, lines } of heldSince(gap.held, stale)) {
    take(work, source, readLines(positionOf(work, source), lines))
  }
}

/**
 * @param logs What the log's own endpoint says, asked for since the last stream was lost; undefined where it cannot be had.
 * @param isEnd Otherwise it is the log of a run that goes on: what a growing record will tell is left to that.
 */
export function takeRefill(work: Work<unknown>, logs: unknown, isEnd: boolean): void {
  const { gap } = work.machine
  if (!gap && !isEnd) return
  if (logs === undefined) {
    closeGap(work)
    return
  }
  const held = gap ? heldSince(gap.held, gap.stale) : []
  const all = readWholeLog(logs).flatMap((whole): SourceLines[] => {
    const { source, lines, isOpen } = whole
    const { record, lines: known } = positionOf(work, source)
    if (isEnd || held.some((one) => one.source === source) || (record === '' && known > 0)) return [whole]
    if (record !== '') return []
    // Nothing is known of this source, it may be a growing one: a line without its end is left to that.
    return [{ source, lines: isOpen ? lines.slice(0, -1) : lines }]
  })
  // Where the stream has told nothing yet its first lines may be in the log already: they are to be compared.
  work.machine.gap = gap && held.length === 0 && !isEnd ? { ...gap, isSure: false, held: null, stale: null } : null
  work.touched = true
  for (const source of logSources) {
    fill(work, source, linesFrom(all, source), linesFrom(held, source), gap?.from[source]?.lines ?? 0)
  }
}

/**
 * Takes what is new of a source's whole log, and what was held back and follows it.
 * @param from Where in the log the held lines are at the earliest.
 */
function fill(
  work: Work<unknown>,
  source: LogSource,
  log: readonly string[],
  held: readonly string[],
  from: number,
): void {
  const position = positionOf(work, source)
  const place = placeOf(held, log, from)
  const fresh = [...log.slice(position.lines), ...held.slice(log.length - place)]
  const at = place + held.length
  if (held.length > 0 && at < log.length) work.machine.ahead = [...work.machine.ahead, { source, lines: log, at }]
  if (fresh.length > 0) take(work, source, readLines(position, fresh))
}

function linesFrom(list: readonly SourceLines[], source: LogSource): readonly string[] {
  return list.flatMap((one) => (one.source === source ? one.lines : []))
}

/** Where `held` begins in `log`: the last place that has all of it, or else as much as the log can have by now. */
function placeOf(held: readonly string[], log: readonly string[], from: number): number {
  const isAt = (at: number) => sharedAt(held, log, at) === Math.min(held.length, log.length - at)
  const last = log.length - held.length
  for (let at = last; at >= from; at--) if (isAt(at)) return at
  for (let at = Math.max(from, last); at < log.length; at++) if (isAt(at)) return at
  return log.length
}

/** How many lines of `lines` are those of `log` from `at` on. */
function sharedAt(lines: readonly string[], log: readonly string[], at: number): number {
  let shared = 0
  while (shared < lines.length && at + shared < log.length && lines[shared] === log[at + shared]) shared++
  return shared
}
