import type { ConnectionOptions } from '../../connection/connection.ts'
import { InferstreamError } from '../../core/errors.ts'
import { createHttp } from '../../http/http.ts'
import type { Platform } from '../../core/platform.ts'
import type { Follower, TaskTransport } from '../transport.ts'
import type { InferenceOptions, RunConfig } from '../../core/types.ts'
import { isObject } from '../../core/json.ts'

/** inference.sh, the local engine, or a proxy of either (protocol §4). */
export function httpTransport(options: InferenceOptions, platform: Platform): TaskTransport {
  const http = createHttp(options, platform)
  const connection: ConnectionOptions = {
    format: options.format ?? 'sse',
    idleTimeoutMs: options.idleTimeoutMs ?? 45_000,
    maxStreams: options.maxStreams ?? 4,
    maxEventBytes: options.maxEventBytes ?? 1 << 24,
  }
  let loaded: Follower | undefined
  const cancel = async (taskId: string) => {
    await http.request('POST', `/tasks/${taskId}/cancel`)
  }
  return {
    kind: 'http',
    async start(config, signal) {
      try {
        const answer = await http.request('POST', '/apps/run', bodyOf(config), signal)
        const task = isObject(answer) ? answer : {}
        const taskId = task['id']
        if (typeof taskId !== 'string' || !isTaskId(taskId)) {
          throw new InferstreamError('protocol', `${http.to.url} gave the run no id. Check the address.`)
        }
        // A run that has ended already is left to the stream or GET, which have its output and logs.
        const data = { ...task, output: undefined, error: undefined }
        return {
          taskId,
          events: [{ type: 'records', records: [{ data: { data, fields: ['status'] } }], at: platform.now() }],
        }
      } catch (error) {
        throw startError(error)
      }
    },
    // Loaded while the POST is under way, so that a page pays for following runs when it runs something.
    follower: () =>
      loaded ??
      import('./http-follower.ts').then(
        ({ httpFollower }) => (loaded ??= httpFollower(http, connection, platform, cancel)),
      ),
    cancel,
    async read(taskId) {
      return [{ type: 'snapshot', task: await http.request('GET', `/tasks/${taskId}`), at: platform.now() }]
    },
    resources: async () => (await import('./http-resources.ts')).httpResources(http, connection, options, platform),
  }
}

/** Ids are opaque (design §2 "Bounds"). */
export function isTaskId(value: string): boolean {
  return /^[A-Za-z0-9_-]{1,64}$/.test(value)
}

function bodyOf({ app, ...rest }: RunConfig): object {
  return { ...rest, app: typeof app === 'string' ? app : app.ref }
}

/** A POST whose answer was lost may have started the run. One that never reached anybody has not. */
export function startError(error: unknown): unknown {
  // Nothing was sent: the input is no JSON, or a function of the caller threw.
  if (!(error instanceof InferstreamError)) return new InferstreamError('config', String(error), { cause: error })
  if (error.code !== 'network' && error.status !== 504) return error
  const cause = error.cause instanceof Error ? error.cause.cause : undefined
  const code = isObject(cause) ? cause['code'] : undefined
  const neverArrived = code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EAI_AGAIN'
  return Object.assign(error, { retryable: neverArrived, mayHaveStarted: !neverArrived })
}
