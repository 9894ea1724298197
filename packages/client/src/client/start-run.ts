import { InferstreamError } from '../core/errors.ts'
import { guard } from '../core/guard.ts'
import { abortError } from '../http/network-error.ts'
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
    const answer = hasBlob(config.input)
      ? uploadInput(transport, config, post.signal, onUploadProgress).then((ready) =>
          transport.start(ready, post.signal),
        )
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

/** The config with every Blob of its input uploaded. */
async function uploadInput(
  transport: TaskTransport,
  config: RunConfig,
  signal: AbortSignal,
  onUploadProgress: RunStreamOptions['onUploadProgress'],
): Promise<RunConfig> {
  // Another backend gets them as they are.
  if (!transport.resources) return config
  const report = (fraction: number | null) => guard(() => onUploadProgress?.(fraction))
  report(0)
  const resources = await transport.resources()
  const { uploadAll } = await import('../http/uploads.ts')
  const input = await uploadAll(
    config.input,
    (blob, onProgress) => resources.upload(blob, { signal, onProgress }),
    report,
  )
  report(null)
  return { ...config, input }
}

function configProblem(config: RunConfig | undefined): InferstreamError | undefined {
  const ref = typeof config?.app === 'string' ? config.app : config?.app?.ref
  if (typeof ref !== 'string' || ref === '') {
    return new InferstreamError('config', "run() needs an app: run({ app: 'ns/name', input: {} }).")
  }
  return undefined
}

/** Blobs, and what else JSON has no form for, are looked for before the code that uploads them is loaded. */
function hasBlob(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null || depth > 64) return false
  if (Symbol.toStringTag in value) return true
  return Object.values(value).some((item) => hasBlob(item, depth + 1))
}
