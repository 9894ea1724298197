// Everything that can happen to a run → its next state. No clock, no I/O, no throw, whatever the input.
import { InferstreamError } from '../core/errors.ts'
import { isObject } from '../core/json.ts'
import type { JsonObject } from '../core/json.ts'
import { appendLines } from '../log/log-view.ts'
import { readProgress } from './progress.ts'
import { isTerminal, readStatus } from '../wire/status.ts'
import { readFromEndpoint, stringsOf, applyLines, applyLogs, applyNextLines, applyWholeLog } from './task-logs.ts'
import type { RecordForm } from './task-logs.ts'
import { changes, isEnded, isLogBehind, noLines, statusOf } from './task-model.ts'
import type { Transition, TaskModel, Draft } from './task-model.ts'
import {
  setOutput,
  applyDelta,
  applyOutputSoFar,
  applyPartial,
  applyProgress,
  applyQueuePosition,
  applyUsage,
} from './task-output.ts'
import { end, endIfTerminal, rank, readClock, setStatus, showStatus, applyEvents } from './task-status.ts'
import type { ConnectionState, TaskUpdate, TaskUpdateDraft } from '../core/types.ts'
import { interpret } from '../wire/wire-record.ts'
import type { WireRecord } from '../wire/wire-record.ts'

/** What a backend that is not the wire may say about a run. */
export type BackendUpdate = Partial<Omit<TaskUpdate, 'taskId' | 'error'>> & { error?: string | InferstreamError }

export type TaskAction =
  /** Records of a stream, in order. */
  | { type: 'records'; records: readonly WireRecord[]; at: number }
  /** The whole task, as GET answers it. */
  | { type: 'snapshot'; task: unknown; at: number }
  | { type: 'updates'; updates: readonly BackendUpdate[]; at: number }
  /** A stream was lost, or the first one began late (`isDoubtful`): lines without a position may have been missed. */
  | { type: 'lines-missed'; isDoubtful: boolean }
  /** What GET …/logs answered, or undefined where it could not be had. `marked`: `logSync.marked` when it was asked for. */
  | { type: 'log-read'; logs: unknown; isEnd: boolean; marked: number; at: number }
  | { type: 'connection'; connection: ConnectionState; attempt: number; retryAt: number | null }
  | { type: 'cancel'; at: number }
  | { type: 'cancel-refused'; at: number }
  | { type: 'fail'; error: InferstreamError; at: number }
  /** The end is known and its output cannot be had. */
  | { type: 'settle'; at: number }

/** Parts that an event leaves unchanged keep their identity; an event that changes nothing returns the model given. */
export function reduceTask<TOutput>(model: TaskModel<TOutput>, event: TaskAction): Transition<TOutput> {
  if (event.type === 'connection') {
    const { connection, attempt, retryAt } = event
    const { state } = model
    if (state.connection === connection && state.attempt === attempt && state.retryAt === retryAt) {
      return { model, updates: [] }
    }
    return { model: { ...model, state: { ...state, connection, attempt, retryAt } }, updates: [] }
  }
  if (isEnded(model.state)) return { model, updates: [] }
  const state = { ...model.state }
  const draft: Draft<TOutput> = {
    model: { ...model, state },
    state,
    at: 'at' in event ? event.at : 0,
    updates: [],
    lines: noLines,
    changed: 0,
    touched: false,
    fresh: [],
    ownsCursors: false,
  }
  switch (event.type) {
    case 'records':
      for (const record of event.records) {
        applyRecord(draft, record)
        emit(draft)
        if (draft.state.endedAt !== null) break
      }
      break
    case 'snapshot':
      if (draft.model.wantsRefetch) {
        draft.model.wantsRefetch = false
        draft.touched = true
      }
      if (isObject(event.task)) applyTask(draft, event.task, null, true)
      emit(draft)
      break
    case 'updates':
      for (const update of event.updates) {
        applyUpdate(draft, update)
        emit(draft)
        if (draft.state.endedAt !== null) break
      }
      break
    case 'lines-missed':
      readFromEndpoint(draft, event.isDoubtful)
      break
    case 'log-read':
      applyWholeLog(draft, event.logs, event.isEnd, event.marked)
      emit(draft)
      break
    case 'cancel':
      draft.model.cancelRequested = true
      showStatus(draft)
      emit(draft)
      break
    case 'cancel-refused':
      draft.model.cancelRequested = false
      showStatus(draft)
      emit(draft)
      break
    case 'settle':
      if (draft.model.unconfirmed) {
        const { task, fields } = draft.model.unconfirmed
        applyTask(draft, { ...task, updated_at: null }, fields, true)
      }
      emit(draft)
      break
    case 'fail':
      draft.state.status = 'error'
      draft.state.error = event.error
      end(draft)
      draft.lines = noLines
      break
    default:
      return event satisfies never
  }
  if (!draft.touched) return { model, updates: [] }
  for (const { source, pieces } of draft.fresh) {
    draft.state.logs = appendLines(draft.state.logs, pieces, source, draft.at, draft.model.options.maxLogLines)
  }
  // What is public may be as it was: its identity is kept, so that no subscriber sees a change that is none.
  const isSame = draft.updates.length === 0 && sameFields(model.state, draft.state)
  return { model: isSame ? { ...draft.model, state: model.state } : draft.model, updates: draft.updates }
}

function sameFields(a: object, b: object): boolean {
  return Object.entries(a).every(([key, value]) => value === (b as Record<string, unknown>)[key])
}

function applyRecord(draft: Draft<unknown>, record: WireRecord): void {
  const meaning = interpret(record)
  switch (meaning.kind) {
    case 'task':
      applyTask(draft, meaning.data, meaning.fields, false)
      break
    case 'delta':
      applyDelta(draft, meaning.delta, meaning.seq)
      break
    case 'done':
    case 'error':
      draft.model.wantsRefetch = true
      draft.touched = true
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
function applyTask(draft: Draft<unknown>, task: JsonObject, fields: readonly unknown[] | null, isFinal: boolean): void {
  const { state } = draft
  if (!isOwnId(draft, task['id'])) return
  const named = namedBy(fields)
  const status = named & names.status ? task['status'] : undefined
  const text = named & names.statusText ? task['status_text'] : undefined
  const wire = status === undefined ? undefined : readStatus(status, text, draft.model.options.table)
  const ends = wire !== undefined && isTerminal(wire.name)
  const updatedAt = task['updated_at']
  let isNewer = false
  if (typeof updatedAt === 'string' && updatedAt !== draft.model.updatedAt) {
    const order = compareTimes(updatedAt, draft.model.updatedAt)
    // An end is never late news, whatever clock dated it.
    if (order < 0 && !ends) {
      // Late news, but lines that are only told once: a log has its own order.
      if (fields !== null && named & names.logs) applyLogs(draft, task, { isWhole: false, isSnapshot: false })
      return
    }
    if (order > 0) {
      draft.model.updatedAt = updatedAt
      draft.touched = true
      isNewer = true
    }
    if (isNewer) readClock(draft, fields !== null)
  }
  if (state.startedAt === null) {
    const created = typeof task['created_at'] === 'string' ? Date.parse(task['created_at']) : Number.NaN
    state.startedAt = Number.isNaN(created) ? draft.at : created + draft.model.clockShift
    draft.touched = true
  }
  if (wire && !ends && (isNewer || rank(wire.name) >= rank(draft.model.serviceStatus)))
    setStatus(draft, wire.name, wire.code)

  applyFields(draft, task, named, { isWhole: fields === null, isSnapshot: isFinal })
  const events = named & names.events ? task['events'] : undefined
  if (!ends) {
    if (Array.isArray(events)) applyEvents(draft, events, state.status)
    if (named & names.output && !isEmpty(task['output']))
      applyOutputSoFar(draft, task['output'], fields === null, fields === null && !isFinal)
    return
  }
  // With a terminal status, error and output count although `fields` may not name them (protocol §5.1).
  const { output, error } = task
  const lacks = wire.name === 'completed' ? output === undefined : wire.name === 'failed' && !error
  // Missed lines are still being fetched: the end waits for them too.
  const isEarly = isLogBehind(draft.model.logSync)
  const lacksOutput = lacks && fields !== null
  if ((isEarly || lacksOutput) && draft.model.options.confirms && !isFinal) {
    const { unconfirmed } = draft.model
    // The first end is the end; more may be said of it.
    if (unconfirmed && (unconfirmed.name !== wire.name || !unconfirmed.lacksOutput)) return
    draft.model.unconfirmed = { task, fields, lacksOutput, name: wire.name }
    draft.touched = true
    return
  }
  if (Array.isArray(events)) applyEvents(draft, events, wire.name)
  setStatus(draft, wire.name, wire.code)
  if (output !== undefined && output !== null && wire.name === 'completed') setOutput(draft, output)
  endIfTerminal(draft, error)
}

/** A service may know the run by a longer id than the one it was asked for: the first one it answers with counts as well. */
function isOwnId(draft: Draft<unknown>, id: unknown): boolean {
  if (typeof id !== 'string' || id === draft.model.wireId) return true
  if (draft.model.wireId !== null) return id === draft.state.taskId
  draft.model.wireId = id
  draft.touched = true
  return true
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
  usage: 256,
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
    case 'usage_events':
      return names.usage
    default:
      return 0
  }
}

/** What a task has to say that neither its status nor its end decides. */
function applyFields(draft: Draft<unknown>, task: JsonObject, named: number, form: RecordForm): void {
  if (named & names.logs && !applyNextLines(draft, task)) applyLogs(draft, task, form)
  if (named & names.progress) applyProgress(draft, readProgress(task['progress']))
  if (named & names.queue && typeof task['queue_position'] === 'number')
    applyQueuePosition(draft, task['queue_position'])
  if (named & names.usage) applyUsage(draft, task['usage_events'])
  if (named & names.partial) {
    draft.model.showsOutput &&= isEmpty(task['partial_output'])
    applyPartial(draft, task['partial_output'], form.isWhole)
  }
}

function isEmpty(output: unknown): boolean {
  return isObject(output) ? Object.keys(output).length === 0 : output === undefined || output === null
}

function applyUpdate(draft: Draft<unknown>, update: BackendUpdate): void {
  draft.state.startedAt ??= draft.at
  const told = update.status ?? update.statusCode
  const status = told === undefined ? undefined : readStatus(told)
  const code = update.statusCode ?? status?.code ?? 0
  if (status && !isTerminal(status.name)) setStatus(draft, status.name, code)
  if (Array.isArray(update.logs)) applyLines(draft, 'task', stringsOf(update.logs))
  if (update.progress) {
    const { current, total, unit, source } = update.progress
    const progress = readProgress({ current, total, unit })
    if (progress) applyProgress(draft, { ...progress, source: source ?? 'app' })
  }
  if (update.queuePosition !== undefined) applyQueuePosition(draft, update.queuePosition)
  applyPartial(draft, update.partial_output, false)
  if (update.output !== undefined) setOutput(draft, update.output)
  if (status && isTerminal(status.name)) {
    setStatus(draft, status.name, code)
    endIfTerminal(draft, update.error)
  } else if (typeof update.error === 'string') {
    draft.state.error = new InferstreamError('task_failed', update.error, { taskId: draft.state.taskId ?? undefined })
    draft.changed |= changes.error
  }
}

/** Closes the record at hand: one update if it changed something that an update shows. */
function emit(draft: Draft<unknown>): void {
  const { state, changed, lines } = draft
  if (state.status === 'error') return
  if (changed === 0 && lines.length === 0) return
  const update: TaskUpdateDraft<unknown> = {
    taskId: state.taskId ?? '',
    status: statusOf(state),
    statusCode: draft.model.code,
    logs: lines,
  }
  if (changed & changes.progress && state.progress) update.progress = state.progress
  if (changed & changes.partial) update.partial_output = state.partialOutput
  if (changed & changes.output) update.output = state.output
  if (changed & changes.error && state.error) update.error = state.error.message
  if (changed & changes.queue && state.queuePosition !== null) update.queuePosition = state.queuePosition
  // A completed run has its output, and a failed one its error, before its last update is made.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  draft.updates.push(update as TaskUpdate)
  draft.touched = true
  draft.lines = noLines
  draft.changed = 0
}

/** RFC 3339 times; equally long ones in UTC compare as text. */
function compareTimes(a: string, b: string): number {
  if (b === '') return 1
  if (a.length === b.length && a.endsWith('Z') && b.endsWith('Z')) return a < b ? -1 : a > b ? 1 : 0
  return Math.sign(Date.parse(a) - Date.parse(b)) || 0
}
