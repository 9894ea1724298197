import { abortError } from '../core/abort-error.ts'
import { InferstreamError } from '../core/errors.ts'
import { isSimple } from '../core/is-simple.ts'
import type { Platform, Timer } from '../core/platform.ts'
import type { StartedTask, TaskTransport } from '../transports/transport.ts'
import type { FollowOptions, RunConfig, RunStreamOptions } from '../core/types.ts'

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
  { signal, timeoutMs, onTimeout, onUploadProgress }: FollowOptions & Pick<RunStreamOptions, 'onUploadProgress'>,
): Promise<StartedTask> {
  const problem = configProblem(config)
  if (problem) return Promise.reject(problem)
  if (signal?.aborted) return Promise.reject(abortError(signal))
  return new Promise((resolve, reject) => {
    const post = new AbortController()
    let isSent = false
    let isAbandoned = false
    let timer: Timer | undefined
    const abandon = (error: InferstreamError) => {
      cleanUp()
      isAbandoned = true
      reject(error)
      // While the input's files go up, the service knows nothing of the run.
      if (isSent) timer = platform.setTimeout(() => post.abort(), lateAnswer)
      else post.abort()
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
        abandon(new InferstreamError('timeout', message, { retryable: true, mayHaveStarted: isSent }))
      }, timeoutMs)
    }
    const send = (ready: RunConfig) => {
      isSent = !isAbandoned
      return isSent ? transport.start(ready, post.signal) : Promise.reject(abortError(signal))
    }
    const answer = isSimple([config.input, config.setup])
      ? send(config)
      : import('./upload-input.ts')
          .then(({ uploadInput }) => uploadInput({ transport, config, signal: post.signal, onUploadProgress }))
          .then(send)
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

function configProblem(config: RunConfig | undefined): InferstreamError | undefined {
  const ref = typeof config?.app === 'string' ? config.app : config?.app?.ref
  if (typeof ref !== 'string' || ref === '') {
    return new InferstreamError('config', "run() needs an app: run({ app: 'ns/name', input: {} }).")
  }
  return undefined
}
