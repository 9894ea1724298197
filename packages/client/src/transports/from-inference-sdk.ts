// The official SDK as a backend: its requests, its credentials and its stream; our reducer, and an end in every case.
import type { TaskSink } from '../task/task-sink.ts'
import { InferstreamError } from '../core/errors.ts'
import { isObject } from '../core/json.ts'
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

/** ms; its stream may end without a word (protocol §8.2), so the task is asked for as well. */
const lookInterval = 5_000
const maxFailures = 10

/**
 * Runs everything through an official `@inferencesh/sdk` client, for gradual migration.
 * @throws `config` for anything that is not such a client.
 */
export function fromInferenceSdk(officialClient: object): Transport {
  if (!isOfficialClient(officialClient)) {
    throw new InferstreamError('config', 'fromInferenceSdk() needs a client made by inference() of @inferencesh/sdk.')
  }
  const client = officialClient

  function connect(task: TaskSink): () => void {
    let isClosed = false
    let failures = 0
    let timer: ReturnType<typeof setTimeout> | undefined
    const isOver = () => isClosed || isEnded(task.model.state)

    async function look(): Promise<void> {
      clearTimeout(timer)
      try {
        const snapshot = unwrap(await client.tasks.get(task.taskId))
        failures = 0
        if (!isOver()) task.dispatch({ type: 'snapshot', task: snapshot, at: Date.now() })
      } catch (error) {
        const typed = await errorOf(error)
        if (!isOver() && (!typed.retryable || ++failures >= maxFailures)) task.fail(typed)
      }
      if (!isOver()) timer = setTimeout(() => void look(), lookInterval)
    }

    const watch = client.tasks.watch?.(
      { id: task.taskId },
      {
        stream: true,
        onUpdate: (update: unknown) => record(update),
        // What it hands over is the whole task, merged; `fields` name what this record brought.
        onPartialUpdate: (update: unknown, fields: unknown) => record({ data: update, fields }),
        onDelta: (delta: unknown) => record(delta, 'delta'),
      },
    )
    watch?.done.catch(() => void look())
    function record(data: unknown, event?: string): void {
      task.onEvent?.(event === undefined ? data : { event, data })
      if (isOver()) return
      task.dispatch({ type: 'records', records: [{ event, data }], at: Date.now() })
      if (task.model.wantsRefetch || task.model.unconfirmed) void look()
    }

    task.dispatch({ type: 'connection', connection: watch ? 'live' : 'polling', attempt: 0, retryAt: null })
    void look()
    return () => {
      isClosed = true
      clearTimeout(timer)
      watch?.stop()
    }
  }

  const transport: TaskTransport = {
    kind: 'inference-sdk',
    async start(config) {
      try {
        const task = unwrap(await client.run(paramsOf(config), { wait: false }))
        const taskId = isObject(task) ? task['id'] : undefined
        if (typeof taskId !== 'string')
          throw new InferstreamError('protocol', 'The official client did not return a task id.')
        return { taskId, events: [] }
      } catch (error) {
        throw await errorOf(error)
      }
    },
    confirmsEnd: true,
    connect,
    async cancel(taskId) {
      try {
        await client.tasks.cancel(taskId)
      } catch (error) {
        throw await errorOf(error)
      }
    },
    async read(taskId) {
      try {
        return [{ type: 'snapshot', task: unwrap(await client.tasks.get(taskId)), at: Date.now() }]
      } catch (error) {
        throw await errorOf(error)
      }
    },
  }
  return transport
}

function isOfficialClient(client: object): client is OfficialClient {
  const { run, tasks } = client as { run?: unknown; tasks?: { get?: unknown; cancel?: unknown } }
  return typeof run === 'function' && typeof tasks?.get === 'function' && typeof tasks.cancel === 'function'
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
  if (error instanceof InferstreamError) return error
  const message = error instanceof Error ? error.message : String(error)
  const { statusCode: status, responseBody, errors } = isObject(error) ? error : {}
  if (typeof status !== 'number' || status < 400 || status > 599) {
    return new InferstreamError('network', message, { retryable: true, cause: error })
  }
  const body = typeof responseBody === 'string' ? responseBody : JSON.stringify({ detail: message, errors })
  const read = (await import('../http/http-error.ts')).errorOf
  const typed = await read(new Response(body, { status }), { url: 'inference.sh', isProxy: false }, Date.now())
  return Object.assign(typed, { cause: error })
}
