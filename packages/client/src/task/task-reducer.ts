// The reducer of a run: model and action → next model and updates. No clock, no I/O; never throws, whatever the input.
import { InferstreamError } from '../core/errors.ts'
import { isObject } from '../core/json.ts'
import type { JsonObject } from '../core/json.ts'
import { readProgress } from '../progress/read-progress.ts'
import { isTerminal, readStatus } from '../wire/status.ts'
import { readFromEndpoint, stringsOf, applyLines, applyLogs, applyNextLines, applyWholeLog } from './task-logs.ts'
import type { RecordForm } from './task-logs.ts'
import { showLines } from './task-rows.ts'
import { changes, isEnded, isLogBehind, noLines, updateStatus } from './task-model.ts'
import type { Draft, TaskModel, Transition } from './task-model.ts'
import {
  setOutput,
  applyDelta,
  applyOutputSoFar,
  applyPartial,
  applyProgress,
  applyQueuePosition,
  applyUsage,
} from './task-output.ts'
import { endRun, endIfTerminal, rank, readClock, setStatus, showStatus, applyEvents } from './task-status.ts'
import type { ConnectionState, TaskUpdate, TaskUpdateDraft } from '../core/types.ts'
import { mergeDelta } from '../wire/delta.ts'
import { interpret } from '../wire/wire-record.ts'
import type { WireRecord } from '../wire/wire-record.ts'

/** What a backend other than HTTP may say about a run; what is left out has not changed. */
export type BackendUpdate = Partial<Omit<TaskUpdate, 'taskId' | 'error'>> & {
  error?: string | InferstreamError
  /** Merged into the partial output: `response` and `reasoning` are appended, `tool_calls` merged by index, other fields replaced. */
  delta?: object
}

/** `answer`: of the POST, so that the log of a run that has ended already is still to be read. `get`: nothing more is known. */
type Origin = 'answer' | 'stream' | 'get'

export type TaskAction =
  /** The answer to the POST that started the run. */
  | { type: 'accepted'; task: JsonObject; at: number }
  /** Records of a stream, in order. */
  | { type: 'records-received'; records: readonly WireRecord[]; at: number }
  /** The whole task: the response to a GET. */
  | { type: 'snapshot-received'; task: unknown; at: number }
  | { type: 'updates-received'; updates: readonly BackendUpdate[]; at: number }
  /** A stream was lost, or the first one began late (`isDoubtful`): lines without an offset may have been missed. */
  | { type: 'lines-missed'; isDoubtful: boolean }
  /** The response to GET …/logs; undefined if it is not available. `marked`: `logSync.marked` at the time of the request. */
  | { type: 'log-read'; logs: unknown; isEnd: boolean; marked: number; at: number }
  | { type: 'connection-changed'; connection: ConnectionState; attempt: number; retryAt: number | null }
  /** The connection was lost, and the backend cannot continue. */
  | { type: 'gap' }
  | { type: 'cancel-requested'; at: number }
  | { type: 'cancel-refused'; at: number }
  | { type: 'run-lost'; error: InferstreamError; at: number }
  /** The end is known, and its output is not available. */
  | { type: 'confirmation-exhausted'; at: number }

/** Parts that an action does not change keep their identity; an action that changes nothing returns the same model. */
export function reduceTask<TOutput>(model: TaskModel<TOutput>, action: TaskAction): Transition<TOutput> {
  if (action.type === 'connection-changed') {
    const { connection, attempt, retryAt } = action
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
    at: 'at' in action ? action.at : 0,
    updates: [],
    lines: noLines,
    changed: 0,
    touched: false,
    fresh: [],
    freshCount: 0,
    rewritten: null,
    ownsCursors: false,
  }
  switch (action.type) {
    case 'accepted':
      applyTask(draft, action.task, ['status'], 'answer')
      emit(draft)
      break
    case 'records-received':
      for (const record of action.records) {
        applyRecord(draft, record)
        emit(draft)
        if (draft.state.endedAt !== null) break
      }
      break
    case 'snapshot-received':
      if (draft.model.wantsRefetch) {
        draft.model.wantsRefetch = false
        draft.touched = true
      }
      if (isObject(action.task)) applyTask(draft, action.task, null, 'get')
      emit(draft)
      break
    case 'updates-received':
      for (const update of action.updates) {
        applyUpdate(draft, update)
        emit(draft)
        if (draft.state.endedAt !== null) break
      }
      break
    case 'lines-missed':
      readFromEndpoint(draft, action.isDoubtful)
      break
    case 'log-read':
      applyWholeLog(draft, action.logs, action.isEnd, action.marked)
      emit(draft)
      break
    case 'cancel-requested':
      draft.model.cancelRequested = true
      showStatus(draft)
      emit(draft)
      break
    case 'cancel-refused':
      draft.model.cancelRequested = false
      showStatus(draft)
      emit(draft)
      break
    case 'confirmation-exhausted':
      if (draft.model.unconfirmed) {
        const { task, fields } = draft.model.unconfirmed
        applyTask(draft, { ...task, updated_at: null }, fields, 'get')
      }
      emit(draft)
      break
    case 'gap':
      draft.state.gaps += 1
      draft.touched = true
      break
    case 'run-lost':
      draft.state.status = 'error'
      draft.state.error = action.error
      endRun(draft)
      draft.lines = noLines
      break
    default:
      return action satisfies never
  }
  if (!draft.touched) return { model, updates: [] }
  showLines(draft)
  // If no public field changed, the state keeps its identity, so that subscribers are not notified.
  const isSame = draft.updates.length === 0 && sameFields(model.state, draft.state)
  return { model: isSame ? { ...draft.model, state: model.state } : draft.model, updates: draft.updates }
}

function sameFields(a: object, b: object): boolean {
  return Object.entries(a).every(([key, value]) => value === Reflect.get(b, key))
}

function applyRecord(draft: Draft<unknown>, record: WireRecord): void {
  const meaning = interpret(record)
  switch (meaning.kind) {
    case 'task':
      applyTask(draft, meaning.data, meaning.fields, 'stream')
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
 * @param fields The fields that the record names; null for a full object, whose missing fields stay unchanged.
 * @param origin From `get` nothing more can be fetched: a terminal status ends the run even without its output.
 */
function applyTask(draft: Draft<unknown>, task: JsonObject, fields: readonly unknown[] | null, origin: Origin): void {
  const isFinal = origin === 'get'
  const { state } = draft
  if (!isOwnId(draft, task['id'])) return
  const named = namedBy(fields)
  const status = named & fieldBits.status ? task['status'] : undefined
  const text = named & fieldBits.statusText ? task['status_text'] : undefined
  const wire = status === undefined ? undefined : readStatus(status, text, draft.model.options.table)
  const ends = wire !== undefined && isTerminal(wire.name)
  const updatedAt = task['updated_at']
  let isNewer = false
  if (typeof updatedAt === 'string' && updatedAt !== draft.model.updatedAt) {
    const order = compareTimes(updatedAt, draft.model.updatedAt)
    // A terminal status is never outdated, whatever its time.
    if (order < 0 && !ends) {
      // An outdated record, but its lines are delivered only once, and a log has its own order.
      if (fields !== null && named & fieldBits.logs) applyLogs(draft, task, { isWhole: false, isSnapshot: false })
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
  const events = named & fieldBits.events ? task['events'] : undefined
  if (!ends) {
    if (Array.isArray(events)) applyEvents(draft, events, state.status)
    if (named & fieldBits.output && !isEmpty(task['output']))
      applyOutputSoFar(draft, task['output'], fields === null, fields === null && !isFinal)
    return
  }
  // With a terminal status, `error` and `output` count even if `fields` does not name them (protocol §5.1).
  const { output, error } = task
  const lacks = wire.name === 'completed' ? output === undefined : wire.name === 'failed' && !error
  // Missed lines are still being fetched, and the end waits for them too.
  const isEarly = isLogBehind(draft.model.logSync) || origin === 'answer'
  const lacksOutput = lacks && fields !== null
  if ((isEarly || lacksOutput) && draft.model.options.confirms && !isFinal) {
    const { unconfirmed } = draft.model
    // The first terminal status decides; a later record may only add its output.
    if (unconfirmed && (unconfirmed.name !== wire.name || !unconfirmed.lacksOutput)) return
    draft.model.unconfirmed = { task, fields, lacksOutput, name: wire.name }
    draft.touched = true
    return
  }
  if (Array.isArray(events)) applyEvents(draft, events, wire.name)
  setStatus(draft, wire.name, wire.code)
  if (output !== undefined && output !== null && wire.name === 'completed') setOutput(draft, output)
  // What a failed or cancelled run had put out stays, also for a reader that joins it later.
  if (!isEmpty(output) && wire.name !== 'completed') applyOutputSoFar(draft, output, fields === null, false)
  endIfTerminal(draft, error)
}

/** A service may report the run under a longer id than the requested one: the first id that it sends counts as well. */
function isOwnId(draft: Draft<unknown>, id: unknown): boolean {
  if (typeof id !== 'string' || id === draft.model.wireId) return true
  if (draft.model.wireId !== null) return id === draft.state.taskId
  draft.model.wireId = id
  draft.touched = true
  return true
}

/** Bits of the fields that a record can name. */
const fieldBits = {
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

/** The bits of the fields that a record names; a full object names all. */
function namedBy(fields: readonly unknown[] | null): number {
  if (fields === null) return -1
  let named = 0
  for (const field of fields) named |= bitOf(field)
  return named
}

function bitOf(field: unknown): number {
  switch (field) {
    case 'status':
      return fieldBits.status
    case 'status_text':
      return fieldBits.statusText
    case 'events':
      return fieldBits.events
    case 'logs':
      return fieldBits.logs
    case 'progress':
      return fieldBits.progress
    case 'queue_position':
      return fieldBits.queue
    case 'partial_output':
      return fieldBits.partial
    case 'output':
      return fieldBits.output
    case 'usage_events':
      return fieldBits.usage
    default:
      return 0
  }
}

/** Applies the fields that do not depend on the status. */
function applyFields(draft: Draft<unknown>, task: JsonObject, named: number, form: RecordForm): void {
  if (named & fieldBits.logs && !applyNextLines(draft, task)) applyLogs(draft, task, form)
  if (named & fieldBits.progress) {
    const progress = readProgress(task['progress'])
    if (progress) applyProgress(draft, progress)
  }
  if (named & fieldBits.queue && typeof task['queue_position'] === 'number')
    applyQueuePosition(draft, task['queue_position'])
  if (named & fieldBits.usage) applyUsage(draft, task['usage_events'])
  if (named & fieldBits.partial) {
    draft.model.showsOutput &&= isEmpty(task['partial_output'])
    applyPartial(draft, task['partial_output'], form.isWhole)
  }
}

function isEmpty(output: unknown): boolean {
  return isObject(output) ? Object.keys(output).length === 0 : output === undefined || output === null
}

function applyUpdate(draft: Draft<unknown>, update: BackendUpdate): void {
  draft.state.startedAt ??= draft.at
  const wireStatus = update.status ?? update.statusCode
  const status = wireStatus === undefined ? undefined : readStatus(wireStatus)
  const code = update.statusCode ?? status?.code ?? 0
  if (status && !isTerminal(status.name)) setStatus(draft, status.name, code)
  if (Array.isArray(update.logs)) applyLines(draft, 'task', stringsOf(update.logs))
  if (update.progress) {
    const { source, inner } = update.progress
    const progress = readProgress(update.progress)
    if (progress) applyProgress(draft, { ...progress, source: source ?? 'app', ...(inner && { inner }) })
  }
  if (update.queuePosition !== undefined) applyQueuePosition(draft, update.queuePosition)
  applyPartial(draft, update.partial_output, false)
  if (isObject(update.delta)) {
    const { partialOutput } = draft.state
    applyPartial(draft, mergeDelta(isObject(partialOutput) ? partialOutput : {}, update.delta), false)
  }
  if (update.output !== undefined) setOutput(draft, update.output)
  if (status && isTerminal(status.name)) {
    setStatus(draft, status.name, code)
    // What was put out so far is all there is.
    if (status.name === 'completed' && draft.state.output === null && draft.state.partialOutput !== null)
      setOutput(draft, draft.state.partialOutput)
    endIfTerminal(draft, update.error)
  } else if (typeof update.error === 'string') {
    draft.state.error = new InferstreamError('task_failed', update.error, { taskId: draft.state.taskId ?? undefined })
    draft.changed |= changes.error
  }
}

/** Ends the current record: emits one update if the record changed anything that an update shows. */
function emit(draft: Draft<unknown>): void {
  const { state, changed, lines } = draft
  if (state.status === 'error') return
  if (changed === 0 && lines.length === 0) return
  const update: TaskUpdateDraft<unknown> = {
    taskId: state.taskId ?? '',
    status: updateStatus(state),
    statusCode: draft.model.code,
    logs: lines,
  }
  if (changed & changes.progress && state.progress) update.progress = state.progress
  if (changed & changes.partial) update.partial_output = state.partialOutput
  if (changed & changes.output) update.output = state.output
  if (changed & changes.error && state.error) update.error = state.error.message
  if (changed & changes.queue && state.queuePosition !== null) update.queuePosition = state.queuePosition
  // A completed run has its output, and a failed one its error, before its last update is emitted.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  draft.updates.push(update as TaskUpdate)
  draft.touched = true
  draft.lines = noLines
  draft.changed = 0
}

/** Compares RFC 3339 times; UTC times of equal length are compared as text. */
function compareTimes(a: string, b: string): number {
  if (b === '') return 1
  if (a.length === b.length && a.endsWith('Z') && b.endsWith('Z')) return a < b ? -1 : a > b ? 1 : 0
  return Math.sign(Date.parse(a) - Date.parse(b)) || 0
}
