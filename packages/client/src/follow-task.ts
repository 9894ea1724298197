// A task as the connection loop sees it.
import { follow } from './connection.ts'
import type { ConnectionOptions } from './connection.ts'
import { InferstreamError } from './errors.ts'
import type { Http } from './http.ts'
import type { Platform } from './platform.ts'
import { isTerminal, phaseOf, readStatus } from './status.ts'
import { isEnded } from './task-machine.ts'
import type { TaskHandle } from './transport.ts'
import { isObject } from './json.ts'
import type { JsonObject } from './json.ts'
import { delay, retryDelay } from './retry.ts'
import { meaningOf } from './wire-record.ts'

/** Starts at once. The returned function stops following and releases the connection. */
export function followTask(task: TaskHandle, http: Http, options: ConnectionOptions, platform: Platform): () => void {
  const { taskId } = task
  const path = `/tasks/${taskId}`
  let isClosed = false

  const isOver = () => isClosed || isEnded(task.machine.state)
  /** The end, known before the lines that lead to it could be read. */
  let ending: JsonObject | null = null
  /** Looks that knew nothing of an end that the stream told. */
  let doubts = 0

  /** Lines that came without any position, and may have been missed, from the log's own endpoint. */
  async function refill(signal?: AbortSignal): Promise<void> {
    task.dispatch({ type: 'lost' })
    let logs: unknown
    try {
      const answer = await http.read(`${path}/logs`, signal)
      logs = isObject(answer) ? answer['logs'] : undefined
    } catch (error) {
      // Worth another attempt; anything else, e.g. a proxy that does not let it through, is an answer too.
      if (signal?.aborted || (error instanceof InferstreamError && error.retryable)) throw error
    }
    if (!isClosed) fill(logs)
  }

  /** While the stream goes on; new lines wait at their place. */
  async function refillMeanwhile(): Promise<void> {
    for (let repeats = 1; !isOver(); repeats++) {
      try {
        return await refill()
      } catch {
        if (repeats > http.retry.maxAttempts) return fill(undefined)
        await delay(platform, retryDelay(repeats, http.retry, platform.random()))
      }
    }
  }

  function fill(logs: unknown): void {
    if (logs === undefined) {
      const message = 'Log lines may be missing: the connection was lost, and the log could not be read again.'
      task.warn(new InferstreamError('protocol', message, { taskId }))
    }
    task.dispatch({ type: 'refill', logs, at: platform.now() })
  }

  const stop = follow(
    {
      path,
      isOver,
      isQueued: () => phaseOf(task.machine.serviceStatus) === 'queued',
      isUrgent: () => task.machine.unconfirmed !== null,
      connection(connection, attempt, retryAt) {
        task.dispatch({ type: 'connection', connection, attempt, retryAt })
      },
      async look(signal, resumes) {
        const answer = await http.read(path, signal)
        const snapshot = isObject(answer) ? answer : {}
        const { blind, options: reading } = task.machine
        const ends = isTerminal(readStatus(snapshot['status'], snapshot['status_text'], reading.table).name)
        if (blind && ends) {
          // The end waits for its lines as long as the budget lasts.
          ending = snapshot
          await refill(signal)
        }
        // What a stream resumed by id will tell, and tells without positions, must not be taken from here as well.
        const isToldLater = blind && !ends && resumes
        if (isClosed) return
        const known = isToldLater ? { ...snapshot, logs: null } : snapshot
        task.dispatch({ type: 'snapshot', task: known, at: platform.now() })
        if (!task.machine.unconfirmed) doubts = 0
        else if (++doubts > http.retry.maxAttempts) task.dispatch({ type: 'settle', at: platform.now() })
      },
      opening(first, isResumed) {
        const meaning = meaningOf(first)
        const isWhole = meaning.kind === 'task' && meaning.fields === null
        // A stream that does not open with the whole task leaves a gap since the POST was answered.
        return { isWhole, isResumed, lacks: !isWhole && !isResumed && meaning.kind === 'task' }
      },
      take(records, opening) {
        const hasGap = opening !== null && task.machine.blind && (opening.isWhole || !opening.isResumed)
        if (hasGap) task.dispatch({ type: 'lost' })
        task.dispatch({ type: 'records', records, at: platform.now() })
        if (hasGap) void refillMeanwhile()
        for (const record of records) {
          if (record.event !== 'error') continue
          const meaning = meaningOf(record)
          if (meaning.kind === 'error') task.warn(new InferstreamError('server', meaning.message, { taskId }))
        }
        const { hinted, unconfirmed } = task.machine
        return hinted || unconfirmed !== null
      },
      giveUp(error) {
        if (ending) {
          fill(undefined)
          task.dispatch({ type: 'snapshot', task: ending, at: platform.now() })
          return
        }
        if (task.machine.unconfirmed) {
          task.dispatch({ type: 'settle', at: platform.now() })
          return
        }
        const message =
          'The connection ended before the run did, and could not be had again. The run may still be going on.'
        task.fail(error ?? new InferstreamError('network', message, { retryable: true, taskId }))
      },
      fail: (error) => task.fail(error),
      warn: (message) => task.warn(new InferstreamError('protocol', message, { taskId })),
      onEvent: task.onEvent,
      pressure: () => task.pressure(),
    },
    http,
    options,
    platform,
  )
  return () => {
    isClosed = true
    stop()
  }
}
