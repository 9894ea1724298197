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

/** The newest of a list that costs the same to extend however long it is. */
export interface BufferedLines extends SourceLines {
  readonly before: BufferedLines | null
}

/** How the lines that come without a position are read. */
export interface LogSync {
  /**
   * From the log's own endpoint: a stream was lost, or joined late, and arrays of lines do not say where they belong.
   * Otherwise they are taken as the stream brings them.
   */
  readonly fromEndpoint: boolean
  /** No stream was lost, the first one only began late: an empty log shows that nothing was missed. */
  readonly isDoubtful: boolean
  /** Arrays received, and losses, since then: each means that the log has lines which are not read yet. */
  readonly marked: number
  /** `marked` when the log was last asked for. */
  readonly read: number
  /** What arrays have brought and the endpoint has not shown: for a log that cannot be had, or lacks its last lines. */
  readonly buffered: BufferedLines | null
  /** Reads in a row that brought no line although some are buffered. */
  readonly staleReads: number
}

export const startLogSync: LogSync = {
  fromEndpoint: false,
  isDoubtful: false,
  marked: 0,
  read: 0,
  buffered: null,
  staleReads: 0,
}

/** Whether lines are known to exist, or may exist, that have not been read: the run's end waits for them. */
export function isLogBehind({ marked, read, buffered }: LogSync): boolean {
  return marked > read || buffered !== null
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
  /** By how many ms our clock is ahead of the service's, at most: the least that a live record seemed to travel. */
  readonly clockLead: number
  /** What is added to the service's times of a joined run, ms. */
  readonly clockShift: number
  /** How many of `state.phases`, from the first on, are dated by the service. */
  readonly datedPhases: number
  /** When a joined run ended, epoch ms by the service's clock, where it said so. */
  readonly serviceEnd: number | null
  /** Under which the service reports the run; null until it has. */
  readonly wireId: string | null
  readonly updatedAt: string
  readonly cursors: Readonly<Partial<Record<LogSource, LogCursor>>>
  readonly logSync: LogSync
  /** How arrays of lines say where they belong: none has come yet, not at all, by offset. */
  readonly numbering: 'unseen' | 'none' | 'offset'
  /** The tokens in their order; what is shown may be the stored text, where that is ahead. */
  readonly tokens: Accumulated | null
  /** The text so far as the service last stored it. */
  readonly stored: Accumulated | null
  /** Tokens that came after missed ones: what is shown stands still until a snapshot reaches them. */
  readonly missed: Accumulated | null
  /** `partialOutput` is the output so far, and not something that the app sent beside it. */
  readonly showsOutput: boolean
  readonly seq: number
  /** The stream has opened with a snapshot of the text: the next token follows it, whatever its `seq`. */
  readonly realigns: boolean
  /** The status in which progress was last seen. */
  readonly progressStatus: TaskState['status']
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

/** A model being changed by one action, private to it. */
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
export function startTask<TOutput>(taskId: string, options: TaskOptions, startedAt: number | null): TaskModel<TOutput> {
  return {
    state: { ...idleState, taskId, status: 'starting', connection: 'connecting', startedAt },
    code: 0,
    serviceStatus: 'unknown',
    serviceCode: 0,
    cancelRequested: false,
    isJoined: startedAt === null,
    clockLead: Infinity,
    clockShift: 0,
    datedPhases: 0,
    serviceEnd: null,
    wireId: null,
    updatedAt: '',
    cursors: {},
    logSync: startLogSync,
    numbering: 'unseen',
    tokens: null,
    stored: null,
    missed: null,
    showsOutput: false,
    seq: 0,
    realigns: false,
    progressStatus: 'starting',
    unconfirmed: null,
    wantsRefetch: false,
    options,
  }
}

/** Whether the service has said it; the others are this side's. */
export function isServiceStatus(status: TaskState['status']): status is TaskStatus {
  return status !== 'idle' && status !== 'waiting' && status !== 'starting' && status !== 'error'
}

/** The status as an update shows it: a run of which nothing is known yet has none. */
export function statusOf({ status }: TaskState): TaskStatus {
  return isServiceStatus(status) ? status : 'unknown'
}

/** Whether nothing more can happen to the run. */
export function isEnded(state: TaskState): boolean {
  return state.endedAt !== null
}
