// What a run's reducer knows of it, and the draft of that which one event changes.
import type { Accumulated } from '../wire/delta.ts'
import type { JsonObject } from '../core/json.ts'
import type { LogCursor } from '../log/log-cursor.ts'
import { idleState } from '../log/idle-state.ts'
import type { SourceLines } from '../log/whole-log.ts'
import type { LogSource, StatusTableName, TaskState, TaskStatus, TaskUpdate } from '../core/types.ts'

export interface TaskOptions {
  readonly table: StatusTableName
  readonly maxLogLines: number
  /** Whether a terminal status without its output waits for a snapshot that has it. */
  readonly confirms: boolean
}

export interface UnconfirmedEnd {
  /** The record that told it. */
  readonly task: JsonObject
  readonly fields: readonly unknown[] | null
  readonly lacksOutput: boolean
  readonly name: TaskStatus
}

/** The newest of a list that costs the same to make longer however long it is. */
export interface HeldLines extends SourceLines {
  readonly before: HeldLines | null
}

/** A stream was lost, or the run joined late: lines that say nothing of their position are read from the log's own endpoint. */
export interface LogGap {
  /** A stream was lost, and the log has not been read since. Otherwise the run was only joined late. */
  readonly isSure: boolean
  /** What streams have told since the log was last asked for. */
  readonly held: HeldLines | null
  /** Sources whose stream goes on where the log ended: it is believed again. */
  readonly met: readonly LogSource[]
  /** Streams lost since it opened. */
  readonly losses: number
}

/** Whether the run's end must wait for its log. */
export function isOpen(gap: LogGap | null): gap is LogGap {
  return gap !== null && (gap.isSure || gap.held !== null)
}

/** A run's state with what is needed to go on from it. Immutable; the log's array is shared, see log-view.ts. */
export interface TaskModel<TOutput = unknown> {
  readonly state: TaskState<TOutput>
  /** Code of `state.status` as the wire sent it. */
  readonly code: number
  /** What the service last said; differs from `state.status` while a cancel is on its way. */
  readonly serviceStatus: TaskStatus
  readonly serviceCode: number
  readonly cancelRequested: boolean
  /** The run began elsewhere: its times are the service's, so that start and end are read from one clock. */
  readonly isJoined: boolean
  /** By how many ms our clock is ahead of the service's, at most: the least that a record seemed to travel. */
  readonly clockLead: number
  /** When a joined run ended, epoch ms, where the service said so. */
  readonly serviceEnd: number | null
  readonly updatedAt: string
  readonly cursors: Readonly<Partial<Record<LogSource, LogCursor>>>
  readonly gap: LogGap | null
  /** How arrays of lines say where they belong: none has come yet, not at all, by offset. */
  readonly numbering: 'unseen' | 'none' | 'offset'
  readonly tokens: Accumulated | null
  /** `partialOutput` is the output so far, and not something that the app sent beside it. */
  readonly showsOutput: boolean
  readonly seq: number
  /** A snapshot has brought the text up to date: the next token may follow it with any number. */
  readonly resynced: boolean
  /** The status in which progress was last seen. */
  readonly progressStatus: TaskState['status']
  /** Tokens were missed: what is shown stands still until a snapshot. */
  readonly incomplete: boolean
  /** A terminal status whose output or lines have not come: ask for a snapshot. */
  readonly unconfirmed: UnconfirmedEnd | null
  /** The service hinted that a snapshot is worth asking for. */
  readonly wantsRefetch: boolean
  readonly options: TaskOptions
}

export interface Transition<TOutput> {
  readonly model: TaskModel<TOutput>
  readonly updates: readonly TaskUpdate<TOutput>[]
}

/** Bits of what a record changed that an update shows. */
export const changes = { status: 1, progress: 2, partial: 4, output: 8, error: 16, queue: 32 } as const

export type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** A model being changed by one event, private to it. */
export interface Draft<TOutput> {
  readonly model: Mutable<Omit<TaskModel<TOutput>, 'state' | 'positions'>> & {
    readonly state: Mutable<TaskState<TOutput>>
    cursors: Partial<Record<LogSource, LogCursor>>
  }
  /** That of `model`. */
  readonly state: Mutable<TaskState<TOutput>>
  readonly at: number
  readonly updates: TaskUpdate<TOutput>[]
  ownsCursors: boolean
  /** What the record at hand changed. */
  lines: readonly string[]
  changed: number
  touched: boolean
  /** Lines of this event not yet in the view, together while they come from one source: one view is made per event. */
  readonly fresh: { readonly source: LogSource; readonly pieces: (readonly string[])[] }[]
}

export const noLines: readonly string[] = Object.freeze([])

/** @param startedAt When the run was asked for; null for a run that was started elsewhere. */
export function startTask<TOutput>(
  taskId: string,
  options: TaskOptions,
  startedAt: number | null,
): TaskModel<TOutput> {
  return {
    state: { ...idleState, taskId, status: 'starting', connection: 'connecting', startedAt },
    code: 0,
    serviceStatus: 'unknown',
    serviceCode: 0,
    cancelRequested: false,
    isJoined: startedAt === null,
    clockLead: Infinity,
    serviceEnd: null,
    updatedAt: '',
    cursors: {},
    gap: null,
    numbering: 'unseen',
    tokens: null,
    showsOutput: false,
    seq: 0,
    resynced: false,
    progressStatus: 'starting',
    incomplete: false,
    unconfirmed: null,
    wantsRefetch: false,
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
