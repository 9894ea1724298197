import type { TaskSink } from '../task/task-sink.ts'
import { InferstreamError } from '../core/errors.ts'
import { provideTaskStream } from '../task/load-task-stream.ts'
import * as taskStream from '../task/task-stream.ts'
import type { BackendUpdate, TaskAction } from '../task/task-reducer.ts'
import type { TaskTransport } from './transport.ts'
import type { ConnectionState, RunConfig, TaskUpdate, Transport } from '../core/types.ts'

/** One run of a scripted transport. A call changes the run's streams before it returns. */
export interface ScriptedRun {
  readonly taskId: string
  readonly config: RunConfig
  /** Whether a cancel was requested. The status is `cancelling` until `update({ status: 'cancelled' })`. */
  readonly cancelled: boolean
  /** The fields of a TaskUpdate; `logs` are the new lines. */
  update(update: Partial<TaskUpdate>): void
  complete(output: unknown): void
  fail(message: string): void
  /** `connection: 'reconnecting'`, one attempt more, the next one in a second. */
  disconnect(): void
  /** `connection: 'live'` */
  reconnect(): void
  /** `connection: 'offline'` */
  offline(): void
}

export interface ScriptedTransport extends Transport {
  readonly runs: ScriptedRun[]
  /** The newest run. @throws if no run has started */
  readonly last: ScriptedRun
}

/**
 * A transport stepped by hand, for tests and stories: `client.run` makes a ScriptedRun at once (status `received`),
 * and nothing happens but what the script says. `tasks.stream` and `tasks.get` know its runs.
 */
export function scriptedTransport(): ScriptedTransport {
  // Streams are there at once, so that a step is seen before its call returns.
  provideTaskStream(taskStream)
  const runs: ScriptedRun[] = []
  const scripts = new Map<string, Script>()

  function scriptOf(taskId: string): Script {
    const script = scripts.get(taskId)
    if (script) return script
    throw new InferstreamError('not_found', `There is no run ${taskId} in this script.`, { status: 404, taskId })
  }

  const transport: ScriptedTransport & TaskTransport = {
    kind: 'scripted',
    runs,
    get last() {
      const run = runs.at(-1)
      if (!run) throw new InferstreamError('config', 'No run has been started: call client.run() first.')
      return run
    },
    start(config) {
      const script = createScript(`scripted-${runs.length + 1}`, config)
      runs.push(script.run)
      scripts.set(script.run.taskId, script)
      return Promise.resolve({ taskId: script.run.taskId, actions: [] })
    },
    confirmsEnd: false,
    resume: 'cursor',
    connect(task) {
      const script = scripts.get(task.taskId)
      if (!script) {
        task.fail(new InferstreamError('not_found', 'This run is gone.', { status: 404, taskId: task.taskId }))
        return () => {}
      }
      return script.follow(task)
    },
    async cancel(taskId) {
      scriptOf(taskId).cancel()
    },
    async read(taskId) {
      return scriptOf(taskId).actions
    },
  }
  return transport
}

interface Script {
  readonly run: ScriptedRun
  /** Everything said so far. */
  readonly actions: readonly TaskAction[]
  follow(task: TaskSink): () => void
  cancel(): void
}

function createScript(taskId: string, config: RunConfig): Script {
  const followers = new Set<TaskSink>()
  const actions: TaskAction[] = []
  let attempt = 0
  let isCancelled = false

  function say(event: TaskAction): void {
    actions.push(event)
    for (const task of followers) task.dispatch(event)
  }

  function connect(connection: ConnectionState, retryAt: number | null = null): void {
    say({ type: 'connection-changed', connection, attempt, retryAt })
  }

  const update = (change: BackendUpdate) => say({ type: 'updates-received', updates: [change], at: Date.now() })
  connect('live')
  update({ status: 'received' })

  return {
    actions,
    run: {
      taskId,
      config,
      get cancelled() {
        return isCancelled
      },
      update,
      complete: (output) => update({ status: 'completed', output }),
      fail: (message) => update({ status: 'failed', error: message }),
      disconnect() {
        attempt++
        connect('reconnecting', Date.now() + 1_000)
      },
      reconnect() {
        attempt = 0
        connect('live')
      },
      offline: () => connect('offline'),
    },
    follow(task) {
      for (const event of actions) task.dispatch(event)
      followers.add(task)
      return () => followers.delete(task)
    },
    cancel() {
      isCancelled = true
    },
  }
}
