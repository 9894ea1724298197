import type { TaskSink, TaskSource } from './task-sink.ts'
import { InferstreamError } from '../core/errors.ts'
import { guard } from '../core/guard.ts'
import { abortError } from '../http/network-error.ts'
import type { Platform, Timer } from '../core/platform.ts'
import { isTerminal } from '../wire/status.ts'
import { isEnded, startTask, statusOf } from './task-model.ts'
import { reduceTask } from './task-reducer.ts'
import type { TaskMachine } from './task-model.ts'
import type { TaskEvent } from './task-reducer.ts'
import type {
  FollowOptions,
  StatusTableName,
  TaskResult,
  TaskState,
  TaskStream,
  TaskUpdate,
  TaskUpdateDraft,
} from '../core/types.ts'
import { UpdateReader } from './update-queue.ts'

export interface StreamRequest {
  readonly taskId: string
  /** What is known already. */
  readonly events: readonly TaskEvent[]
  readonly options: FollowOptions
  readonly table: StatusTableName
  /** Started by this caller: an abort then cancels the run. Otherwise it only detaches. */
  readonly isOwn: boolean
  /** When the caller asked, epoch ms: from here `timeoutMs` counts. */
  readonly calledAt: number
}

/** Lines kept where the caller names no number. */
const defaultMaxLines = 100_000

/** Owns one run's state: events in, snapshots, updates and one settlement out. Starts following at once. */
export function createTaskStream<TOutput>(
  source: TaskSource,
  request: StreamRequest,
  platform: Platform,
): TaskStream<TOutput> {
  const { taskId, options, table, isOwn, calledAt } = request
  const { signal, timeoutMs, maxLogLines = defaultMaxLines } = options
  const taskOptions = { table, confirms: source.confirmsEnd, maxLogLines }
  let machine = startTask<TOutput>(taskId, taskOptions, isOwn ? calledAt : null)
  /** Ended, failed or let go: nothing changes any more. */
  let isSettled = false
  let failure: InferstreamError | null = null
  let stopFollowing: (() => void) | null = null
  let cancelling: Promise<void> | null = null
  let timer: Timer | undefined
  const readers = new Set<UpdateReader<TOutput>>()
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
    get machine() {
      return machine
    },
    dispatch,
    fail(error) {
      if (isSettled) return
      apply({ type: 'fail', error, at: platform.now() })
      settle(error)
    },
    warn: (warning) => guard(() => options.onWarning?.(warning)),
    onEvent: options.onEvent ? (record) => guard(() => options.onEvent?.(record)) : undefined,
    pressure,
  }

  function apply(event: TaskEvent): void {
    const reduction = reduceTask(machine, event)
    if (reduction.machine === machine) return
    const isChanged = reduction.machine.state !== machine.state
    machine = reduction.machine
    if (reduction.updates.length > 0) for (const reader of readers) reader.push(reduction.updates)
    if (isChanged) for (const listener of listeners) guard(listener)
  }

  function dispatch(event: TaskEvent): void {
    if (isSettled) return
    apply(event)
    if (isEnded(machine.state)) settle(null)
  }

  /**
   * Once, whatever comes first.
   * @param error What `result` rejects with, where the run has not ended.
   * @param thrown What readers throw: at once, without what is still waiting, for what the caller asked for.
   */
  function settle(error: InferstreamError | null, thrown = error): void {
    if (isSettled) return
    isSettled = true
    failure = thrown
    stopFollowing?.()
    signal?.removeEventListener('abort', onAbort)
    platform.clearTimeout(timer)
    const { state } = machine
    if (state.connection !== 'closed') {
      apply({ type: 'connection', connection: 'closed', attempt: 0, retryAt: null })
    }
    for (const reader of readers) endReader(reader)
    if (error) rejectResult(error)
    else if (state.status === 'completed') resolveResult(resultOf(machine))
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
    if (!isSettled) apply({ type: 'fail', error, at: platform.now() })
    settle(error)
  }

  function cancel(): Promise<void> {
    if (isTerminal(machine.serviceStatus)) return Promise.resolve()
    cancelling ??= askToCancel()
    return cancelling
  }

  async function askToCancel(): Promise<void> {
    dispatch({ type: 'cancel', at: platform.now() })
    try {
      const accepted = source.cancel(taskId)
      // A run that has ended needs no answer any more.
      const ended = result.catch(() => {}).then(() => (isTerminal(machine.serviceStatus) ? undefined : accepted))
      await Promise.race([accepted, ended])
    } catch (error) {
      cancelling = null
      dispatch({ type: 'cancel-refused', at: platform.now() })
      throw error
    }
  }

  function close(): void {
    settle(new InferstreamError('aborted', 'No longer followed; the run itself goes on.', { taskId }), null)
  }

  function join(): UpdateReader<TOutput> {
    const reader = new UpdateReader<TOutput>(machine.options.maxLogLines)
    const { status } = machine.state
    if (status !== 'starting' && status !== 'idle' && status !== 'error') reader.push([currentUpdate(machine)])
    readers.add(reader)
    if (isSettled) endReader(reader)
    return reader
  }

  function endReader(reader: UpdateReader<TOutput>): void {
    reader.end(failure, failure?.code === 'aborted' || failure?.code === 'timeout')
  }

  function leave(reader: UpdateReader<TOutput>): void {
    if (!readers.delete(reader)) return
    reader.end(null, true)
    if (readers.size === 0 && listeners.size === 0) close()
  }

  /** Fast readers catch up within microtasks; a slow one is waited for no longer than a timer's shortest while. */
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
      return machine.state
    },
    result,
    cancel,
    close,
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

  for (const event of request.events) apply(event)
  signal?.addEventListener('abort', onAbort, { once: true })
  if (timeoutMs !== undefined && timeoutMs !== Infinity) {
    timer = platform.setTimeout(onTimeout, Math.max(0, calledAt + timeoutMs - platform.now()))
  }
  if (isEnded(machine.state)) settle(null)
  else if (signal?.aborted) onAbort()
  else {
    const stop = source.connect(sink)
    // Its end may already have been told.
    if (isSettled) stop()
    else stopFollowing = stop
  }
  return stream
}

/** The state that events lead to, of a run that nobody follows. */
export function stateAfter<TOutput>(
  { confirmsEnd }: TaskSource,
  { taskId, events, table }: Pick<StreamRequest, 'taskId' | 'events' | 'table'>,
): TaskState<TOutput> {
  let machine = startTask<TOutput>(taskId, { table, confirms: confirmsEnd, maxLogLines: defaultMaxLines }, null)
  for (const event of events) ({ machine } = reduceTask(machine, event))
  const { state } = machine
  return state.connection === 'connecting' ? { ...state, connection: 'idle' } : state
}

function updatesOf<TOutput>(
  reader: UpdateReader<TOutput>,
  leave: (reader: UpdateReader<TOutput>) => void,
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
  join: () => UpdateReader<TOutput>,
  leave: (reader: UpdateReader<TOutput>) => void,
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

/** The whole state as one update, for a reader that joins. */
function currentUpdate<TOutput>(machine: TaskMachine<TOutput>): TaskUpdate<TOutput> {
  const { state } = machine
  const status = statusOf(state)
  const update: TaskUpdateDraft<TOutput> = {
    taskId: state.taskId ?? '',
    status,
    statusCode: machine.code,
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

function resultOf<TOutput>({ state }: TaskMachine<TOutput>): TaskResult<TOutput> {
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
