// Lines that came without any position, and may have been missed, from the log's own endpoint (design §2 "Logs").
import type { TaskSink } from '../../task/task-sink.ts'
import type { ConnectionOptions } from '../../connection/stream-target.ts'
import { withDeadline } from '../../core/deadline.ts'
import { InferstreamError } from '../../core/errors.ts'
import type { Http } from '../../http/http.ts'
import { isObject } from '../../core/json.ts'
import type { JsonObject } from '../../core/json.ts'
import type { Platform } from '../../core/platform.ts'
import { delay, retryDelay } from '../../core/retry.ts'
import { isEnded, isOpen } from '../../task/task-model.ts'
import type { LogGap } from '../../task/task-model.ts'
import { hasLog, hasOffsets } from '../../task/task-logs.ts'

/** Attempts where lines only might be missing. */
const maxDoubtful = 3
/** ms between two questions: at first, then twice as long each time; longer for a log that takes long to read or has nothing new. */
const firstPause = 100
const usualPause = 1_000
const longestPause = 8_000

export interface LogRefill {
  /** Whether lines may lead to this end that no stream has told, and that are not in it. */
  isNeeded(ending: JsonObject): boolean
  /** Rejects with what another attempt may mend. */
  atEnd(signal: AbortSignal): Promise<void>
  /** While the stream goes on, which only says that there is more. Once at a time. Never rejects. */
  meanwhile(): Promise<void>
  /** The log cannot be had: what has waited for it comes without it. */
  giveUp(): void
}

export function logRefill(
  task: TaskSink,
  http: Http,
  path: string,
  options: ConnectionOptions,
  platform: Platform,
  closing: AbortSignal,
): LogRefill {
  const { taskId } = task
  const isOver = () => closing.aborted || isEnded(task.model.state)
  const isDue = () => !isOver() && isOpen(task.model.gap)
  const wait = (ms: number) => delay(platform, ms, closing).catch(() => {})
  let isUnderWay = false
  let pause = firstPause
  let nextAt = -Infinity
  let refusals = 0
  let hasWarned = false

  async function ask(signal: AbortSignal, isEnd: boolean): Promise<void> {
    const { gap } = task.model
    let logs: unknown
    try {
      const answer = await http.read(path, signal)
      logs = isObject(answer) ? answer['logs'] : undefined
    } catch (error) {
      const isFinal = error instanceof InferstreamError && !error.retryable && error.code !== 'aborted'
      const isEnough = task.model.numbering === 'unseen' && ++refusals >= maxDoubtful
      if (!isFinal && !isEnough) throw error
    }
    fill(logs, isEnd, gap)
  }

  function fill(logs: unknown, isEnd: boolean, asked: LogGap | null = null): void {
    if (isOver()) return
    if (logs === undefined && task.model.numbering === 'none' && !hasWarned) {
      hasWarned = true
      const message = 'Log lines may be missing: the connection was lost, and the log could not be read again.'
      task.warn(new InferstreamError('protocol', message, { taskId }))
    }
    task.dispatch({ type: 'refill', logs, isEnd, asked, at: platform.now() })
  }

  return {
    isNeeded(ending) {
      const { gap, numbering, wantsRefetch, unconfirmed } = task.model
      if (hasOffsets(ending)) return false
      if (isOpen(gap)) return true
      if (numbering === 'offset' && hasLog(ending)) return false
      // Where the stream itself has asked for the look it has told everything.
      return !wantsRefetch && unconfirmed === null
    },
    atEnd: (signal) => ask(signal, true),
    async meanwhile() {
      if (isUnderWay) return
      isUnderWay = true
      let failures = 0
      // One question after the other, each when its time has come.
      /* oxlint-disable no-await-in-loop */
      while (isDue()) {
        const askedAt = platform.now()
        if (askedAt < nextAt) {
          await wait(nextAt - askedAt)
          continue
        }
        const { logs } = task.model.state
        try {
          await withDeadline(platform, options.idleTimeoutMs, closing, (signal) => ask(signal, false))
          failures = 0
          const now = platform.now()
          nextAt = now + Math.max(pause, 4 * (now - askedAt))
          pause = Math.min(2 * pause, task.model.state.logs === logs ? longestPause : usualPause)
        } catch {
          if (++failures > http.retry.maxAttempts) fill(undefined, false)
          else await wait(retryDelay(failures, http.retry, platform.random()))
        }
      }
      /* oxlint-enable no-await-in-loop */
      isUnderWay = false
    },
    giveUp: () => fill(undefined, true),
  }
}
