// The reducer's model of a run, and the draft that one action changes.
import type { Accumulated } from '../wire/delta.ts'
import type { JsonObject } from '../core/json.ts'
import type { LogCursor } from '../log/log-cursor.ts'
import { idleState } from '../log/idle-state.ts'
import { noBars } from '../progress/bars.ts'
import type { Bars } from '../progress/bars.ts'
import type { OpenRows } from '../log/open-rows.ts'
import type { SourceLines } from '../log/whole-log.ts'
import type { BackendResume, LogSource, StatusTableName, TaskState, TaskStatus, TaskUpdate } from '../core/types.ts'

export interface TaskOptions {
  readonly table: StatusTableName
  readonly maxLogLines: number
  /** Whether a terminal status without its output waits for a snapshot with it. */
  readonly confirms: boolean
  readonly resume?: BackendResume | undefined
}

export interface UnconfirmedEnd {
  /** The record with the terminal status. */
  readonly task: JsonObject
  readonly fields: readonly unknown[] | null
  readonly lacksOutput: boolean
  readonly name: TaskStatus
}

/** The newest item of a linked list, so that adding lines takes constant time. */
export interface BufferedLines extends SourceLines {
  /** Index of the first line, where it is known. */
  readonly from?: number | undefined
  readonly before: BufferedLines | null
}

/** How lines without an offset are read. */
export interface LogSync {
  /**
   * From the log's own endpoint, because a stream was lost or joined late and the lines have no offsets. Otherwise they
   * are applied as the stream delivers them.
   */
  readonly fromEndpoint: boolean
  /** No stream was lost, but the first one began late: an empty log shows that nothing was missed. */
  readonly isDoubtful: boolean
  /** Arrays received, and streams lost, since then: each means that the log has lines that are not read yet. */
  readonly marked: number
  /** `marked` at the time of the last request for the log. */
  readonly read: number
  /** Lines that the stream has delivered but the endpoint has not: used if the log is not available, or lacks its last lines. */
  readonly buffered: BufferedLines | null
  /** Reads in a row that added no line although some are buffered. */
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

/** Whether the log has, or may have, lines that have not been read; the run's end waits for them. */
export function isLogBehind({ marked, read, buffered }: LogSync): boolean {
  return marked > read || buffered !== null
}

/** A run's state, and what is needed to apply the next action. Immutable; the log's array is shared, see log-view.ts. */
export interface TaskModel<TOutput = unknown> {
  readonly state: TaskState<TOutput>
  /** The code of `state.status`, as sent on the wire. */
  readonly code: number
  /** The service's last status; differs from `state.status` while a cancellation is in progress. */
  readonly serviceStatus: TaskStatus
  readonly serviceCode: number
  readonly cancelRequested: boolean
  /** The run was started elsewhere: its times are the service's, so that start and end are from one clock. */
  readonly isJoined: boolean
  /** Upper bound, in ms, of how far the local clock is ahead of the service's: the smallest delay seen on a live record. */
  readonly clockLead: number
  /** Added to the service's times of a joined run, in ms. */
  readonly clockShift: number
  /** How many of `state.phases`, from the first on, have the service's times. */
  readonly datedPhases: number
  /** When a joined run ended, epoch ms by the service's clock; null if the service has not sent it. */
  readonly serviceEnd: number | null
  /** The id under which the service reports the run; null until the first record. */
  readonly wireId: string | null
  readonly updatedAt: string
  readonly cursors: Readonly<Partial<Record<LogSource, LogCursor>>>
  /** The rows that a source's program can redraw, once it has moved the cursor to another row. */
  readonly openRows: Readonly<Partial<Record<LogSource, OpenRows>>>
  readonly logSync: LogSync
  /** Whether arrays of lines have offsets; `unseen` until the first array. */
  readonly numbering: 'unseen' | 'none' | 'offset'
  /** The text from tokens. The stored text is shown instead where it is ahead. */
  readonly tokens: Accumulated | null
  /** The text so far, as last stored by the service. */
  readonly stored: Accumulated | null
  /** Tokens received after missed ones: the shown text does not change until a snapshot reaches them. */
  readonly missed: Accumulated | null
  /** `partialOutput` is the output so far, not a separate `partial_output` of the app. */
  readonly showsOutput: boolean
  readonly seq: number
  /** The text with which the stream opened: the next token continues it, whatever its `seq`. */
  readonly opening: Accumulated | null
  /** It is assumed that the tokens begin the text. */
  readonly fromStart: boolean
  /** The bars that the log has shown. */
  readonly bars: Bars
  /** The status in which progress was last received. */
  readonly progressStatus: TaskState['status']
  /** A terminal status whose output or lines have not arrived: a refetch is needed. */
  readonly unconfirmed: UnconfirmedEnd | null
  /** The service asked for a refetch, or tokens were missed. */
  readonly wantsRefetch: boolean
  readonly options: TaskOptions
}

export interface Transition<TOutput> {
  readonly model: TaskModel<TOutput>
  readonly updates: readonly TaskUpdate<TOutput>[]
}

/** Bits for the changes by a record that are part of an update. */
export const changes = { status: 1, progress: 2, partial: 4, output: 8, error: 16, queue: 32 } as const

export type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** A model while one action changes it, private to that action. */
export interface Draft<TOutput> {
  readonly model: Mutable<Omit<TaskModel<TOutput>, 'state' | 'cursors'>> & {
    readonly state: Mutable<TaskState<TOutput>>
    cursors: Partial<Record<LogSource, LogCursor>>
  }
  /** The state of `model`. */
  readonly state: Mutable<TaskState<TOutput>>
  readonly at: number
  readonly updates: TaskUpdate<TOutput>[]
  ownsCursors: boolean
  /** The lines that the current record added. */
  lines: readonly string[]
  /** Bits of `changes` that the current record set. */
  changed: number
  /** Whether the action changed the model. */
  touched: boolean
  /** Lines of this action that are not in the view yet, grouped by runs of one source: one view is made per action. */
  readonly fresh: { readonly source: LogSource; readonly pieces: (readonly string[])[] }[]
  /** Number of lines in `fresh`. */
  freshCount: number
  /** Lines that this action rewrites, by their place in the log. */
  rewritten: Map<number, string> | null
}

export const noLines: readonly string[] = Object.freeze([])

/** @param startedAt When the run was requested, epoch ms; null for a run that was started elsewhere. */
export function startTask<TOutput>(taskId: string, options: TaskOptions, startedAt: number | null): TaskModel<TOutput> {
  return {
    state: {
      ...idleState,
      taskId,
      status: 'starting',
      connection: 'connecting',
      startedAt,
      resume: options.resume ?? 'cursor',
    },
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
    openRows: {},
    logSync: startLogSync,
    numbering: 'unseen',
    tokens: null,
    stored: null,
    missed: null,
    showsOutput: false,
    seq: -1,
    opening: null,
    fromStart: false,
    bars: noBars,
    progressStatus: 'starting',
    unconfirmed: null,
    wantsRefetch: false,
    options,
  }
}

/** Whether it is a status of the service; the others exist only in the client. */
export function isServiceStatus(status: TaskState['status']): status is TaskStatus {
  return status !== 'idle' && status !== 'waiting' && status !== 'starting' && status !== 'error'
}

/** The status in an update; `unknown` while the service has not sent one. */
export function updateStatus({ status }: TaskState): TaskStatus {
  return isServiceStatus(status) ? status : 'unknown'
}

/** Whether the state is final: the run has ended, or following it has failed. */
export function isEnded(state: TaskState): boolean {
  return state.endedAt !== null
}
