import { abortError } from '../core/abort-error.ts'
import type { TaskSink, TaskSource } from './task-sink.ts'
import { InferstreamError } from '../core/errors.ts'
import { guard } from '../core/guard.ts'
import type { Platform, Timer } from '../core/platform.ts'
import { isTerminal } from '../wire/status.ts'
import { isEnded, startTask, updateStatus } from './task-model.ts'
import { reduceTask } from './task-reducer.ts'
import type { TaskModel } from './task-model.ts'
import type { TaskAction } from './task-reducer.ts'
import type {
  FollowOptions,
  StatusTableName,
  TaskResult,
  TaskState,
  TaskStream,
  TaskUpdate,
  TaskUpdateDraft,
} from '../core/types.ts'
import { UpdateQueue } from './update-queue.ts'

export interface StreamRequest {
  readonly taskId: string
  /** Actions for what is known already. */
  readonly actions: readonly TaskAction[]
  readonly options: FollowOptions
  readonly table: StatusTableName
  /** Started by this caller: aborting cancels the run. Otherwise it only detaches. */
  readonly isOwn: boolean
  /** Time of the call, epoch ms, from which `timeoutMs` counts. */
  readonly calledAt: number
}

/** The default of `maxLogLines`. */
const defaultMaxLines = 100_000

/** Owns one run's state: takes actions, delivers states, updates and one result. Starts following at once. */
export function createTaskStream<TOutput>(
  source: TaskSource,
  request: StreamRequest,
  platform: Platform,
): TaskStream<TOutput> {
  const { taskId, options, table, isOwn, calledAt } = request
  const { signal, timeoutMs, maxLogLines = defaultMaxLines } = options
  const taskOptions = { table, confirms: source.confirmsEnd, maxLogLines, resume: source.resume }
  let model = startTask<TOutput>(taskId, taskOptions, isOwn ? calledAt : null)
  /** Ended, failed or detached: the state is final. */
  let isSettled = false
  let failure: InferstreamError | null = null
  let stopFollowing: (() => void) | null = null
  let cancelling: Promise<void> | null = null
  let retryNow: (() => void) | null = null
  let timer: Timer | undefined
  const readers = new Set<UpdateQueue<TOutput>>()
  const listeners = new Set<() => void>()

  let resolveResult: (result: TaskResult<TOutput>) => void
  let rejectResult: (error: InferstreamError) => void
  const result = new Promise<TaskResult<TOutput>>((resolve, reject) => {
    resolveResult = resolve
    rejectResult = reject
  })
  result.catch(() => {})

  const sink: TaskSink = {
    taskId,
    platform,
    get model() {
      return model
    },
    dispatch,
    fail(error) {
      if (isSettled) return
      apply({ type: 'run-lost', error, at: platform.now() })
      settle(error)
    },
    warn: (warning) => guard(() => options.onWarning?.(warning)),
    onEvent: options.onEvent ? (record) => guard(() => options.onEvent?.(record)) : undefined,
    pressure,
    onRetryNow(retry) {
      retryNow = retry
    },
  }

  function apply(action: TaskAction): void {
    const transition = reduceTask(model, action)
    if (transition.model === model) return
    const isChanged = transition.model.state !== model.state
    model = transition.model
    if (transition.updates.length > 0) for (const reader of readers) reader.push(transition.updates)
    if (isChanged) for (const listener of listeners) guard(listener)
  }

  function dispatch(action: TaskAction): void {
    if (isSettled) return
    apply(action)
    if (isEnded(model.state)) settle(null)
  }

  /**
   * Settles `result` and ends all readers. Only the first call counts.
   * @param error What `result` rejects with; null if the run has ended.
   * @param thrown What readers throw. An abort or a time-out is thrown at once, before updates that are still waiting.
   */
  function settle(error: InferstreamError | null, thrown = error): void {
    if (isSettled) return
    isSettled = true
    failure = thrown
    stopFollowing?.()
    signal?.removeEventListener('abort', onAbort)
    platform.clearTimeout(timer)
    const { state } = model
    if (state.connection !== 'closed') {
      apply({ type: 'connection-changed', connection: 'closed', attempt: 0, retryAt: null })
    }
    for (const reader of readers) endReader(reader)
    if (error) rejectResult(error)
    else if (state.status === 'completed') resolveResult(resultOf(model))
    else rejectResult(state.error ?? new InferstreamError('task_cancelled', 'The run was cancelled.', { taskId }))
  }

  function onAbort(): void {
    if (isOwn) cancel().catch(() => {})
    settle(abortError(signal))
  }

  function onTimeout(): void {
    if (options.onTimeout !== 'detach') cancel().catch(() => {})
    const seconds = `${(timeoutMs ?? 0) / 1000} s`
    const error = new InferstreamError('timeout', `The run did not end within ${seconds}.`, { taskId, retryable: true })
    if (!isSettled) apply({ type: 'run-lost', error, at: platform.now() })
    settle(error)
  }

  function cancel(): Promise<void> {
    if (isTerminal(model.serviceStatus)) return Promise.resolve()
    cancelling ??= requestCancel()
    return cancelling
  }

  async function requestCancel(): Promise<void> {
    dispatch({ type: 'cancel-requested', at: platform.now() })
    try {
      const accepted = source.cancel(taskId)
      // Once the run has ended, the response is no longer waited for.
      const ended = result.catch(() => {}).then(() => (isTerminal(model.serviceStatus) ? undefined : accepted))
      await Promise.race([accepted, ended])
    } catch (error) {
      cancelling = null
      dispatch({ type: 'cancel-refused', at: platform.now() })
      throw error
    }
  }

  function close(): void {
    settle(new InferstreamError('aborted', 'The stream was closed; the run itself goes on.', { taskId }), null)
  }

  function join(): UpdateQueue<TOutput> {
    const reader = new UpdateQueue<TOutput>(model.options.maxLogLines)
    const { status } = model.state
    if (status !== 'starting' && status !== 'idle' && status !== 'error') reader.push([currentUpdate(model)])
    readers.add(reader)
    if (isSettled) endReader(reader)
    return reader
  }

  function endReader(reader: UpdateQueue<TOutput>): void {
    reader.end(failure, failure?.code === 'aborted' || failure?.code === 'timeout')
  }

  function leave(reader: UpdateQueue<TOutput>): void {
    if (!readers.delete(reader)) return
    reader.end(null, true)
    if (readers.size === 0 && listeners.size === 0) close()
  }

  /** Fast readers catch up within microtasks; slow ones are waited for no longer than the shortest timer. */
  function pressure(): Promise<void> | null {
    const behind = [...readers].filter((reader) => reader.waiting >= 512)
    if (behind.length === 0) return null
    return new Promise((resolve) => {
      let left = behind.length
      const grace = setTimeout(resolve, 0)
      for (const reader of behind) {
        reader.onDrained(() => {
          if (--left > 0) return
          clearTimeout(grace)
          resolve()
        })
      }
    })
  }

  const stream: TaskStream<TOutput> = {
    taskId,
    get state() {
      return model.state
    },
    result,
    cancel,
    close,
    retryNow: () => retryNow?.(),
    batches: () => batchesOf(join, leave),
    [Symbol.asyncIterator]: () => updatesOf(join(), leave),
    subscribe(listener) {
      const entry = () => listener()
      listeners.add(entry)
      return () => {
        listeners.delete(entry)
      }
    },
  }

  for (const action of request.actions) apply(action)
  signal?.addEventListener('abort', onAbort, { once: true })
  if (timeoutMs !== undefined && timeoutMs !== Infinity) {
    timer = platform.setTimeout(onTimeout, Math.max(0, calledAt + timeoutMs - platform.now()))
  }
  if (isEnded(model.state)) settle(null)
  else if (signal?.aborted) onAbort()
  else {
    const stop = source.connect(sink)
    // `connect` may have reported the end already.
    if (isSettled) stop()
    else stopFollowing = stop
  }
  return stream
}

/** The state that the actions lead to, for a run that is not followed. */
export function stateAfter<TOutput>(
  { confirmsEnd, resume }: TaskSource,
  { taskId, actions, table }: Pick<StreamRequest, 'taskId' | 'actions' | 'table'>,
): TaskState<TOutput> {
  let model = startTask<TOutput>(taskId, { table, confirms: confirmsEnd, maxLogLines: defaultMaxLines, resume }, null)
  for (const action of actions) ({ model } = reduceTask(model, action))
  const { state } = model
  return state.connection === 'connecting' ? { ...state, connection: 'idle' } : state
}

function updatesOf<TOutput>(
  reader: UpdateQueue<TOutput>,
  leave: (reader: UpdateQueue<TOutput>) => void,
): AsyncIterator<TaskUpdate<TOutput>> {
  return {
    next: () => reader.next(),
    return() {
      leave(reader)
      return Promise.resolve({ done: true, value: undefined })
    },
  }
}

function batchesOf<TOutput>(
  join: () => UpdateQueue<TOutput>,
  leave: (reader: UpdateQueue<TOutput>) => void,
): AsyncIterable<TaskUpdate<TOutput>[]> {
  return {
    [Symbol.asyncIterator]() {
      const reader = join()
      return {
        next: () => reader.nextBatch(),
        return() {
          leave(reader)
          return Promise.resolve({ done: true, value: undefined })
        },
      }
    },
  }
}

/** The whole state as one update, for a new reader. */
function currentUpdate<TOutput>(model: TaskModel<TOutput>): TaskUpdate<TOutput> {
  const { state } = model
  const status = updateStatus(state)
  const update: TaskUpdateDraft<TOutput> = {
    taskId: state.taskId ?? '',
    status,
    statusCode: model.code,
    logs: state.logs,
  }
  if (state.progress) update.progress = state.progress
  if (state.partialOutput !== null && !isTerminal(status)) update.partial_output = state.partialOutput
  if (state.output !== null) update.output = state.output
  if (state.error) update.error = state.error.message
  if (state.queuePosition !== null) update.queuePosition = state.queuePosition
  // As in the state, a completed run has its output and a failed one its error.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return update as TaskUpdate<TOutput>
}

function resultOf<TOutput>({ state }: TaskModel<TOutput>): TaskResult<TOutput> {
  const startedAt = state.startedAt ?? 0
  const endedAt = state.endedAt ?? startedAt
  return {
    taskId: state.taskId ?? '',
    status: 'completed',
    output: state.output!,
    logs: state.logs,
    startedAt,
    endedAt,
    duration: endedAt - startedAt,
    state,
  }
}
