import type { TaskSink } from '../task/task-sink.ts'
import { errorFrom } from '../core/error-from.ts'
import { InferstreamError } from '../core/errors.ts'
import { isObject } from '../core/json.ts'
import { hostPlatform } from '../core/platform.ts'
import type { Platform } from '../core/platform.ts'
import { isTerminal } from '../wire/status.ts'
import { isEnded, startTask } from '../task/task-model.ts'
import type { TaskModel } from '../task/task-model.ts'
import { reduceTask } from '../task/task-reducer.ts'
import type { BackendUpdate, TaskAction } from '../task/task-reducer.ts'
import { readUpdate } from './read-update.ts'
import type { TaskTransport } from './transport.ts'
import type { RunConfig, TaskUpdate, Transport } from '../core/types.ts'

/** Ended runs kept for `tasks.get` and for late readers, and the lines that they may have together. */
const maxEnded = 100
const maxEndedLines = 100_000
/** Events kept for the first reader, who comes when `run()` has answered and is given each update by itself. */
const maxBacklog = 128
/** Lines that the state of one run keeps. */
const maxLogLines = 100_000

/** ms for a source to end by itself once its signal is aborted. */
const grace = 1_000

interface LocalRun {
  /** The state so far: what a late reader is given. */
  model: TaskModel
  /** What has happened since it was accepted; null once it has been read, or when it is too long. */
  backlog: TaskAction[] | null
  readonly readers: Set<TaskSink>
  readonly abort: AbortController
}

type Source = (
  config: RunConfig,
  options: { signal: AbortSignal },
) => AsyncIterable<Partial<Omit<TaskUpdate, 'taskId'>>>

/**
 * Any backend that can yield updates. The run is `running` with its first update, unless that names another status. A
 * source that ends without a terminal status has completed; one that throws has failed, or ends with the error itself where
 * that is an `InferstreamError` or has its fields; `cancel()` aborts its signal, and the run is cancelled once it has ended,
 * or a second later. Runs live in this page; the last 100 that ended are kept.
 */
export function fromAsyncIterable(source: Source): Transport {
  return iterableTransport(source, hostPlatform)
}

export function iterableTransport(source: Source, platform: Platform): TaskTransport {
  const runs = new Map<string, LocalRun>()

  function runOf(taskId: string): LocalRun {
    const run = runs.get(taskId)
    if (run) return run
    const message = 'This run is gone: it lived in this page, which was reloaded since, or many have ended after it.'
    throw new InferstreamError('not_found', message, { status: 404, taskId })
  }

  function apply(run: LocalRun, event: TaskAction): void {
    run.model = reduceTask(run.model, event).model
    if (run.backlog && run.backlog.push(event) > maxBacklog) run.backlog = null
    for (const reader of run.readers) reader.dispatch(event)
  }

  function update(run: LocalRun, change: BackendUpdate): void {
    apply(run, { type: 'updates-received', updates: [readUpdate(change)], at: platform.now() })
  }

  function fail(run: LocalRun, thrown: unknown): void {
    const error = errorFrom(thrown, 'task_failed')
    if (run.abort.signal.aborted || error.code === 'task_cancelled') update(run, { status: 'cancelled' })
    else if (error.code === 'task_failed') update(run, { status: 'failed', error })
    else apply(run, { type: 'run-lost', error, at: platform.now() })
  }

  async function consume(run: LocalRun, config: RunConfig): Promise<void> {
    const { signal } = run.abort
    let isRunning = false
    try {
      const iterator = source(config, { signal })[Symbol.asyncIterator]()
      const left = leftOnAbort(signal, platform)
      for (;;) {
        // oxlint-disable-next-line no-await-in-loop -- updates come one after the other
        const { done, value: yielded } = await Promise.race([iterator.next(), left])
        if (done) break
        // JavaScript may yield anything.
        const change: BackendUpdate = isObject(yielded) ? yielded : {}
        update(run, change.status !== undefined || isRunning ? change : { status: 'running', ...change })
        isRunning = true
        const isOver = change.status !== undefined && isTerminal(change.status)
        // A source that does not look at its signal is left at its next update.
        if (isOver || signal.aborted) iterator.return?.().catch(() => {})
        if (isOver) return
        if (signal.aborted) break
      }
      const { error } = run.model.state
      update(run, { status: signal.aborted ? 'cancelled' : error ? 'failed' : 'completed', ...(error && { error }) })
    } catch (error) {
      fail(run, error)
    }
  }

  /** The newest ended runs stay, as long as they are not too many and not too long. Runs that go on stay in any case. */
  function evict(): void {
    let count = 0
    let lines = 0
    for (const [taskId, { model, readers }] of [...runs].toReversed()) {
      if (!isEnded(model.state) || readers.size > 0) continue
      count += 1
      lines += model.state.logs.length
      if (count > maxEnded || (lines > maxEndedLines && count > 1)) runs.delete(taskId)
    }
  }

  return {
    kind: 'async-iterable',
    start(config) {
      // `randomUUID` is for secure contexts only, which a page on a local network is not.
      const taskId = `local-${Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36)).join('')}`
      const options = { table: 'current', maxLogLines, confirms: false } as const
      const run: LocalRun = {
        model: startTask(taskId, options, null),
        backlog: [],
        readers: new Set(),
        abort: new AbortController(),
      }
      runs.set(taskId, run)
      apply(run, { type: 'connection-changed', connection: 'live', attempt: 0, retryAt: null })
      update(run, { status: 'received' })
      void consume(run, config).then(() => {
        // In the order of their ends.
        runs.delete(taskId)
        runs.set(taskId, run)
        return evict()
      })
      return Promise.resolve({ taskId, actions: [] })
    },
    async cancel(taskId) {
      runOf(taskId).abort.abort()
    },
    async read(taskId) {
      return actionsOf(runOf(taskId).model)
    },
    confirmsEnd: false,
    resume: 'none',
    connect(sink) {
      let run: LocalRun
      try {
        run = runOf(sink.taskId)
      } catch (error) {
        sink.fail(errorFrom(error, 'not_found'))
        return () => {}
      }
      const [live, received] = run.backlog ?? []
      if (!live || !received) {
        for (const event of actionsOf(run.model)) sink.dispatch(event)
        run.readers.add(sink)
        return () => run.readers.delete(sink)
      }
      // That it was accepted is known at once. The rest comes as late as over a network, or a reader that begins when
      // `run()` has answered would find a quick source's updates merged into one.
      sink.dispatch(live)
      sink.dispatch(received)
      const timer = platform.setTimeout(() => {
        for (const event of run.backlog?.slice(2) ?? actionsOf(run.model)) sink.dispatch(event)
        run.backlog = null
        // One of these actions may have been the end.
        if (!isStopped) run.readers.add(sink)
      }, 0)
      let isStopped = false
      return () => {
        isStopped = true
        platform.clearTimeout(timer)
        run.readers.delete(sink)
      }
    },
  }
}

/** The shortest way to the same state: its phases, its lines by their times, and what is known besides. */
function actionsOf({ state }: TaskModel): TaskAction[] {
  const at = state.endedAt ?? state.phases.at(-1)?.startedAt ?? state.startedAt ?? 0
  const actions: TaskAction[] = [{ type: 'connection-changed', connection: 'live', attempt: 0, retryAt: null }]
  const add = (change: BackendUpdate, time: number) =>
    actions.push({ type: 'updates-received', updates: [change], at: time })
  for (const { status, startedAt } of state.phases) if (!isTerminal(status)) add({ status }, startedAt)
  for (const { lines, receivedAt } of linesByTime(state.logs)) add({ logs: lines }, receivedAt ?? at)
  const { progress, partialOutput, output, queuePosition, status, error } = state
  add(
    {
      ...(progress && { progress }),
      ...(partialOutput !== null && { partial_output: partialOutput }),
      ...(output !== null && { output }),
      ...(queuePosition !== null && { queuePosition }),
      ...(error && status !== 'error' && { error: error.message }),
    },
    at,
  )
  if (status === 'error' && error) actions.push({ type: 'run-lost', error, at })
  else if (status === 'completed' || status === 'failed' || status === 'cancelled') {
    add({ status, ...(error && { error }) }, at)
  }
  return actions
}

function linesByTime(logs: TaskModel['state']['logs']): { lines: string[]; receivedAt: number | undefined }[] {
  const groups: { lines: string[]; receivedAt: number | undefined }[] = []
  for (const [index, line] of logs.entries()) {
    const receivedAt = logs.entry(index)?.receivedAt
    const last = groups.at(-1)
    if (last?.receivedAt === receivedAt) last?.lines.push(line)
    else groups.push({ lines: [line], receivedAt })
  }
  return groups
}

/** Rejects when an aborted source has had its time. */
function leftOnAbort(signal: AbortSignal, platform: Platform): Promise<never> {
  const left = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => platform.setTimeout(() => reject(signal.reason), grace), { once: true })
  })
  left.catch(() => {})
  return left
}
