// Lines that came without any position, and may have been missed, from the log's own endpoint (design §2 "Logs").
import type { ConnectionOptions } from './connection.ts'
import { withDeadline } from './deadline.ts'
import { InferstreamError } from './errors.ts'
import type { Http } from './http.ts'
import { isObject } from './json.ts'
import type { JsonObject } from './json.ts'
import type { Platform } from './platform.ts'
import { delay, retryDelay } from './retry.ts'
import { isEnded, isOpen } from './task-machine.ts'
import { hasLog, hasOffsets } from './task-logs.ts'
import type { TaskHandle } from './transport.ts'

/** Attempts where lines only might be missing. */
const maxDoubtful = 3

export interface LogRefill {
  /** Whether lines may lead to this end that no stream has told, and that are not in it. */
  isNeeded(ending: JsonObject): boolean
  /** Rejects with what another attempt may mend. */
  atEnd(signal: AbortSignal): Promise<void>
  /** While the stream goes on; new lines wait at their place. Once at a time. Never rejects. */
  meanwhile(): Promise<void>
  /** The log cannot be had: what has waited for it comes without it. */
  giveUp(): void
}

export function logRefill(
  task: TaskHandle,
  http: Http,
  path: string,
  options: ConnectionOptions,
  platform: Platform,
  closing: AbortSignal,
): LogRefill {
  const { taskId } = task
  const isOver = () => closing.aborted || isEnded(task.machine.state)
  let isUnderWay = false
  let refusals = 0
  let hasWarned = false

  async function ask(signal: AbortSignal, isEnd: boolean): Promise<void> {
    const losses = task.machine.gap?.losses
    let logs: unknown
    try {
      const answer = await http.read(path, signal)
      logs = isObject(answer) ? answer['logs'] : undefined
    } catch (error) {
      const isFinal = error instanceof InferstreamError && !error.retryable && error.code !== 'aborted'
      const isEnough = task.machine.numbering === 'unseen' && ++refusals >= maxDoubtful
      if (!isFinal && !isEnough) throw error
    }
    // It may lack what was told before the next stream.
    if (isEnd || task.machine.gap?.losses === losses) fill(logs, isEnd)
  }

  function fill(logs: unknown, isEnd: boolean): void {
    if (isOver()) return
    if (logs === undefined && task.machine.numbering === 'none' && !hasWarned) {
      hasWarned = true
      const message = 'Log lines may be missing: the connection was lost, and the log could not be read again.'
      task.warn(new InferstreamError('protocol', message, { taskId }))
    }
    task.dispatch({ type: 'refill', logs, isEnd, at: platform.now() })
  }

  return {
    isNeeded(ending) {
      const { gap, numbering, hinted, unconfirmed } = task.machine
      if (hasOffsets(ending)) return false
      if (isOpen(gap)) return true
      if (numbering === 'offset' && hasLog(ending)) return false
      // Where the stream itself has asked for the look it has told everything.
      return !hinted && unconfirmed === null
    },
    atEnd: (signal) => ask(signal, true),
    async meanwhile() {
      if (isUnderWay) return
      isUnderWay = true
      for (let repeats = 1; !isOver() && isOpen(task.machine.gap); repeats++) {
        try {
          // oxlint-disable-next-line no-await-in-loop -- an attempt is made when the one before has failed
          await withDeadline(platform, options.idleTimeoutMs, closing, (signal) => ask(signal, false))
        } catch {
          if (repeats > http.retry.maxAttempts) fill(undefined, false)
          // oxlint-disable-next-line no-await-in-loop -- as above
          else await delay(platform, retryDelay(repeats, http.retry, platform.random()), closing).catch(() => {})
        }
      }
      isUnderWay = false
    },
    giveUp: () => fill(undefined, true),
  }
}
