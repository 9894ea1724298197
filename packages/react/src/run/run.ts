import { InferstreamError } from '@inferstream/client'
import type { InferenceClient, RunConfig, TaskResult, TaskState, TaskStream } from '@inferstream/client'
import { snapshotOf } from './run-snapshot.ts'
import type { RunOutcome, RunSnapshot } from '../types.ts'

/** How a run ended, and its result where it completed. */
export interface RunEnd<TOutput> {
  readonly outcome: RunOutcome<TOutput>
  readonly result: TaskResult<TOutput> | undefined
}

/** One run as a store follows it: a record of facts, compared by identity. */
export interface Run<TInput, TOutput> {
  readonly client: InferenceClient
  /** What `retry` runs; null where it is not known. */
  readonly config: RunConfig<TInput, TOutput> | null
  /** Started here: another run that replaces it cancels it. */
  readonly isOwn: boolean
  /** Reference of the app, where it is known. */
  readonly app: string | undefined
  /** Cancels the run while its request is unanswered. */
  readonly abort: AbortController
  readonly outcome: Promise<RunOutcome<TOutput>>
  readonly settle: (outcome: RunOutcome<TOutput>) => void
  taskId: string | null
  /** Gives up the place in the queue of a run that waits; null once it is sent. */
  leaveQueue: (() => void) | null
  /** Blobs of its input are being uploaded: nothing else has been sent. */
  isUploading: boolean
  /** Fulfils once the service has accepted the run or refused it; null for a run that was started elsewhere. */
  accepted: Promise<void> | null
  stream: TaskStream<TOutput> | null
  /** Releases `stream`. */
  leave: () => void
  cancelling: Promise<void> | null
  end: RunEnd<TOutput> | null
}

export interface RunOrigin<TInput, TOutput> {
  config?: RunConfig<TInput, TOutput> | null
  taskId?: string | null
  app?: string | undefined
  isOwn?: boolean
}

export function newRun<TInput, TOutput>(
  client: InferenceClient,
  { config = null, taskId = null, app = refOf(config), isOwn = false }: RunOrigin<TInput, TOutput>,
): Run<TInput, TOutput> {
  const { promise: outcome, settle } = settleable<RunOutcome<TOutput>>()
  return {
    client,
    config,
    isOwn,
    app,
    taskId,
    outcome,
    settle,
    abort: new AbortController(),
    leaveQueue: null,
    isUploading: false,
    accepted: null,
    stream: null,
    leave: () => {},
    cancelling: null,
    end: null,
  }
}

/** Undefined for a config without an app, which is refused when it is sent. */
function refOf(config: RunConfig | null | undefined): string | undefined {
  const app: RunConfig['app'] | null | undefined = config?.app
  return typeof app === 'string' ? app : app?.ref
}

/** The stream's state, or what was shown before for as long as the stream knows nothing. */
export function view<TInput, TOutput>(
  run: Run<TInput, TOutput>,
  state: TaskState<TOutput>,
  before: RunSnapshot<TOutput>,
): RunSnapshot<TOutput> {
  const { status, connection, attempt, retryAt } = state
  if (status === 'starting') return { ...before, connection, attempt, retryAt }
  const next = snapshotOf(state)
  return run.cancelling && next.isActive ? snapshotOf(next, { status: 'cancelling' }) : next
}

export function closed<TOutput>(last: RunSnapshot<TOutput>, outcome: RunOutcome<TOutput>): RunSnapshot<TOutput> {
  const end = { connection: 'closed', attempt: 0, retryAt: null, endedAt: Date.now(), uploadProgress: null } as const
  return last.isTerminal ? last : snapshotOf(last, { ...end, ...outcome })
}

export function outcomeOf(thrown: unknown): RunOutcome<never> {
  const error = errorOf(thrown)
  if (error.code === 'task_cancelled') return { status: 'cancelled' }
  return { status: error.code === 'task_failed' ? 'failed' : 'error', error }
}

/** A promise and the function that fulfils it. */
function settleable<T>() {
  let settle!: (value: T) => void
  const promise = new Promise<T>((resolve) => {
    settle = resolve
  })
  return { promise, settle }
}

export function detachedError(taskId: string | null) {
  return new InferstreamError('aborted', 'Nothing follows this run here any more; the run itself goes on.', {
    taskId: taskId ?? undefined,
  })
}

/** The page went while a run's request was unanswered. */
export function lostError() {
  const message = 'The page was left before the service answered: running it again may make two runs.'
  return new InferstreamError('network', message, { mayHaveStarted: true })
}

export function errorOf(thrown: unknown): InferstreamError {
  if (thrown instanceof InferstreamError) return thrown
  return new InferstreamError('server', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown })
}
