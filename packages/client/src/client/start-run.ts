import { InferstreamError } from '../core/errors.ts'
import { isSimple } from '../core/is-simple.ts'
import { abortError } from '../http/network-error.ts'
import type { Platform, Timer } from '../core/platform.ts'
import type { StartedTask, TaskTransport } from '../transports/transport.ts'
import type { FollowOptions, RunConfig } from '../core/types.ts'

/** How long an abandoned POST may still answer, so that the run it may have started can be cancelled. ms */
const lateAnswer = 10_000

/**
 * Starts a run. Aborting rejects at once; the POST gets a while more in the background, and the run it started is
 * cancelled. A time-out does the same, unless it is to detach.
 */
export function startRun(
  transport: TaskTransport,
  platform: Platform,
  config: RunConfig,
  { signal, timeoutMs, onTimeout }: FollowOptions,
): Promise<StartedTask> {
  const problem = configProblem(config)
  if (problem) return Promise.reject(problem)
  if (signal?.aborted) return Promise.reject(abortError(signal))
  return new Promise((resolve, reject) => {
    const post = new AbortController()
    let isAbandoned = false
    let timer: Timer | undefined
    const abandon = (error: InferstreamError) => {
      cleanUp()
      isAbandoned = true
      reject(error)
      timer = platform.setTimeout(() => post.abort(), lateAnswer)
    }
    const onAbort = () => abandon(abortError(signal))
    const cleanUp = () => {
      signal?.removeEventListener('abort', onAbort)
      platform.clearTimeout(timer)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    if (timeoutMs !== undefined && timeoutMs !== Infinity) {
      timer = platform.setTimeout(() => {
        const message = `The service did not accept the run within ${timeoutMs / 1000} s.`
        abandon(new InferstreamError('timeout', message, { retryable: true, mayHaveStarted: true }))
      }, timeoutMs)
    }
    const answer = !isSimple([config.input, config.setup])
      ? uploadInput(transport, config, post.signal).then((ready) => transport.start(ready, post.signal))
      : transport.start(config, post.signal)
    answer.then(
      (started) => {
        cleanUp()
        if (isAbandoned && (signal?.aborted || onTimeout !== 'detach')) transport.cancel(started.taskId).catch(() => {})
        resolve(started)
        return started
      },
      (error: unknown) => {
        cleanUp()
        reject(error)
      },
    )
  })
}

/**
 * The config with every Blob of its input uploaded.
 * @throws `config` where its input or setup has no form as JSON
 */
async function uploadInput(transport: TaskTransport, config: RunConfig, signal: AbortSignal): Promise<RunConfig> {
  const { hasBlob } = await import('../http/request-input.ts')
  hasBlob(config.setup)
  if (!hasBlob(config.input)) return config
  const resources = await transport.resources?.()
  // Another backend gets them as they are.
  if (!resources) return config
  const { uploadBlobs } = await import('../http/uploads.ts')
  return { ...config, input: await uploadBlobs(config.input, (blob) => resources.upload(blob, { signal })) }
}

function configProblem(config: RunConfig | undefined): InferstreamError | undefined {
  const ref = typeof config?.app === 'string' ? config.app : config?.app?.ref
  if (typeof ref !== 'string' || ref === '') {
    return new InferstreamError('config', "run() needs an app: run({ app: 'ns/name', input: {} }).")
  }
  return undefined
}
