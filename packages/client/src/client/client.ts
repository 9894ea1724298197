import { isTaskId } from '../http/task-id.ts'
import { checkOptions, clientRules, followRules } from './check-options.ts'
import type { InferenceClient } from './client-types.ts'
import { lazyAgent } from './lazy-agent.ts'
import { lazyStream } from './lazy-stream.ts'
import { InferstreamError } from '../core/errors.ts'
import { guard } from '../core/guard.ts'
import { isObject } from '../core/json.ts'
import { httpTransport } from '../transports/http/http-transport.ts'
import { hostPlatform } from '../core/platform.ts'
import type { Platform } from '../core/platform.ts'
import { startRun } from './start-run.ts'
import type { TaskAction } from '../task/task-reducer.ts'
import { loadedTaskStream, loadTaskStream } from '../task/load-task-stream.ts'
import type { TaskStreamModule } from '../task/load-task-stream.ts'
import type { StreamRequest } from '../task/task-stream.ts'
import type { Resources, TaskTransport } from '../transports/transport.ts'
import type {
  FollowOptions,
  RequestOptions,
  InferenceOptions,
  RunConfig,
  RunDetachedOptions,
  RunOptions,
  RunStreamOptions,
  TaskResult,
  TaskSnapshot,
  TaskStream,
  Transport,
} from '../core/types.ts'

/**
 * Makes a client. Nothing is sent until it is used.
 * @throws `config` for an option that makes no sense, for an `apiKey` in a browser without `dangerouslyAllowBrowser`, and for
 * `apiKey` with `proxyUrl`.
 */
export function inference(options: InferenceOptions = {}): InferenceClient {
  return createClient(options, hostPlatform)
}

/** `inference` with the platform passed in, for tests. */
export function createClient(options: InferenceOptions, platform: Platform): InferenceClient {
  checkOptions(options, clientRules)
  const transport =
    options.transport === undefined ? httpTransport(options, platform) : checkTransport(options.transport, options)
  const table = options.statusTable ?? 'current'
  const { onSettled } = options
  const settled =
    onSettled && import('./settled-runs.ts').then((code) => new code.SettledRuns(onSettled, () => platform.now()))
  settled?.catch(() => {})

  function requestOf(taskId: string, actions: readonly TaskAction[], followOptions: FollowOptions): StreamRequest {
    const onEvent = both(followOptions.onEvent, options.onEvent)
    const onWarning = both(followOptions.onWarning, options.onWarning)
    const calledAt = platform.now()
    return { taskId, actions, table, options: { ...followOptions, onEvent, onWarning }, isOwn: false, calledAt }
  }

  async function startStream<O>(
    config: RunConfig,
    followOptions: FollowOptions,
    calledAt: number,
  ): Promise<TaskStream<O>> {
    const starting = startRun(transport, platform, config, followOptions)
    loadTaskStream().catch(() => {})
    const { taskId, actions } = await starting
    const { createTaskStream } = await loadTaskStream(taskId)
    const request = { ...requestOf(taskId, actions, followOptions), isOwn: true, calledAt }
    return createTaskStream<O>(transport, request, platform)
  }

  function run<I, O>(config: RunConfig<I, O>, runOptions: RunStreamOptions): Promise<TaskStream<O>>
  function run<I, O>(config: RunConfig<I, O>, runOptions: RunDetachedOptions): Promise<TaskSnapshot>
  function run<I, O>(config: RunConfig<I, O>, runOptions?: RunOptions<O>): Promise<TaskResult<O>>
  async function run<I, O>(
    config: RunConfig<I, O>,
    runOptions: RunStreamOptions | RunDetachedOptions | RunOptions<O> = {},
  ): Promise<TaskStream<O> | TaskSnapshot | TaskResult<O>> {
    checkOptions(runOptions, followRules)
    const calledAt = platform.now()
    const isDetached = 'wait' in runOptions && !runOptions.wait
    const starting = isDetached
      ? startRun(transport, platform, config, runOptions)
      : startStream<O>(config, runOptions, calledAt)
    settled?.then((runs) => runs.started(config, runOptions, calledAt, starting)).catch(() => {})
    const stream = await starting
    if (!('result' in stream)) {
      const { taskId } = stream
      // The answer to a POST says no more than that the run was taken (protocol §4 "TaskResultDTO").
      return { taskId, status: 'received', statusCode: 1 }
    }
    if ('stream' in runOptions && runOptions.stream) return stream
    const onUpdate = 'onUpdate' in runOptions ? runOptions.onUpdate : undefined
    if (onUpdate) for await (const batch of stream.batches()) for (const update of batch) guard(() => onUpdate(update))
    return stream.result
  }

  /** Whatever the backend makes of the signal, the caller is not kept waiting. */
  async function abortable<T>(signal: AbortSignal | undefined, request: () => Promise<T>): Promise<T> {
    if (!signal) return request()
    const { withDeadline } = await import('../core/deadline.ts')
    return withDeadline(platform, Infinity, signal, request)
  }

  /** What only HTTP has. */
  function resources(): Promise<Resources> {
    if (transport.resources) return transport.resources()
    throw new InferstreamError('config', `The transport "${transport.kind}" only starts and follows runs.`)
  }

  function checkId(taskId: string): string {
    if ((transport.isId ?? isTaskId)(taskId)) return taskId
    throw new InferstreamError('config', `Invalid task id ${JSON.stringify(taskId)}: pass the taskId of a run.`)
  }

  return {
    run,
    async runMany(configs, manyOptions) {
      return (await import('./run-many.ts')).runMany(run, configs, manyOptions)
    },
    tasks: {
      // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- callers state the output type of their app
      stream<O>(taskId: string, followOptions: FollowOptions = {}) {
        checkOptions(followOptions, followRules)
        const request = requestOf(checkId(taskId), [], followOptions)
        const open = ({ createTaskStream }: TaskStreamModule) => createTaskStream<O>(transport, request, platform)
        const loaded = loadedTaskStream()
        const stream = loaded ? open(loaded) : lazyStream(taskId, loadTaskStream(), open)
        settled?.then((runs) => runs.followed(stream, followOptions)).catch(() => {})
        return stream
      },
      // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- callers state the output type of their app
      async get<O>(taskId: string, { signal }: RequestOptions = {}) {
        checkId(taskId)
        return abortable(signal, async () => {
          const [actions, { stateAfter }] = await Promise.all([transport.read(taskId, signal), loadTaskStream()])
          return stateAfter<O>(transport, { taskId, actions, table })
        })
      },
      logs: async (taskId, { signal } = {}) => {
        checkId(taskId)
        return abortable(signal, async () => (await resources()).logs(taskId, signal))
      },
      cancel: async (taskId, { signal } = {}) => {
        checkId(taskId)
        return abortable(signal, () => transport.cancel(taskId, signal))
      },
      list: async (page = {}, { signal } = {}) => abortable(signal, async () => (await resources()).list(page, signal)),
    },
    apps: {
      get: async (ref, { signal } = {}) => abortable(signal, async () => (await resources()).getApp(ref, signal)),
      list: async ({ signal } = {}) => abortable(signal, async () => (await resources()).listApps(signal)),
    },
    files: {
      upload: async (data, uploadOptions = {}) => (await resources()).upload(data, uploadOptions),
    },
    agent(refOrConfig, agentOptions = {}) {
      const load = async () => (await resources()).openAgent(refOrConfig, agentOptions)
      return lazyAgent(agentOptions.chatId || null, load, platform)
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

function checkTransport(transport: Transport, options: InferenceOptions): TaskTransport {
  if (isTaskTransport(transport)) return transport.withOptions?.(options) ?? transport
  throw new InferstreamError('config', 'Invalid transport: make one with fromAsyncIterable().')
}

function isTaskTransport(transport: Transport): transport is TaskTransport {
  return isObject(transport) && 'connect' in transport
}
