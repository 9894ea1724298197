// The official SDK as a backend: its requests, its credentials and its stream; our reducer, and an end in every case.
import { isInferstreamError } from '../core/is-inferstream-error.ts'
import { retryPolicy } from '../core/retry-policy.ts'
import type { TaskSink } from '../task/task-sink.ts'
import { withDeadline } from '../core/deadline.ts'
import { errorFrom } from '../core/error-from.ts'
import { InferstreamError } from '../core/errors.ts'
import { isObject } from '../core/json.ts'
import { hostPlatform } from '../core/platform.ts'
import type { Platform, Timer } from '../core/platform.ts'
import { retryDelay } from '../core/retry.ts'
import { startError } from '../http/post-error.ts'
import { isEnded } from '../task/task-model.ts'
import type { TaskTransport } from './transport.ts'
import type { RunConfig, Transport } from '../core/types.ts'

/** What is used of the official client (0.6.x). */
interface OfficialClient {
  run(params: object, options: { wait: false }): Promise<unknown>
  tasks: {
    get(taskId: string): Promise<unknown>
    cancel(taskId: string): Promise<unknown>
    watch?(task: object, options: object): { done: Promise<unknown>; stop(): void }
  }
}

/** ms; its stream may end without a sign (protocol §8.2), so the task is asked for as well. */
const pollInterval = 5_000
/** ms; where it has no stream, or that one has failed. */
const soloInterval = 1_000
/** ms for one of its requests, which take no signal. */
const requestTimeout = 45_000

/**
 * Runs everything through an official `@inferencesh/sdk` client, for gradual migration.
 * @throws `config` for anything that is not such a client.
 */
export function fromInferenceSdk(officialClient: object): Transport {
  return sdkTransport(officialClient, hostPlatform)
}

export function sdkTransport(officialClient: object, platform: Platform): TaskTransport {
  if (!isOfficialClient(officialClient)) {
    throw new InferstreamError('config', 'fromInferenceSdk() needs a client made by inference() of @inferencesh/sdk.')
  }
  const client = officialClient
  const policy = retryPolicy(undefined)
  const within = (request: () => Promise<unknown>) => withDeadline(platform, requestTimeout, undefined, request)

  function connect(task: TaskSink): () => void {
    let isClosed = false
    let isStreaming = false
    let failures = 0
    let timer: Timer | undefined
    let isAsking = false
    let isWanted = false
    const isOver = () => isClosed || isEnded(task.model.state)

    function show(): void {
      if (!isOver())
        task.dispatch({
          type: 'connection-changed',
          connection: isStreaming ? 'live' : 'polling',
          attempt: 0,
          retryAt: null,
        })
    }

    /** One question at a time; what comes meanwhile is asked once, after it. */
    async function refetch(): Promise<void> {
      isWanted = true
      if (isAsking) return
      isAsking = true
      platform.clearTimeout(timer)
      while (isWanted && !isOver()) {
        isWanted = false
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        const isAnswered = await ask()
        // A failed one waits its turn, however much more it is wanted.
        if (!isAnswered) break
      }
      isAsking = false
      isWanted = false
    }

    /** Never rejects. */
    async function ask(): Promise<boolean> {
      try {
        const snapshot = await within(() => client.tasks.get(task.taskId))
        if (isOver()) return true
        if (failures > 0) {
          failures = 0
          show()
        }
        task.dispatch({ type: 'snapshot-received', task: unwrap(snapshot), at: platform.now() })
        schedule(isStreaming ? pollInterval : soloInterval)
        return true
      } catch (error) {
        const typed = await errorOf(error)
        if (isOver()) return false
        if (!typed.retryable || failures >= policy.maxAttempts) task.fail(typed)
        else {
          failures++
          const ms = retryDelay(failures, policy, platform.random(), typed)
          // A stream that still delivers is the better news.
          if (!isStreaming) {
            const retryAt = platform.now() + ms
            task.dispatch({ type: 'connection-changed', connection: 'reconnecting', attempt: failures, retryAt })
          }
          schedule(ms)
        }
        return false
      }
    }

    function schedule(ms: number): void {
      platform.clearTimeout(timer)
      timer = platform.setTimeout(() => void refetch(), ms)
    }

    const lost = () => {
      isStreaming = false
      if (!isOver() && failures === 0) show()
      void refetch()
    }

    function record(data: unknown, event?: string): void {
      task.onEvent?.(event === undefined ? data : { event, data })
      if (isOver()) return
      if (!isStreaming) {
        isStreaming = true
        show()
      }
      task.dispatch({ type: 'records-received', records: [{ event, data }], at: platform.now() })
      // While requests fail, the next one has its time already.
      if (failures === 0 && (task.model.wantsRefetch || task.model.unconfirmed)) void refetch()
    }

    const watch = watchOf(client, task.taskId, record)
    watch?.done.then(lost, lost)
    if (!watch) show()
    void refetch()
    return () => {
      isClosed = true
      platform.clearTimeout(timer)
      watch?.stop()
    }
  }

  const transport: TaskTransport = {
    kind: 'inference-sdk',
    async start(config) {
      try {
        const task = unwrap(await within(() => client.run(paramsOf(config), { wait: false })))
        const taskId = isObject(task) ? task['id'] : undefined
        if (typeof taskId !== 'string')
          throw new InferstreamError('protocol', 'The official client did not return a task id.')
        return { taskId, actions: [] }
      } catch (error) {
        throw startError(await errorOf(error))
      }
    },
    confirmsEnd: true,
    resume: 'replay',
    connect,
    async cancel(taskId) {
      try {
        await within(() => client.tasks.cancel(taskId))
      } catch (error) {
        throw await errorOf(error)
      }
    },
    async read(taskId) {
      try {
        return [
          { type: 'snapshot-received', task: unwrap(await within(() => client.tasks.get(taskId))), at: platform.now() },
        ]
      } catch (error) {
        throw await errorOf(error)
      }
    },
  }
  return transport
}

function isOfficialClient(client: object): client is OfficialClient {
  const { run, tasks } = (client ?? {}) as { run?: unknown; tasks?: { get?: unknown; cancel?: unknown } }
  return typeof run === 'function' && typeof tasks?.get === 'function' && typeof tasks.cancel === 'function'
}

function watchOf(client: OfficialClient, taskId: string, record: (data: unknown, event?: string) => void) {
  return client.tasks.watch?.(
    { id: taskId },
    {
      stream: true,
      onUpdate: (update: unknown) => record(update),
      // What it hands over is the whole task, merged; `fields` name what this record brought.
      onPartialUpdate: (update: unknown, fields: unknown) => record({ data: update, fields }),
      onDelta: (delta: unknown) => record(delta, 'delta'),
    },
  )
}

/** 0.6.54 answers some calls with the envelope and some without. */
function unwrap(answer: unknown): unknown {
  return isObject(answer) && isObject(answer['data']) && !('id' in answer) ? answer['data'] : answer
}

function paramsOf(config: RunConfig): object {
  return { ...config, app: typeof config.app === 'string' ? config.app : config.app.ref }
}

/** Its errors keep the answer, or the part of it that they are about: read as our own requests read theirs. */
async function errorOf(error: unknown): Promise<InferstreamError> {
  if (isInferstreamError(error)) return error
  const { statusCode: status, responseBody, errors } = isObject(error) ? error : {}
  const typed = errorFrom(error, 'network')
  if (typeof status !== 'number' || status < 400 || status > 599) {
    return new InferstreamError('network', typed.message, { retryable: true, cause: error })
  }
  const body = typeof responseBody === 'string' ? responseBody : JSON.stringify({ detail: typed.message, errors })
  const read = (await import('../http/http-error.ts')).errorOf
  const refusal = await read(new Response(body, { status }), { url: 'inference.sh', isProxy: false }, Date.now())
  return Object.assign(refusal, { cause: error })
}
