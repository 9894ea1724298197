// The three forms of logs, by source, into the run's lines (protocol §4, design §2 "Logs").
import { isObject } from './json.ts'
import type { JsonObject } from './json.ts'
import { finishLog, logStart, readGrowing, readLines, sourceOf } from './log-intake.ts'
import type { LogPosition } from './log-intake.ts'
import { parseProgress } from './progress.ts'
import { noLines } from './task-machine.ts'
import type { Work } from './task-machine.ts'
import { takeProgress } from './task-output.ts'
import type { LogSource } from './types.ts'

function offsetOf(task: JsonObject): number | undefined {
  const offset = task['offset'] ?? task['logs_offset'] ?? task['log_offset']
  return typeof offset === 'number' && offset >= 0 ? offset : undefined
}

/**
 * @param whole In a full object a list of strings is all of the log so far; elsewhere it is only what is new.
 */
export function takeLogs(work: Work<unknown>, logs: unknown, task: JsonObject, whole: boolean): void {
  const offset = offsetOf(task)
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
    if (whole && work.machine.held) releaseHeld(work, [])
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

/** The list itself where nothing else is in it. */
function stringsOf(list: readonly unknown[]): readonly string[] {
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
  if (work.machine.held) {
    work.machine.held = [...work.machine.held, ...lines]
    work.touched = true
    return
  }
  if (!work.machine.blind) work.machine.blind = work.touched = true
  take(work, source, readLines(positionOf(work, source), lines))
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
  if (work.state.status === 'running' && (source === 'run' || source === 'task')) progressFromLog(work, lines, tail)
}

function progressFromLog(work: Work<unknown>, lines: readonly string[], tail: string | null): void {
  if (work.state.progress?.source === 'app') return
  let progress = tail === null ? undefined : parseProgress(tail)
  // Bars come last; a flood of lines need not be searched to its beginning.
  for (let index = lines.length - 1; !progress && index >= 0 && index > lines.length - 20; index--) {
    progress = parseProgress(lines[index]!)
  }
  takeProgress(work, progress)
}

export function takeRefill(work: Work<unknown>, logs: unknown): void {
  if (!work.machine.held) return
  const lines: string[] = []
  if (Array.isArray(logs)) {
    for (const entry of logs) {
      if (typeof entry === 'string') lines.push(entry)
      else if (isObject(entry) && sourceOf(entry['log_type']) === 'task' && typeof entry['content'] === 'string') {
        const piece = readGrowing(logStart, entry['content'], true)
        lines.push(...piece.lines, ...finishLog(piece.position).lines)
      }
    }
  }
  releaseHeld(work, lines)
}

/** `all` is the log from its beginning; what was held back follows where the two do not overlap. */
export function releaseHeld(work: Work<unknown>, all: readonly string[]): void {
  const held = work.machine.held ?? noLines
  const missed = all.slice(positionOf(work, 'task').lines)
  let shared = Math.min(missed.length, held.length)
  while (shared > 0 && !held.slice(0, shared).every((line, index) => line === missed[missed.length - shared + index])) {
    shared--
  }
  work.machine.held = null
  work.touched = true
  take(work, 'task', readLines(positionOf(work, 'task'), [...missed, ...held.slice(shared)]))
}
