import { withDeadline } from '../core/deadline.ts'
import { InferstreamError } from '../core/errors.ts'
import { isObject } from '../core/json.ts'
import { hostPlatform } from '../core/platform.ts'
import type { Platform } from '../core/platform.ts'
import { retryPolicy } from '../core/retry-policy.ts'
import { delay, retryDelay } from '../core/retry.ts'
import type { InferenceOptions, RunConfig, Transport } from '../core/types.ts'
import { startError } from '../http/post-error.ts'
import type { Backend } from './backend.ts'
import { chatTransport } from './from-chat-backend.ts'
import { backendError } from './backend-error.ts'
import { connectBackend } from './connect-backend.ts'
import { readUpdate } from './read-update.ts'
import type { StartedTask, TaskTransport } from './transport.ts'

/**
 * Any backend instead of HTTP. Its runs are followed as those of inference.sh are: a lost connection is made again (up to 10 times in a row,
 * with growing pauses), a silent one is left after 45 s, as is a request without an answer (`retry` and `idleTimeoutMs` of `inference()` change both), and every run ends
 * with a result or an error. An error that it throws is
 * kept if it is an `InferstreamError` or has its `code`; any other is a lost connection.
 */
export function fromBackend<TCursor>(backend: Backend<TCursor>): Transport {
  return backendTransport(backend, hostPlatform)
}

export function backendTransport<TCursor>(
  backend: Backend<TCursor>,
  platform: Platform,
  options: InferenceOptions = {},
): TaskTransport {
  const chats = backend.chats && chatTransport(backend.chats, platform, options)
  const limits = { retry: retryPolicy(options.retry), idleTimeoutMs: options.idleTimeoutMs ?? 45_000 }

  const within = <T>(signal: AbortSignal, request: (signal: AbortSignal) => Promise<T>) =>
    withDeadline(platform, limits.idleTimeoutMs, signal, request)

  async function start(config: RunConfig, signal: AbortSignal): Promise<StartedTask> {
    // `randomUUID` is for secure contexts only.
    const idempotencyKey = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('-')
    for (let attempt = 1; ; attempt += 1) {
      try {
        const started: unknown = await within(signal, (inner) =>
          backend.start(config, { signal: inner, idempotencyKey }),
        )
        const { taskId, update } = isObject(started) ? started : {}
        if (typeof taskId !== 'string' || taskId === '')
          throw new InferstreamError('protocol', `start() of the backend ${backend.kind} did not return a task id.`)
        const actions = isObject(update)
          ? [{ type: 'updates-received', updates: [readUpdate(update)], at: platform.now() } as const]
          : []
        return { taskId, actions }
      } catch (thrown) {
        const error = backendError(thrown)
        // A start that was refused for its rate has started nothing.
        const isSafe = backend.promises.idempotentStart === true || error.code === 'rate_limited'
        const mayRepeat = isSafe && error.retryable && !signal.aborted
        if (!mayRepeat || attempt > limits.retry.maxAttempts) throw startError(error)
        await delay(platform, retryDelay(attempt, limits.retry, platform.random(), error), signal)
      }
    }
  }

  const refuse = (what: string) =>
    new InferstreamError('config', `The backend ${backend.kind} has no ${what}(): it cannot do this.`)

  return {
    kind: backend.kind,
    withOptions: (given) => backendTransport(backend, platform, given),
    start,
    ...(chats && { resources: async () => chats.resources() }),
    isId: (id) => typeof id === 'string' && id !== '',
    confirmsEnd: false,
    resume: backend.promises.resume,
    connect: (sink) => connectBackend(backend, sink, limits, platform),
    async cancel(taskId, signal = new AbortController().signal) {
      if (!backend.cancel) throw refuse('cancel')
      try {
        await within(signal, async (inner) => backend.cancel?.(taskId, { signal: inner }))
      } catch (thrown) {
        throw backendError(thrown, taskId)
      }
    },
    async read(taskId, signal = new AbortController().signal) {
      if (!backend.read) throw refuse('read')
      try {
        const update: unknown = await within(signal, async (inner) => backend.read?.(taskId, { signal: inner }))
        return [{ type: 'updates-received', updates: isObject(update) ? [readUpdate(update)] : [], at: platform.now() }]
      } catch (thrown) {
        throw backendError(thrown, taskId)
      }
    },
  }
}
