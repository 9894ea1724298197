import { InferstreamError } from './errors.ts'
import { httpTransport, isTaskId } from './http-transport.ts'
import { hostPlatform } from './platform.ts'
import type { Platform } from './platform.ts'
import { startRun } from './start-run.ts'
import { codeOf } from './status.ts'
import { reduceTask, startTask, statusOf } from './task-reducer.ts'
import type { TaskEvent, TaskMachine } from './task-reducer.ts'
import { createTaskStream } from './task-stream.ts'
import type { Resources, TaskTransport } from './transport.ts'
import type {
  FollowOptions,
  InferenceClient,
  InferenceOptions,
  RunConfig,
  RunDetachedOptions,
  RunOptions,
  RunStreamOptions,
  TaskResult,
  TaskSnapshot,
  TaskStream,
  Transport,
} from './types.ts'

/**
 * Makes a client. Nothing is sent until it is used.
 * @throws `config` for an `apiKey` in a browser without `dangerouslyAllowBrowser`, and for `apiKey` with `proxyUrl`.
 */
export function inference(options: InferenceOptions = {}): InferenceClient {
  return createClient(options, hostPlatform)
}

/** With the world passed in: what tests use. */
export function createClient(options: InferenceOptions, platform: Platform): InferenceClient {
  const transport = options.transport ? checkTransport(options.transport) : httpTransport(options, platform)

  function machineOf<O>(taskId: string, maxLogLines = 100_000, startedAt: number | null = null): TaskMachine<O> {
    const table = options.statusTable ?? 'current'
    return startTask<O>(taskId, { table, maxLogLines, confirms: transport.confirms === true }, startedAt)
  }

  function follow<O>(
    taskId: string,
    events: readonly TaskEvent[],
    followOptions: FollowOptions,
    calledAt: number,
    isOwn: boolean,
  ): TaskStream<O> {
    return createTaskStream<O>({
      transport,
      platform,
      machine: machineOf<O>(taskId, followOptions.maxLogLines, isOwn ? calledAt : null),
      events,
      options: {
        ...followOptions,
        onEvent: both(followOptions.onEvent, options.onEvent),
        onWarning: both(followOptions.onWarning, options.onWarning),
      },
      cancelOnAbort: isOwn,
      calledAt,
    })
  }

  async function startStream<O>(config: RunConfig, followOptions: FollowOptions): Promise<TaskStream<O>> {
    const calledAt = platform.now()
    const { taskId, events } = await startRun(transport, platform, config, followOptions)
    return follow<O>(taskId, events, followOptions, calledAt, true)
  }

  function run<I, O>(config: RunConfig<I, O>, runOptions: RunStreamOptions): Promise<TaskStream<O>>
  function run<I, O>(config: RunConfig<I, O>, runOptions: RunDetachedOptions): Promise<TaskSnapshot>
  function run<I, O>(config: RunConfig<I, O>, runOptions?: RunOptions<O>): Promise<TaskResult<O>>
  async function run<I, O>(
    config: RunConfig<I, O>,
    runOptions: RunStreamOptions | RunDetachedOptions | RunOptions<O> = {},
  ): Promise<TaskStream<O> | TaskSnapshot | TaskResult<O>> {
    if ('wait' in runOptions && !runOptions.wait) {
      const { taskId, events } = await startRun(transport, platform, config, runOptions)
      const { state, code } = events.reduce((before, event) => reduceTask(before, event).machine, machineOf(taskId))
      const status = state.status === 'starting' ? 'received' : statusOf(state)
      return { taskId, status, statusCode: code || codeOf(status) }
    }
    const stream = await startStream<O>(config, runOptions)
    if ('stream' in runOptions && runOptions.stream) return stream
    const onUpdate = 'onUpdate' in runOptions ? runOptions.onUpdate : undefined
    if (onUpdate) for await (const batch of stream.batches()) for (const update of batch) onUpdate(update)
    return stream.result
  }

  /** What only HTTP has. */
  function resources(): Resources {
    if (transport.resources) return transport.resources
    throw new InferstreamError('config', `The transport "${transport.kind}" only starts and follows runs.`)
  }

  return {
    run,
    async runMany(configs, manyOptions) {
      return (await import('./run-many.ts')).runMany(run, configs, manyOptions)
    },
    tasks: {
      stream<O>(taskId: string, followOptions: FollowOptions = {}) {
        return follow<O>(checkId(taskId), [], followOptions, platform.now(), false)
      },
      async get<O>(taskId: string) {
        const events = await transport.read(checkId(taskId))
        const { state } = events.reduce((before, event) => reduceTask(before, event).machine, machineOf<O>(taskId))
        return state.connection === 'connecting' ? { ...state, connection: 'idle' } : state
      },
      logs: async (taskId) => resources().logs(checkId(taskId)),
      cancel: async (taskId) => transport.cancel(checkId(taskId)),
      list: async (page = {}) => resources().list(page),
    },
    apps: {
      get: async (ref) => resources().getApp(ref),
      list: async () => resources().listApps(),
    },
    files: {
      upload: async (data, uploadOptions = {}) => resources().upload(data, uploadOptions),
    },
    agent() {
      throw new InferstreamError('config', 'Agents are not built yet: use run() or tasks.stream().')
    },
  }
}

function both<T>(
  own: ((value: T) => void) | undefined,
  all: ((value: T) => void) | undefined,
): ((value: T) => void) | undefined {
  if (!own || !all) return own ?? all
  return (value) => {
    own(value)
    all(value)
  }
}

function checkTransport(transport: Transport): TaskTransport {
  if (isTaskTransport(transport)) return transport
  throw new InferstreamError(
    'config',
    'This is no transport: make one with fromAsyncIterable, fromInferenceSdk or scriptedTransport.',
  )
}

function isTaskTransport(transport: Transport): transport is TaskTransport {
  return 'start' in transport && 'follow' in transport
}

function checkId(taskId: string): string {
  if (typeof taskId === 'string' && isTaskId(taskId)) return taskId
  throw new InferstreamError('config', `${JSON.stringify(taskId)} is no task id: pass the taskId of a run.`)
}
