// Everything that can happen to a run → its next state. No clock, no I/O, no throw, whatever the input.
import { InferstreamError } from './errors.ts'
import { mergeDelta } from './delta.ts'
import type { Accumulated } from './delta.ts'
import { finishLog, logSources, logStart, readGrowing, readLines, sourceOf } from './log-intake.ts'
import type { LogPosition } from './log-intake.ts'
import { appendLines, emptyLog } from './log-view.ts'
import { parseProgress, readProgress } from './progress.ts'
import { codeOf, isTerminal, phaseOf, readStatus } from './status.ts'
import type {
  ConnectionState,
  LogSource,
  StatusTableName,
  TaskPhaseSpan,
  TaskProgress,
  TaskState,
  TaskStatus,
  TaskUpdate,
} from './types.ts'
import { isObject } from './json.ts'
import { meaningOf } from './wire-record.ts'
import type { JsonObject } from './json.ts'
import type { WireRecord } from './wire-record.ts'

/** What a backend that is not the wire may say about a run. */
export type BackendUpdate = Partial<Omit<TaskUpdate, 'taskId'>>

export type TaskEvent =
  /** Records of a stream, in order. */
  | { type: 'records'; records: readonly WireRecord[]; at: number }
  /** The whole task, as GET answers it. */
  | { type: 'snapshot'; task: unknown; at: number }
  | { type: 'updates'; updates: readonly BackendUpdate[]; at: number }
  /** A stream was lost; lines that come without any position may have been missed. */
  | { type: 'lost' }
  /** What GET …/logs answered, or undefined where it could not be had. */
  | { type: 'refill'; logs: unknown; at: number }
  | { type: 'connection'; connection: ConnectionState; attempt: number; retryAt: number | null }
  | { type: 'cancel'; at: number }
  | { type: 'cancel-refused'; at: number }
  | { type: 'fail'; error: InferstreamError; at: number }
  /** The end is known and its output cannot be had. */
  | { type: 'settle'; at: number }

export interface TaskOptions {
  readonly table: StatusTableName
  readonly maxLogLines: number
  /** Whether a terminal status without its output waits for a snapshot that has it. */
  readonly confirms: boolean
}

/** A run's state with what is needed to go on from it. Immutable; the log's array is shared, see log-view.ts. */
export interface TaskMachine<TOutput = unknown> {
  readonly state: TaskState<TOutput>
  /** Code of `state.status` as the wire sent it. */
  readonly code: number
  /** What the service last said; differs from `state.status` while a cancel is on its way. */
  readonly serviceStatus: TaskStatus
  readonly serviceCode: number
  readonly cancelRequested: boolean
  readonly updatedAt: string
  readonly positions: Readonly<Partial<Record<LogSource, LogPosition>>>
  /** Lines of arrays that say nothing of their position, kept back while missed ones are fetched. */
  readonly held: readonly string[] | null
  /** Lines have come in arrays that say nothing of their position. */
  readonly blind: boolean
  readonly tokens: Accumulated | null
  readonly seq: number
  /** A snapshot has brought the text up to date: the next token may follow it with any number. */
  readonly resynced: boolean
  /** The status in which progress was last seen. */
  readonly progressStatus: TaskState['status']
  /** Tokens were missed: what is shown stands still until a snapshot. */
  readonly incomplete: boolean
  /** A terminal status whose output has not come: ask for a snapshot. */
  readonly unconfirmed: { status: TaskStatus; code: number } | null
  /** The service hinted that a snapshot is worth asking for. */
  readonly hinted: boolean
  readonly options: TaskOptions
}

export interface Reduction<TOutput> {
  readonly machine: TaskMachine<TOutput>
  readonly updates: readonly TaskUpdate<TOutput>[]
}

/** Bits of what a record changed that an update shows. */
const changes = { status: 1, progress: 2, partial: 4, output: 8, error: 16, queue: 32 } as const

type Draft<T> = { -readonly [K in keyof T]: T[K] }

/** A machine being changed by one event, private to it. */
interface Work<TOutput> extends Draft<Omit<TaskMachine<TOutput>, 'state' | 'positions'>> {
  positions: Partial<Record<LogSource, LogPosition>>
  ownsPositions: boolean
  state: Draft<TaskState<TOutput>>
  at: number
  updates: TaskUpdate<TOutput>[]
  /** What the record at hand changed. */
  lines: string[] | readonly string[]
  changed: number
  touched: boolean
  /** Lines of this event not yet in the view, joined while they come from one source: one view is made per event. */
  fresh: { source: LogSource; lines: string[] }[]
}

const noLines: readonly string[] = Object.freeze([])
const noPhases: readonly TaskPhaseSpan[] = Object.freeze([])

/** The state of no run. One object, so that every idle reader sees the identical one. */
export const idleState: TaskState<never> = Object.freeze({
  taskId: null,
  status: 'idle',
  connection: 'idle',
  attempt: 0,
  retryAt: null,
  progress: null,
  queuePosition: null,
  phases: noPhases,
  logs: emptyLog,
  pendingLine: null,
  partialOutput: null,
  output: null,
  error: null,
  startedAt: null,
  endedAt: null,
})

/** @param startedAt When the run was asked for; null for a run that was started elsewhere. */
export function startTask<TOutput>(
  taskId: string,
  options: TaskOptions,
  startedAt: number | null,
): TaskMachine<TOutput> {
  return {
    state: { ...idleState, taskId, status: 'starting', connection: 'connecting', startedAt },
    code: 0,
    serviceStatus: 'unknown',
    serviceCode: 0,
    cancelRequested: false,
    updatedAt: '',
    positions: {},
    held: null,
    blind: false,
    tokens: null,
    seq: 0,
    resynced: false,
    progressStatus: 'starting',
    incomplete: false,
    unconfirmed: null,
    hinted: false,
    options,
  }
}

/** The status as an update shows it: a run of which nothing is known yet has none. */
export function statusOf({ status }: TaskState): TaskStatus {
  return status === 'idle' || status === 'starting' || status === 'error' ? 'unknown' : status
}

/** Whether nothing more can happen to the run. */
export function isEnded(state: TaskState): boolean {
  return state.endedAt !== null
}

/** Parts that an event leaves unchanged keep their identity; an event that changes nothing returns the machine given. */
export function reduceTask<TOutput>(machine: TaskMachine<TOutput>, event: TaskEvent): Reduction<TOutput> {
  if (event.type === 'connection') {
    const { connection, attempt, retryAt } = event
    const { state } = machine
    if (state.connection === connection && state.attempt === attempt && state.retryAt === retryAt) {
      return { machine, updates: [] }
    }
    return { machine: { ...machine, state: { ...state, connection, attempt, retryAt } }, updates: [] }
  }
  if (isEnded(machine.state)) return { machine, updates: [] }
  const work: Work<TOutput> = {
    ...machine,
    state: { ...machine.state },
    at: 'at' in event ? event.at : 0,
    updates: [],
    lines: noLines,
    changed: 0,
    touched: false,
    fresh: [],
    ownsPositions: false,
  }
  switch (event.type) {
    case 'records':
      for (const record of event.records) {
        takeRecord(work, record)
        emit(work)
        if (work.state.endedAt !== null) break
      }
      break
    case 'snapshot':
      if (work.hinted) {
        work.hinted = false
        work.touched = true
      }
      if (isObject(event.task)) takeTask(work, event.task, null, true)
      emit(work)
      break
    case 'updates':
      for (const update of event.updates) {
        takeUpdate(work, update)
        emit(work)
        if (work.state.endedAt !== null) break
      }
      break
    case 'lost':
      if (work.blind && work.held === null) {
        work.held = noLines
        work.touched = true
      }
      break
    case 'refill':
      takeRefill(work, event.logs)
      emit(work)
      break
    case 'cancel':
      work.cancelRequested = true
      showStatus(work)
      emit(work)
      break
    case 'cancel-refused':
      work.cancelRequested = false
      showStatus(work)
      emit(work)
      break
    case 'settle':
      if (work.unconfirmed) {
        setStatus(work, work.unconfirmed.status, work.unconfirmed.code)
        endIfTerminal(work)
      }
      emit(work)
      break
    case 'fail':
      work.state.status = 'error'
      work.state.error = event.error
      end(work)
      work.lines = noLines
      break
    default:
      return event satisfies never
  }
  if (!work.touched) return { machine, updates: [] }
  for (const { source, lines } of work.fresh) {
    work.state.logs = appendLines(work.state.logs, lines, source, work.at, work.options.maxLogLines)
  }
  const {
    at: _at,
    updates,
    lines: _lines,
    changed: _changed,
    touched: _touched,
    fresh: _fresh,
    ownsPositions: _owns,
    ...next
  } = work
  return { machine: next, updates }
}

function takeRecord(work: Work<unknown>, record: WireRecord): void {
  const meaning = meaningOf(record)
  switch (meaning.kind) {
    case 'task':
      takeTask(work, meaning.data, meaning.fields)
      break
    case 'delta':
      takeDelta(work, meaning.delta, meaning.seq)
      break
    case 'done':
    case 'error':
      work.hinted = true
      work.touched = true
      break
    case 'other':
      break
    default:
      meaning satisfies never
  }
}

/** `fields` null: a full object; what it does not name stays. */
function takeTask(work: Work<unknown>, task: JsonObject, fields: readonly unknown[] | null, isRefilled = false): void {
  const { state } = work
  if (typeof task['id'] === 'string' && task['id'] !== state.taskId) return
  const updatedAt = task['updated_at']
  let isNewer = false
  if (typeof updatedAt === 'string' && updatedAt !== work.updatedAt) {
    const order = compareTimes(updatedAt, work.updatedAt)
    if (order < 0) return
    if (order > 0) {
      work.updatedAt = updatedAt
      work.touched = true
      isNewer = true
    }
  }
  if (state.startedAt === null) {
    const created = typeof task['created_at'] === 'string' ? Date.parse(task['created_at']) : Number.NaN
    state.startedAt = Number.isNaN(created) ? work.at : created
    work.touched = true
  }
  const status = named(task, fields, 'status')
  const wire =
    status === undefined ? undefined : readStatus(status, named(task, fields, 'status_text'), work.options.table)
  const ends = wire !== undefined && isTerminal(wire.name)
  if (wire && !ends) {
    if (isNewer || rank(wire.name) >= rank(work.serviceStatus)) setStatus(work, wire.name, wire.code)
  }
  const events = named(task, fields, 'events')
  if (Array.isArray(events) && events.length > 0) takeEvents(work, events)

  const logs = named(task, fields, 'logs')
  if (logs !== undefined && logs !== null) takeLogs(work, logs, task, fields === null)

  takeProgress(work, readProgress(named(task, fields, 'progress')))
  const position = named(task, fields, 'queue_position')
  if (typeof position === 'number') takeQueuePosition(work, position)
  takePartial(work, named(task, fields, 'partial_output'), fields === null)

  // With a terminal status, error and output count although `fields` may not name them (protocol §5.1).
  const output = named(task, fields, 'output') ?? (ends ? task['output'] : undefined)
  const error = named(task, fields, 'error') ?? (ends ? task['error'] : undefined)
  if (!ends) {
    if (isObject(output) ? Object.keys(output).length > 0 : output !== undefined && output !== null) {
      takeOutputSoFar(work, output, fields === null)
    }
    return
  }
  const lacks = wire.name === 'completed' ? output === undefined : wire.name === 'failed' && !error
  // Missed lines are still being fetched: the end waits for them too.
  const isEarly = work.held !== null && !isRefilled
  if ((isEarly || (lacks && fields !== null)) && work.options.confirms) {
    work.unconfirmed = { status: wire.name, code: wire.code }
    work.touched = true
    return
  }
  setStatus(work, wire.name, wire.code)
  if (output !== undefined && output !== null && wire.name === 'completed') setOutput(work, output)
  endIfTerminal(work, error)
}

/** A field of the task, where the record names it. */
function named(task: JsonObject, fields: readonly unknown[] | null, key: string): unknown {
  // Most records name one field: this is the hottest line of the reducer.
  const isNamed = fields === null || (fields.length === 1 ? fields[0] === key : fields.includes(key))
  return isNamed ? task[key] : undefined
}

function takeUpdate(work: Work<unknown>, update: BackendUpdate): void {
  work.state.startedAt ??= work.at
  if (update.logs) takeLines(work, 'task', update.logs)
  const status = update.status ?? (update.statusCode === undefined ? undefined : readStatus(update.statusCode).name)
  if (status !== undefined && !isTerminal(status)) setStatus(work, status, update.statusCode ?? codeOf(status))
  if (update.progress) {
    const { current, total, unit, source } = update.progress
    const progress = readProgress({ current, total, unit })
    if (progress) takeProgress(work, { ...progress, source: source ?? 'app' })
  }
  if (update.queuePosition !== undefined) takeQueuePosition(work, update.queuePosition)
  takePartial(work, update.partial_output, false)
  if (update.output !== undefined) setOutput(work, update.output)
  if (status !== undefined && isTerminal(status)) {
    setStatus(work, status, update.statusCode ?? codeOf(status))
    endIfTerminal(work, update.error)
  } else if (update.error !== undefined) {
    work.state.error = new InferstreamError('task_failed', update.error, { taskId: work.state.taskId ?? undefined })
    work.changed |= changes.error
  }
}

// ── Status ──

/** How far a run is. Requeueing is real, but only a newer `updated_at` proves it: without one, less far is late news. */
function rank(status: TaskStatus): number {
  if (status === 'unknown') return -1
  const order = ['queued', 'starting', 'running', 'finishing', 'cancelling']
  return Math.min(order.indexOf(phaseOf(status)), 3)
}

function setStatus(work: Work<unknown>, status: TaskStatus, code: number): void {
  work.serviceStatus = status
  work.serviceCode = code
  showStatus(work)
}

function showStatus(work: Work<unknown>): void {
  const { state, serviceStatus } = work
  const waits = work.cancelRequested && !isTerminal(serviceStatus)
  const shown = waits ? 'cancelling' : serviceStatus
  const code = waits ? codeOf('cancelling') : work.serviceCode
  if (state.status === shown && work.code === code) return
  work.code = code
  work.changed |= changes.status
  if (state.status === shown) return
  state.status = shown
  state.phases = enterPhase(state.phases, shown, work.at)
  if (state.queuePosition !== null && phaseOf(shown) !== 'queued') state.queuePosition = null
}

function enterPhase(phases: readonly TaskPhaseSpan[], status: TaskStatus, at: number): readonly TaskPhaseSpan[] {
  const last = phases.at(-1)
  if (!last) return [{ status, startedAt: at, endedAt: null }]
  if (last.status === status) return phases
  // Earlier phases may be dated by the service's clock: time does not run backwards because ours is behind.
  const startedAt = Math.max(at, last.startedAt)
  return [...phases.slice(0, -1), { ...last, endedAt: startedAt }, { status, startedAt, endedAt: null }]
}

/** The service's own record of transitions, in full each time. Terminal ones are left to the status itself. */
function takeEvents(work: Work<unknown>, events: readonly unknown[]): void {
  let phases = noPhases
  for (const event of events) {
    if (!isObject(event)) continue
    const { name } = readStatus(event['status'], undefined, work.options.table)
    const at = Date.parse(String(event['event_time'] ?? event['created_at']))
    if (!isTerminal(name) && name !== 'unknown' && !Number.isNaN(at)) phases = enterPhase(phases, name, at)
  }
  const { status } = work.state
  if (phases.length === 0) return
  if (status !== 'idle' && status !== 'starting' && status !== 'error' && phases.at(-1)?.status !== status) {
    const known = work.state.phases.findLast((phase) => phase.status === status)
    phases = enterPhase(phases, status, known?.startedAt ?? work.at)
  }
  if (sameJson(phases, work.state.phases)) return
  work.state.phases = phases
  work.touched = true
}

function endIfTerminal(work: Work<unknown>, error?: unknown): void {
  const { state } = work
  if (state.status === 'failed') {
    const message = typeof error === 'string' && error !== '' ? error : 'The run failed; the service gave no reason.'
    state.error = new InferstreamError('task_failed', message, { taskId: state.taskId ?? undefined })
    work.changed |= changes.error
  }
  if (state.status === 'completed' || state.status === 'failed' || state.status === 'cancelled') {
    end(work)
    if (state.status === 'completed' && state.output !== null) work.changed |= changes.output
  }
}

function end(work: Work<unknown>): void {
  const { state } = work
  if (work.held) releaseHeld(work, [])
  for (const source of logSources) {
    const position = work.positions[source]
    if (position) take(work, source, finishLog(position))
  }
  state.pendingLine = null
  state.queuePosition = null
  state.retryAt = null
  state.attempt = 0
  state.connection = 'closed'
  const last = state.phases.at(-1)
  const at = Math.max(work.at, last?.startedAt ?? 0)
  state.startedAt ??= at
  state.endedAt = Math.max(at, state.startedAt)
  if (last && last.endedAt === null) state.phases = [...state.phases.slice(0, -1), { ...last, endedAt: at }]
  work.unconfirmed = null
  work.touched = true
}

// ── Logs ──

function offsetOf(task: JsonObject): number | undefined {
  const offset = task['offset'] ?? task['logs_offset'] ?? task['log_offset']
  return typeof offset === 'number' && offset >= 0 ? offset : undefined
}

/**
 * @param whole In a full object a list of strings is all of the log so far; elsewhere it is only what is new.
 */
function takeLogs(work: Work<unknown>, logs: unknown, task: JsonObject, whole: boolean): void {
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
    if (whole && work.held) releaseHeld(work, [])
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
function takeLines(work: Work<unknown>, source: LogSource, lines: readonly string[]): void {
  if (lines.length === 0) return
  if (work.held) {
    work.held = [...work.held, ...lines]
    work.touched = true
    return
  }
  if (!work.blind) work.blind = work.touched = true
  take(work, source, readLines(positionOf(work, source), lines))
}

function positionOf(work: Work<unknown>, source: LogSource): LogPosition {
  return work.positions[source] ?? logStart
}

function take(
  work: Work<unknown>,
  source: LogSource,
  piece: { position: LogPosition; lines: readonly string[] },
): void {
  const { position, lines } = piece
  const before = work.positions[source]
  if (position === before) return
  // Copied once per event: from then on it is this event's own.
  if (!work.ownsPositions) {
    work.positions = { ...work.positions }
    work.ownsPositions = true
  }
  work.positions[source] = position
  work.touched = true
  if (lines.length > 0) {
    work.lines = work.lines.length === 0 ? lines : [...work.lines, ...lines]
    const last = work.fresh.at(-1)
    if (last?.source === source) for (const line of lines) last.lines.push(line)
    else work.fresh.push({ source, lines: [...lines] })
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

function takeRefill(work: Work<unknown>, logs: unknown): void {
  if (!work.held) return
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
function releaseHeld(work: Work<unknown>, all: readonly string[]): void {
  const held = work.held ?? noLines
  const missed = all.slice(positionOf(work, 'task').lines)
  let shared = Math.min(missed.length, held.length)
  while (shared > 0 && !held.slice(0, shared).every((line, index) => line === missed[missed.length - shared + index])) {
    shared--
  }
  work.held = null
  work.touched = true
  take(work, 'task', readLines(positionOf(work, 'task'), [...missed, ...held.slice(shared)]))
}

// ── Progress, output ──

function takeProgress(work: Work<unknown>, progress: TaskProgress | undefined): void {
  if (!progress) return
  const before = work.state.progress
  if (before && sameProgress(before, progress)) return
  const sameStatus = work.progressStatus === work.state.status
  if (before && sameStatus && before.source === progress.source && progress.fraction < before.fraction) return
  work.progressStatus = work.state.status
  work.state.progress = progress
  work.changed |= changes.progress
}

function sameProgress(a: TaskProgress, b: TaskProgress): boolean {
  return a.current === b.current && a.total === b.total && a.unit === b.unit && a.source === b.source
}

function takeQueuePosition(work: Work<unknown>, position: number): void {
  if (work.state.queuePosition === position || phaseOf(work.serviceStatus) !== 'queued') return
  work.state.queuePosition = position
  work.changed |= changes.queue
}

function takePartial(work: Work<unknown>, value: unknown, isSnapshot: boolean): void {
  if (value === undefined || value === null || value === work.state.partialOutput) return
  if (isSnapshot && sameJson(value, work.state.partialOutput)) return
  work.state.partialOutput = value
  work.changed |= changes.partial
}

/** `output` before the end: for token apps the stored text, which may lag behind the tokens (protocol §6 "How text arrives"). */
function takeOutputSoFar(work: Work<unknown>, output: unknown, isSnapshot: boolean): void {
  if (work.tokens && isObject(output) && typeof output['response'] === 'string') {
    const shown = work.tokens['response']
    const isShorter = typeof shown === 'string' && shown.length > output['response'].length
    if (isShorter && !work.incomplete) return
    work.tokens = { ...work.tokens, ...output }
    work.incomplete = false
    work.resynced = true
    takePartial(work, work.tokens, isSnapshot)
    return
  }
  takePartial(work, output, isSnapshot)
}

function takeDelta(work: Work<unknown>, delta: JsonObject, seq: number | undefined): void {
  if (seq !== undefined) {
    if (seq <= work.seq) return
    if (work.seq > 0 && seq > work.seq + 1 && !work.resynced) work.incomplete = work.hinted = true
    work.seq = seq
    work.resynced = false
    work.touched = true
  }
  if (work.incomplete) return
  // Joined in the middle of an answer: begin with what the snapshot had.
  const before = work.tokens ?? (isObject(work.state.partialOutput) ? work.state.partialOutput : {})
  work.tokens = mergeDelta(before, delta)
  takePartial(work, work.tokens, false)
}

function setOutput(work: Work<unknown>, output: unknown): void {
  if (sameJson(output, work.state.output)) return
  work.state.output = output
  work.changed |= changes.output
}

/** Closes the record at hand: one update if it changed something that an update shows. */
function emit(work: Work<unknown>): void {
  const { state, changed, lines } = work
  if (state.status === 'error') return
  if (changed === 0 && lines.length === 0) return
  const update: TaskUpdate = { taskId: state.taskId ?? '', status: statusOf(state), statusCode: work.code, logs: lines }
  if (changed & changes.progress && state.progress) update.progress = state.progress
  if (changed & changes.partial) update.partial_output = state.partialOutput
  if (changed & changes.output) update.output = state.output
  if (changed & changes.error && state.error) update.error = state.error.message
  if (changed & changes.queue && state.queuePosition !== null) update.queuePosition = state.queuePosition
  work.updates.push(update)
  work.touched = true
  work.lines = noLines
  work.changed = 0
}

function sameJson(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b))
}

/** RFC 3339 times; equally long ones in UTC compare as text. */
function compareTimes(a: string, b: string): number {
  if (b === '') return 1
  if (a.length === b.length && a.endsWith('Z') && b.endsWith('Z')) return a < b ? -1 : a > b ? 1 : 0
  return Math.sign(Date.parse(a) - Date.parse(b)) || 0
}
