import type { StatusName } from './status.ts'
import { isTerminal, mayFollow, statusCodes } from './status.ts'

/** Progress as an app sends it; `unit` is what is counted, such as `samples`. */
export interface Progress {
  current: number
  total: number
  unit?: string
}

/** One status transition, as the service stores it: the reliable source for durations (protocol §4). */
export interface StatusEvent {
  id: string
  created_at: string
  event_time: string
  task_id: string
  status: number
}

export interface TaskState {
  readonly id: string
  readonly status: StatusName
  readonly events: readonly StatusEvent[]
  readonly updatedAt: string
  readonly output: unknown
  readonly error: string | null
  readonly progress: Progress | null
  readonly partialOutput: unknown
  /** 1 = next; null once it left the queue. */
  readonly queuePosition: number | null
}

/** An event of a task. `at` is its time; `eventId` is the id of the status event that it creates. */
export type TaskAction =
  | { type: 'advanced'; status: Exclude<StatusName, 'completed' | 'failed' | 'cancelled'>; at: string; eventId: string }
  | { type: 'completed'; output: unknown; at: string; eventId: string }
  | { type: 'failed'; error: string; at: string; eventId: string }
  | { type: 'cancelled'; at: string; eventId: string }
  | { type: 'queue-moved'; position: number; at: string }
  | { type: 'progressed'; progress: Progress; at: string }
  | { type: 'output-shown'; partialOutput: unknown; at: string }
  | { type: 'output-stored'; output: unknown; at: string }

/** Top-level fields of the DTO that an action can change. */
export type TaskField =
  | 'status'
  | 'status_text'
  | 'events'
  | 'output'
  | 'error'
  | 'progress'
  | 'partial_output'
  | 'queue_position'

export interface Transition {
  readonly state: TaskState
  /** The changed fields; empty if the action came too late to change anything. */
  readonly fields: readonly TaskField[]
}

export function receivedTask(id: string, at: string, eventId: string): TaskState {
  return {
    id,
    status: 'received',
    events: [{ id: eventId, created_at: at, event_time: at, task_id: id, status: statusCodes.received }],
    updatedAt: at,
    output: null,
    error: null,
    progress: null,
    partialOutput: null,
    queuePosition: null,
  }
}

/** The next state and the changed fields. Late and repeated actions change nothing. */
export function reduceTask(state: TaskState, action: TaskAction): Transition {
  switch (action.type) {
    case 'advanced':
      return enter(state, action.status, action.at, action.eventId)
    case 'completed':
      if (state.status === 'cancelling') return enter(state, 'cancelled', action.at, action.eventId)
      return enter(state, 'completed', action.at, action.eventId, { output: action.output }, ['output'])
    case 'failed':
      return enter(state, 'failed', action.at, action.eventId, { error: action.error }, ['error'])
    case 'cancelled':
      return enter(state, 'cancelled', action.at, action.eventId)
    case 'queue-moved':
      if (state.status !== 'queued' || state.queuePosition === action.position) return unchanged(state)
      return changed(state, action.at, { queuePosition: action.position }, ['queue_position'])
    case 'progressed':
      if (state.status !== 'running') return unchanged(state)
      return changed(state, action.at, { progress: action.progress }, ['progress'])
    case 'output-shown':
      if (state.status !== 'running') return unchanged(state)
      return changed(state, action.at, { partialOutput: action.partialOutput }, ['partial_output'])
    case 'output-stored':
      if (state.status !== 'running') return unchanged(state)
      return changed(state, action.at, { output: action.output }, ['output'])
    default:
      return action satisfies never
  }
}

function enter(
  state: TaskState,
  status: StatusName,
  at: string,
  eventId: string,
  change: Partial<TaskState> = {},
  fields: readonly TaskField[] = [],
): Transition {
  if (!mayFollow(state.status, status)) return unchanged(state)
  const event = { id: eventId, created_at: at, event_time: at, task_id: state.id, status: statusCodes[status] }
  const leavesQueue = state.queuePosition !== null
  return changed(state, at, { ...change, status, events: [...state.events, event], queuePosition: null }, [
    'status',
    'status_text',
    'events',
    ...fields,
    ...(leavesQueue ? (['queue_position'] as const) : []),
  ])
}

function changed(state: TaskState, at: string, change: Partial<TaskState>, fields: readonly TaskField[]): Transition {
  return { state: { ...state, ...change, updatedAt: at }, fields }
}

function unchanged(state: TaskState): Transition {
  return { state, fields: [] }
}

/**
 * The state as the wire names it. A task that has not ended has `output: {}` until it stores one, as recorded from the
 * service (protocol §4).
 */
export function wireFields(state: TaskState): Record<TaskField, unknown> {
  return {
    status: statusCodes[state.status],
    status_text: state.status,
    events: state.events,
    output: state.output ?? (isTerminal(state.status) ? null : {}),
    error: state.error,
    progress: state.progress,
    partial_output: state.partialOutput,
    queue_position: state.queuePosition,
  }
}

/** The part of the state that a partial carries: only the named fields. */
export function pickFields(state: TaskState, fields: readonly TaskField[]): Partial<Record<TaskField, unknown>> {
  const all = wireFields(state)
  return Object.fromEntries(fields.map((field) => [field, all[field]]))
}
