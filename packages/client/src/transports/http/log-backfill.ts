// Reads lines without an offset that may have been missed from the log's own endpoint (design §2 "Logs").
import type { Http } from '../../http/http-types.ts'
import type { ConnectionOptions } from '../../connection/stream-target.ts'
import { withDeadline } from '../../core/deadline.ts'
import { InferstreamError } from '../../core/errors.ts'
import { isObject } from '../../core/json.ts'
import type { JsonObject } from '../../core/json.ts'
import type { Platform } from '../../core/platform.ts'
import { delay, retryDelay } from '../../core/retry.ts'
import { hasLog, hasOffsets } from '../../task/task-logs.ts'
import { isEnded, isLogBehind } from '../../task/task-model.ts'
import type { TaskSink } from '../../task/task-sink.ts'

/** Failed requests allowed while it is unknown whether any lines are missing. */
const maxDoubtful = 3
/** ms between two requests: doubled from the first pause on, and longer for a log that is slow or has nothing new. */
const firstPause = 100
const usualPause = 1_000
const longestPause = 8_000

export interface LogBackfill {
  /** Whether lines may precede this terminal snapshot that neither it nor any stream has. */
  isNeeded(terminal: JsonObject): boolean
  /** Reads the log at the end of the run. Rejects with a retryable error. */
  readAtEnd(signal: AbortSignal): Promise<void>
  /** Reads the log while the stream goes on, whose lines only show that the log has more. One at a time. Never rejects. */
  readMeanwhile(): Promise<void>
  /** The log is not available: applies the lines that have waited for it. */
  giveUp(): void
}

export interface BackfillSetup {
  readonly task: TaskSink
  readonly http: Http
  /** `/tasks/{id}` */
  readonly path: string
  readonly options: ConnectionOptions
  readonly platform: Platform
  readonly closing: AbortSignal
}

export function logBackfill({ task, http, path, options, platform, closing }: BackfillSetup): LogBackfill {
  const { taskId } = task
  const isOver = () => closing.aborted || isEnded(task.model.state)
  const isDue = () => !isOver() && isLogBehind(task.model.logSync)
  const wait = (ms: number) => delay(platform, ms, closing).catch(() => {})
  let isReading = false
  let pause = firstPause
  let nextAt = -Infinity
  let refusals = 0
  let hasWarned = false

  async function readLog(signal: AbortSignal, isEnd: boolean): Promise<void> {
    const { marked } = task.model.logSync
    let logs: unknown
    try {
      logs = await read(`${path}/logs`, signal)
      // Without its own endpoint the log may be in the task.
      if (logs === undefined && !isEnd) logs = nonEmptyLog(await read(path, signal))
    } catch (error) {
      const isEnough = task.model.numbering === 'unseen' && ++refusals >= maxDoubtful
      if (!isEnough) throw error
    }
    apply(logs, isEnd, marked)
  }

  /** The `logs` of the response; undefined after a final refusal. */
  async function read(resource: string, signal: AbortSignal): Promise<unknown> {
    try {
      const response = await http.read(resource, signal)
      return isObject(response) ? response['logs'] : undefined
    } catch (error) {
      const isFinal = error instanceof InferstreamError && !error.retryable && error.code !== 'aborted'
      if (!isFinal) throw error
      return undefined
    }
  }

  function apply(logs: unknown, isEnd: boolean, marked: number): void {
    if (isOver()) return
    const isMissing = task.model.numbering === 'none' || task.model.logSync.buffered !== null
    if (logs === undefined && isMissing && !hasWarned) {
      hasWarned = true
      const message = 'Log lines may be missing: the connection was lost, and the log could not be read again.'
      task.warn(new InferstreamError('protocol', message, { taskId }))
    }
    task.dispatch({ type: 'log-read', logs, isEnd, marked, at: platform.now() })
  }

  return {
    isNeeded(terminal) {
      const { logSync, numbering, wantsRefetch, unconfirmed } = task.model
      if (isLogBehind(logSync)) return true
      if (hasOffsets(terminal)) return false
      if (numbering === 'offset' && hasLog(terminal)) return false
      // A stream that asked for the refetch itself has delivered all lines.
      return logSync.fromEndpoint || (!wantsRefetch && unconfirmed === null)
    },
    readAtEnd: (signal) => readLog(signal, true),
    async readMeanwhile() {
      if (isReading) return
      isReading = true
      let failures = 0
      // One request at a time, each after its pause.
      /* oxlint-disable no-await-in-loop */
      while (isDue()) {
        const requestedAt = platform.now()
        if (requestedAt < nextAt) {
          await wait(nextAt - requestedAt)
          continue
        }
        const { logs } = task.model.state
        try {
          await withDeadline(platform, options.idleTimeoutMs, closing, (signal) => readLog(signal, false))
          failures = 0
          const now = platform.now()
          nextAt = now + Math.max(pause, 4 * (now - requestedAt))
          pause = Math.min(2 * pause, task.model.state.logs === logs ? longestPause : usualPause)
        } catch {
          if (++failures > http.retry.maxAttempts) apply(undefined, false, 0)
          else await wait(retryDelay(failures, http.retry, platform.random()))
        }
      }
      /* oxlint-enable no-await-in-loop */
      isReading = false
    },
    giveUp: () => apply(undefined, true, 0),
  }
}

/** The log of a task; undefined for an empty one, which may be incomplete. */
function nonEmptyLog(logs: unknown): unknown {
  return hasLog({ logs }) ? logs : undefined
}
