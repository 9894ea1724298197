import type { Connection } from '../../connection/connection.ts'
import type { ConnectionOptions } from '../../connection/stream-target.ts'
import { InferstreamError } from '../../core/errors.ts'
import { createHttp } from '../../http/http.ts'
import { isTaskId } from '../../http/task-id.ts'
import type { Platform } from '../../core/platform.ts'
import { loadError } from '../../core/load-error.ts'
import type { TaskTransport } from '../transport.ts'
import type { InferenceOptions, RunConfig } from '../../core/types.ts'
import { isObject } from '../../core/json.ts'

type ConnectTask = typeof import('./connect-task.ts').connectTask

/** inference.sh, the local engine, or a proxy of either (protocol §4). */
export function httpTransport(options: InferenceOptions, platform: Platform): TaskTransport {
  const http = createHttp(options, platform)
  const connection: ConnectionOptions = {
    format: options.format ?? 'sse',
    idleTimeoutMs: options.idleTimeoutMs ?? 45_000,
    maxStreams: options.maxStreams ?? 4,
    maxEventBytes: options.maxEventBytes ?? 1 << 24,
  }
  let connectTask: ConnectTask | undefined
  /** Open connections, to see the end of a run that is cancelled. */
  const connections = new Map<Connection, string>()
  const load = async () => (connectTask ??= (await import('./connect-task.ts')).connectTask)
  return {
    kind: 'http',
    async start(config, signal) {
      // Loaded while the POST is under way.
      load().catch(() => {})
      try {
        const answer = await http.request('POST', '/apps/run', bodyOf(config), signal)
        const task = isObject(answer) ? answer : {}
        const taskId = task['id']
        if (!isTaskId(taskId)) {
          throw new InferstreamError('protocol', `${http.to.url} did not return a task id.`)
        }
        return { taskId, actions: [{ type: 'accepted', task, at: platform.now() }] }
      } catch (error) {
        throw (await import('../../http/post-error.ts')).startError(error)
      }
    },
    confirmsEnd: true,
    resume: 'cursor',
    connect(sink) {
      let isClosed = false
      let open: Connection | undefined
      const start = (connect: ConnectTask) => {
        if (isClosed) return
        open = connect(sink, http, connection, platform)
        connections.set(open, sink.taskId)
      }
      if (connectTask) start(connectTask)
      else
        load().then(start, (cause: unknown) =>
          sink.fail(loadError(cause, { mayHaveStarted: true, taskId: sink.taskId })),
        )
      return () => {
        isClosed = true
        if (!open) return
        connections.delete(open)
        open.close()
      }
    },
    async cancel(taskId, signal) {
      await http.postIdempotent(`/tasks/${taskId}/cancel`, signal)
      for (const [open, id] of connections) if (id === taskId) open.accompany()
    },
    async read(taskId, signal) {
      const task = await http.request('GET', `/tasks/${taskId}`, undefined, signal)
      return [{ type: 'snapshot-received', task, at: platform.now() }]
    },
    resources: async () => (await import('./http-resources.ts')).httpResources(http, connection, options, platform),
  }
}

function bodyOf({ app, ...rest }: RunConfig): object {
  return { ...rest, app: typeof app === 'string' ? app : app.ref }
}
