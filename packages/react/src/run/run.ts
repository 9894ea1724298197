import { InferstreamError } from '@inferstream/client'
import type { InferenceClient, RunConfig, TaskState, TaskStream } from '@inferstream/client'
import { snapshotOf } from './run-snapshot.ts'
import type { RunOutcome, RunSnapshot } from '../types.ts'

/** One run as a store follows it: a record of facts, compared by identity. */
export interface Run<TInput, TOutput> {
  readonly client: InferenceClient
  /** Null for a run that was started elsewhere. */
  readonly config: RunConfig<TInput, TOutput> | null
  /** Reference of the app, where it is known. */
  readonly app: string | undefined
  /** Cancels the run while its request is unanswered. */
  readonly abort: AbortController
  readonly outcome: Promise<RunOutcome<TOutput>>
  readonly settle: (outcome: RunOutcome<TOutput>) => void
  taskId: string | null
  /** Fulfils once the service has accepted the run or refused it; null for a run that was started elsewhere. */
  accepted: Promise<void> | null
  stream: TaskStream<TOutput> | null
  /** Lets go of `stream`. */
  leave: () => void
  /** Fulfils when `onUpdate` has had every update. */
  read: Promise<void> | null
  linesRead: number
  cancelling: Promise<void> | null
  ended: boolean
}

export function newRun<TInput, TOutput>(
  client: InferenceClient,
  config: RunConfig<TInput, TOutput> | null,
  taskId: string | null,
  app = refOf(config),
): Run<TInput, TOutput> {
  const { promise: outcome, settle } = settleable<RunOutcome<TOutput>>()
  return {
    client,
    config,
    app,
    taskId,
    outcome,
    settle,
    abort: new AbortController(),
    accepted: null,
    stream: null,
    leave: () => {},
    read: null,
    linesRead: 0,
    cancelling: null,
    ended: false,
  }
}

/** A config that is none, or has no app, is refused when it is sent. */
function refOf(config: RunConfig | null | undefined): string | undefined {
  const app: RunConfig['app'] | null | undefined = config?.app
  return typeof app === 'string' ? app : app?.ref
}

/** What a stream tells, or what was shown before for as long as it tells nothing. */
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
  const end = { connection: 'closed', attempt: 0, retryAt: null, endedAt: Date.now() } as const
  return last.isTerminal ? last : snapshotOf(last, { ...end, ...outcome })
}

export function release<TInput, TOutput>(run: Run<TInput, TOutput>) {
  run.leave()
  run.stream = null
  if (run.ended) return
  run.leave = () => {}
  run.read = null
}

export function outcomeOf(thrown: unknown): RunOutcome<never> {
  const error = errorOf(thrown)
  if (error.code === 'task_cancelled') return { status: 'cancelled' }
  return { status: error.code === 'task_failed' ? 'failed' : 'error', error }
}

/** A promise and the function that fulfils it. */
export function settleable<T>() {
  let settle!: (value: T) => void
  const promise = new Promise<T>((resolve) => {
    settle = resolve
  })
  return { promise, settle }
}

export function detached(taskId: string | null) {
  return new InferstreamError('aborted', 'Nobody follows this run here any more; the run itself goes on.', {
    taskId: taskId ?? undefined,
  })
}

export function errorOf(thrown: unknown): InferstreamError {
  if (thrown instanceof InferstreamError) return thrown
  return new InferstreamError('server', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown })
}
