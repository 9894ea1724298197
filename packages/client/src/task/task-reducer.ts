// Everything that can happen to a run → its next state. No clock, no I/O, no throw, whatever the input.
import { InferstreamError } from '../core/errors.ts'
import { isObject } from '../core/json.ts'
import type { JsonObject } from '../core/json.ts'
import { appendLines } from '../log/log-view.ts'
import { readProgress } from './progress.ts'
import { isTerminal, readStatus } from '../wire/status.ts'
import { openGap, stringsOf, takeLines, takeLogs, takeNextLines, takeRefill } from './task-logs.ts'
import { changes, isEnded, isOpen, noLines, statusOf } from './task-model.ts'
import type { LogGap, Reduction, TaskMachine, Work } from './task-model.ts'
import { setOutput, takeDelta, takeOutputSoFar, takePartial, takeProgress, takeQueuePosition } from './task-output.ts'
import { end, endIfTerminal, rank, setStatus, showStatus, takeEvents } from './task-status.ts'
import type { ConnectionState, TaskUpdate } from '../core/types.ts'
import { meaningOf } from '../wire/wire-record.ts'
import type { WireRecord } from '../wire/wire-record.ts'

/** What a backend that is not the wire may say about a run. */
export type BackendUpdate = Partial<Omit<TaskUpdate, 'taskId' | 'error'>> & { error?: string | InferstreamError }

export type TaskEvent =
  /** Records of a stream, in order. */
  | { type: 'records'; records: readonly WireRecord[]; at: number }
  /** The whole task, as GET answers it. */
  | { type: 'snapshot'; task: unknown; at: number }
  | { type: 'updates'; updates: readonly BackendUpdate[]; at: number }
  /** A stream was lost; lines that come without any position may have been missed. */
  | { type: 'lost' }
  /** The first stream of a run that began elsewhere. */
  | { type: 'joined' }
  /** What GET …/logs answered, or undefined where it could not be had; asked for at the end of the run or meanwhile, in this gap. */
  | { type: 'refill'; logs: unknown; isEnd: boolean; asked: LogGap | null; at: number }
  | { type: 'connection'; connection: ConnectionState; attempt: number; retryAt: number | null }
  | { type: 'cancel'; at: number }
  | { type: 'cancel-refused'; at: number }
  | { type: 'fail'; error: InferstreamError; at: number }
  /** The end is known and its output cannot be had. */
  | { type: 'settle'; at: number }

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
  const state = { ...machine.state }
  const work: Work<TOutput> = {
    machine: { ...machine, state },
    state,
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
      if (work.machine.hinted) {
        work.machine.hinted = false
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
      openGap(work, true)
      break
    case 'joined':
      openGap(work, false)
      break
    case 'refill':
      takeRefill(work, event.logs, event.isEnd, event.asked)
      emit(work)
      break
    case 'cancel':
      work.machine.cancelRequested = true
      showStatus(work)
      emit(work)
      break
    case 'cancel-refused':
      work.machine.cancelRequested = false
      showStatus(work)
      emit(work)
      break
    case 'settle':
      if (work.machine.unconfirmed) {
        const { task, fields } = work.machine.unconfirmed
        takeTask(work, { ...task, updated_at: null }, fields, true)
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
  for (const { source, pieces } of work.fresh) {
    work.state.logs = appendLines(work.state.logs, pieces, source, work.at, work.machine.options.maxLogLines)
  }
  return { machine: work.machine, updates: work.updates }
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
      work.machine.hinted = true
      work.touched = true
      break
    case 'other':
      break
    default:
      meaning satisfies never
  }
}

/**
 * @param fields null: a full object; what it does not name stays.
 * @param isFinal Nothing more is to be had: an end is the end, whatever it lacks.
 */
function takeTask(work: Work<unknown>, task: JsonObject, fields: readonly unknown[] | null, isFinal = false): void {
  const { state } = work
  if (typeof task['id'] === 'string' && task['id'] !== state.taskId) return
  const named = namedBy(fields)
  const status = named & names.status ? task['status'] : undefined
  const text = named & names.statusText ? task['status_text'] : undefined
  const wire = status === undefined ? undefined : readStatus(status, text, work.machine.options.table)
  const ends = wire !== undefined && isTerminal(wire.name)
  const updatedAt = task['updated_at']
  let isNewer = false
  if (typeof updatedAt === 'string' && updatedAt !== work.machine.updatedAt) {
    const order = compareTimes(updatedAt, work.machine.updatedAt)
    // An end is never late news, whatever clock dated it.
    if (order < 0 && !ends) {
      // Late news, but lines that are only told once: a log has its own order.
      if (fields !== null && named & names.logs) takeLogs(work, task['logs'], task, false)
      return
    }
    if (order > 0) {
      work.machine.updatedAt = updatedAt
      work.touched = true
      isNewer = true
    }
  }
  if (state.startedAt === null) {
    const created = typeof task['created_at'] === 'string' ? Date.parse(task['created_at']) : Number.NaN
    state.startedAt = Number.isNaN(created) ? work.at : created
    work.touched = true
  }
  if (wire && !ends && (isNewer || rank(wire.name) >= rank(work.machine.serviceStatus)))
    setStatus(work, wire.name, wire.code)

  takeFields(work, task, named, fields === null)
  if (!ends) {
    if (named & names.output && !isEmpty(task['output'])) takeOutputSoFar(work, task['output'], fields === null)
    return
  }
  // With a terminal status, error and output count although `fields` may not name them (protocol §5.1).
  const { output, error } = task
  const lacks = wire.name === 'completed' ? output === undefined : wire.name === 'failed' && !error
  // Missed lines are still being fetched: the end waits for them too.
  const isEarly = isOpen(work.machine.gap)
  const lacksOutput = lacks && fields !== null
  if ((isEarly || lacksOutput) && work.machine.options.confirms && !isFinal) {
    const { unconfirmed } = work.machine
    // The first end is the end; more may be said of it.
    if (unconfirmed && (unconfirmed.name !== wire.name || !unconfirmed.lacksOutput)) return
    work.machine.unconfirmed = { task, fields, lacksOutput, name: wire.name }
    work.touched = true
    return
  }
  setStatus(work, wire.name, wire.code)
  if (output !== undefined && output !== null && wire.name === 'completed') setOutput(work, output)
  endIfTerminal(work, error)
}

/** Bits of the fields that a record can name. */
const names = {
  status: 1,
  statusText: 2,
  events: 4,
  logs: 8,
  progress: 16,
  queue: 32,
  partial: 64,
  output: 128,
} as const

/** What a record says something of: only what it names counts, and a full object names all. */
function namedBy(fields: readonly unknown[] | null): number {
  if (fields === null) return -1
  let named = 0
  for (const field of fields) named |= nameOf(field)
  return named
}

function nameOf(field: unknown): number {
  switch (field) {
    case 'status':
      return names.status
    case 'status_text':
      return names.statusText
    case 'events':
      return names.events
    case 'logs':
      return names.logs
    case 'progress':
      return names.progress
    case 'queue_position':
      return names.queue
    case 'partial_output':
      return names.partial
    case 'output':
      return names.output
    default:
      return 0
  }
}

/** What a task has to say that neither its status nor its end decides. */
function takeFields(work: Work<unknown>, task: JsonObject, named: number, isWhole: boolean): void {
  if (named & names.events && Array.isArray(task['events'])) takeEvents(work, task['events'])
  if (named & names.logs && !takeNextLines(work, task)) takeLogs(work, task['logs'], task, isWhole)
  if (named & names.progress) takeProgress(work, readProgress(task['progress']))
  if (named & names.queue && typeof task['queue_position'] === 'number') takeQueuePosition(work, task['queue_position'])
  if (named & names.partial) {
    work.machine.showsOutput &&= isEmpty(task['partial_output'])
    takePartial(work, task['partial_output'], isWhole)
  }
}

function isEmpty(output: unknown): boolean {
  return isObject(output) ? Object.keys(output).length === 0 : output === undefined || output === null
}

function takeUpdate(work: Work<unknown>, update: BackendUpdate): void {
  work.state.startedAt ??= work.at
  const told = update.status ?? update.statusCode
  const status = told === undefined ? undefined : readStatus(told)
  const code = update.statusCode ?? status?.code ?? 0
  if (status && !isTerminal(status.name)) setStatus(work, status.name, code)
  if (Array.isArray(update.logs)) takeLines(work, 'task', stringsOf(update.logs))
  if (update.progress) {
    const { current, total, unit, source } = update.progress
    const progress = readProgress({ current, total, unit })
    if (progress) takeProgress(work, { ...progress, source: source ?? 'app' })
  }
  if (update.queuePosition !== undefined) takeQueuePosition(work, update.queuePosition)
  takePartial(work, update.partial_output, false)
  if (update.output !== undefined) setOutput(work, update.output)
  if (status && isTerminal(status.name)) {
    setStatus(work, status.name, code)
    endIfTerminal(work, update.error)
  } else if (typeof update.error === 'string') {
    work.state.error = new InferstreamError('task_failed', update.error, { taskId: work.state.taskId ?? undefined })
    work.changed |= changes.error
  }
}

/** Closes the record at hand: one update if it changed something that an update shows. */
function emit(work: Work<unknown>): void {
  const { state, changed, lines } = work
  if (state.status === 'error') return
  if (changed === 0 && lines.length === 0) return
  const update: TaskUpdate = {
    taskId: state.taskId ?? '',
    status: statusOf(state),
    statusCode: work.machine.code,
    logs: lines,
  }
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

/** RFC 3339 times; equally long ones in UTC compare as text. */
function compareTimes(a: string, b: string): number {
  if (b === '') return 1
  if (a.length === b.length && a.endsWith('Z') && b.endsWith('Z')) return a < b ? -1 : a > b ? 1 : 0
  return Math.sign(Date.parse(a) - Date.parse(b)) || 0
}
