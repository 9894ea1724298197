// A task as the connection loop sees it.
import type { TaskSink } from '../../task/task-sink.ts'
import type { ConnectionOptions } from '../../connection/stream-target.ts'
import { follow } from '../../connection/connection.ts'
import { InferstreamError } from '../../core/errors.ts'
import type { Http } from '../../http/http.ts'
import type { Platform } from '../../core/platform.ts'
import { isTerminal, phaseOf, readStatus } from '../../wire/status.ts'
import { logRefill } from './log-backfill.ts'
import { hasLog } from '../../task/task-logs.ts'
import { isEnded } from '../../task/task-model.ts'
import type { TaskModel } from '../../task/task-model.ts'
import { isObject } from '../../core/json.ts'
import type { JsonObject } from '../../core/json.ts'
import { interpret } from '../../wire/wire-record.ts'
import type { Interpretation } from '../../wire/wire-record.ts'

/** Starts at once. The returned function stops following and releases the connection. */
export function connectTask(task: TaskSink, http: Http, options: ConnectionOptions, platform: Platform): () => void {
  const { taskId } = task
  const path = `/tasks/${taskId}`
  const closing = new AbortController()
  const isOver = () => closing.signal.aborted || isEnded(task.model.state)
  /** The end, known before the lines that lead to it could be read. */
  let ending: JsonObject | null = null
  /** Looks that knew nothing of an end that the stream told. */
  let doubts = 0
  /** Nobody has looked yet, and no stream has begun. */
  let isFirst = true
  /** What the stream at hand may lack of the lines told before it. */
  let before: 'joined' | 'lost' | null = null
  const refill = logRefill(task, http, `${path}/logs`, options, platform, closing.signal)

  /** An end that was told is the end, although what belongs to it cannot be had. */
  function endByWhatIsKnown(): boolean {
    const at = platform.now()
    if (ending) {
      refill.giveUp()
      task.dispatch({ type: 'snapshot', task: ending, at })
    } else if (task.model.unconfirmed) {
      task.dispatch({ type: 'settle', at })
    }
    return isOver()
  }

  const stop = follow(
    {
      path,
      isOver,
      isQueued: () => phaseOf(task.model.serviceStatus) === 'queued',
      isUrgent: () => task.model.unconfirmed !== null,
      connection(connection, attempt, retryAt) {
        task.dispatch({ type: 'connection', connection, attempt, retryAt })
      },
      async look(signal, resumes) {
        const answer = await http.read(path, signal)
        const snapshot = isObject(answer) ? answer : {}
        const { table } = task.model.options
        const ends = isTerminal(readStatus(snapshot['status'], snapshot['status_text'], table).name)
        if ((ends || task.model.unconfirmed) && refill.isNeeded(snapshot)) {
          // The end waits for its lines as long as the budget lasts.
          if (ends) ending = snapshot
          await refill.atEnd(signal)
        }
        isFirst = false
        if (closing.signal.aborted) return
        // What a stream resumed by id will tell, lines without positions and tokens, must not be taken from here as well.
        const known = resumes && !ends ? { ...snapshot, logs: null, output: null } : snapshot
        task.dispatch({ type: 'snapshot', task: known, at: platform.now() })
        const { unconfirmed } = task.model
        if (!unconfirmed) doubts = 0
        else if (!unconfirmed.lacksOutput || ++doubts > http.retry.maxAttempts) {
          task.dispatch({ type: 'settle', at: platform.now() })
        }
      },
      opening(first, isResumed) {
        const meaning = interpret(first)
        const isWhole = meaning.kind === 'task' && meaning.fields === null
        before = !isWhole && isResumed ? null : isFirst ? linesBefore(meaning, task.model) : 'lost'
        // A stream that does not open with the whole task leaves a gap since the POST was answered.
        return { isWhole, isResumed, lacks: !isWhole && !isResumed && meaning.kind === 'task' }
      },
      take(records, opening) {
        if (opening && before) task.dispatch({ type: before })
        const at = platform.now()
        const isWhole = opening?.isWhole ?? false
        if (isWhole) task.dispatch({ type: 'records', records: records.slice(0, 1), at })
        const known = task.model
        task.dispatch({ type: 'records', records: isWhole ? records.slice(1) : records, at })
        const isNews = task.model !== known
        const { gap, numbering } = task.model
        const isLate = isFirst && before === 'lost'
        isFirst = false
        const isDue = gap?.isSure && (numbering === 'none' || isLate)
        if (isDue || gap?.held) void refill.meanwhile()
        for (const record of records) {
          if (record.event !== 'error') continue
          const meaning = interpret(record)
          if (meaning.kind === 'error') task.warn(new InferstreamError('server', meaning.message, { taskId }))
        }
        const { wantsRefetch, unconfirmed } = task.model
        return { isHint: wantsRefetch || unconfirmed !== null, isNews }
      },
      giveUp(error) {
        if (endByWhatIsKnown()) return
        const message =
          'The connection ended before the run did, and could not be had again. The run may still be going on.'
        task.fail(error ?? new InferstreamError('network', message, { retryable: true, taskId }))
      },
      fail(error) {
        if (!endByWhatIsKnown()) task.fail(error.code === 'not_found' ? gone(error, taskId) : error)
      },
      warn: (message) => task.warn(new InferstreamError('protocol', message, { taskId })),
      onEvent: task.onEvent,
      pressure: () => task.pressure(),
    },
    http,
    options,
    platform,
  )
  return () => {
    closing.abort()
    stop()
  }
}

/**
 * Of the first stream of a run. Nothing can have been told while it was queued; a run that runs has usually told
 * something: where the service does not say what, it is asked for. That a run of ours which is over has told nothing is
 * believed; of one that was found so, the whole may have a part of the log only, and its stream says nothing after it.
 */
function linesBefore(opening: Interpretation, { options, isJoined }: TaskModel): 'joined' | 'lost' | null {
  if (opening.kind !== 'task' || opening.fields !== null) return 'joined'
  const { status, status_text: text, logs } = opening.data
  const { name } = readStatus(status, text, options.table)
  const phase = phaseOf(name)
  if (phase === 'queued') return null
  if (isJoined && isTerminal(name)) return 'lost'
  const isTold = hasLog(opening.data) || (isTerminal(name) && Array.isArray(logs))
  return phase === 'starting' || isTold ? 'joined' : 'lost'
}

/** A run that the service knows no more (design §6): lost, which is not failed. */
function gone(error: InferstreamError, taskId: string): InferstreamError {
  const { status, requestId } = error
  return new InferstreamError('not_found', `This run is gone. ${error.message}`, {
    status,
    requestId,
    taskId,
    cause: error,
  })
}
