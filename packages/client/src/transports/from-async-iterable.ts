import type { TaskSink } from '../task/task-sink.ts'
import { InferstreamError } from '../core/errors.ts'
import { isObject } from '../core/json.ts'
import { isTerminal } from '../wire/status.ts'
import type { BackendUpdate, TaskAction } from '../task/task-reducer.ts'
import type { TaskTransport } from './transport.ts'
import type { RunConfig, TaskUpdate, Transport } from '../core/types.ts'

/** Runs kept after their end, for `tasks.get` and for readers that come late. */
const maxEnded = 100

/** Events that a run begins with: it is live, and received. */
const accepted = 2

/** ms for a source to end by itself once its signal is aborted. */
const grace = 1_000

interface LocalRun {
  readonly events: TaskAction[]
  readonly followers: Set<TaskSink>
  readonly abort: AbortController
}

/**
 * Any backend that can yield updates. The run is `running` with its first update, unless that names another status. A
 * source that ends without a terminal status has completed; one that throws has failed; `cancel()` aborts its signal, and
 * the run is cancelled once it has ended, or a second later.
 */
export function fromAsyncIterable(
  source: (config: RunConfig, options: { signal: AbortSignal }) => AsyncIterable<Partial<Omit<TaskUpdate, 'taskId'>>>,
): Transport {
  const runs = new Map<string, LocalRun>()

  function runOf(taskId: string): LocalRun {
    const run = runs.get(taskId)
    if (run) return run
    throw new InferstreamError('not_found', 'This run is gone: it lived in this page, and the page was loaded anew.', {
      status: 404,
      taskId,
    })
  }

  function say(run: LocalRun, update: BackendUpdate): void {
    const event: TaskAction = { type: 'updates', updates: [update], at: Date.now() }
    run.events.push(event)
    for (const task of run.followers) task.dispatch(event)
  }

  async function consume(run: LocalRun, config: RunConfig): Promise<void> {
    const { signal } = run.abort
    let isRunning = false
    try {
      const iterator = source(config, { signal })[Symbol.asyncIterator]()
      const left = leftOnAbort(signal)
      for (;;) {
        // oxlint-disable-next-line no-await-in-loop -- updates come one after the other
        const { done, value: yielded } = await Promise.race([iterator.next(), left])
        if (done) break
        // JavaScript may yield anything.
        const update: BackendUpdate = isObject(yielded) ? yielded : {}
        if (update.status !== undefined || isRunning) say(run, update)
        else say(run, { status: 'running', ...update })
        isRunning = true
        const isOver = update.status !== undefined && isTerminal(update.status)
        // A source that does not look at its signal is left at its next update.
        if (isOver || signal.aborted) iterator.return?.().catch(() => {})
        if (isOver) return
        if (signal.aborted) break
      }
      say(run, { status: signal.aborted ? 'cancelled' : 'completed' })
    } catch (error) {
      if (signal.aborted) say(run, { status: 'cancelled' })
      else say(run, { status: 'failed', error: error instanceof Error ? error.message : String(error) })
    }
  }

  const transport: TaskTransport = {
    kind: 'async-iterable',
    start(config) {
      // `randomUUID` is for secure contexts only, and a page on a local network is none.
      const taskId = `local-${Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36)).join('')}`
      const run: LocalRun = {
        events: [{ type: 'connection', connection: 'live', attempt: 0, retryAt: null }],
        followers: new Set(),
        abort: new AbortController(),
      }
      runs.set(taskId, run)
      say(run, { status: 'received' })
      void consume(run, config).then(() => {
        for (const old of [...runs.keys()].slice(0, Math.max(0, runs.size - maxEnded))) {
          if (runs.get(old)?.followers.size === 0) runs.delete(old)
        }
        return undefined
      })
      return Promise.resolve({ taskId, events: [] })
    },
    async cancel(taskId) {
      runOf(taskId).abort.abort()
    },
    async read(taskId) {
      return runOf(taskId).events
    },
    confirmsEnd: false,
    connect(task) {
      let run: LocalRun
      try {
        run = runOf(task.taskId)
      } catch (error) {
        if (error instanceof InferstreamError) task.fail(error)
        return () => {}
      }
      // That it was accepted is known at once. The rest comes as late as over a network, or whoever begins to read when
      // `run()` has answered would find a quick source's updates merged into one.
      for (const event of run.events.slice(0, accepted)) task.dispatch(event)
      const timer = task.platform.setTimeout(() => {
        for (const event of run.events.slice(accepted)) task.dispatch(event)
        run.followers.add(task)
      }, 0)
      return () => {
        task.platform.clearTimeout(timer)
        run.followers.delete(task)
      }
    },
  }
  return transport
}

/** Rejects when an aborted source has had its time. */
function leftOnAbort(signal: AbortSignal): Promise<never> {
  const left = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => setTimeout(() => reject(signal.reason), grace), { once: true })
  })
  left.catch(() => {})
  return left
}
