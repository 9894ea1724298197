// A task as the connection loop sees it.
import { connect } from '../../connection/connection.ts'
import type { Connection } from '../../connection/connection.ts'
import type { ConnectionOptions } from '../../connection/stream-target.ts'
import { InferstreamError } from '../../core/errors.ts'
import { isObject } from '../../core/json.ts'
import type { JsonObject } from '../../core/json.ts'
import type { Platform } from '../../core/platform.ts'
import type { Http } from '../../http/http.ts'
import { hasLog } from '../../task/task-logs.ts'
import { isEnded } from '../../task/task-model.ts'
import type { TaskModel } from '../../task/task-model.ts'
import type { TaskSink } from '../../task/task-sink.ts'
import { isTerminal, phaseOf, readStatus } from '../../wire/status.ts'
import { interpret } from '../../wire/wire-record.ts'
import type { Interpretation } from '../../wire/wire-record.ts'
import { logBackfill } from './log-backfill.ts'
import { taskPoll } from './task-poll.ts'

/** Starts at once. */
export function connectTask(task: TaskSink, http: Http, options: ConnectionOptions, platform: Platform): Connection {
  const { taskId } = task
  const path = `/tasks/${taskId}`
  const closing = new AbortController()
  const isOver = () => closing.signal.aborted || isEnded(task.model.state)
  /** The end, known before the lines that precede it could be read. */
  let terminalSnapshot: JsonObject | null = null
  /** Refetches that did not yet confirm the terminal status seen on the stream. */
  let unconfirmedChecks = 0
  /** A stream or a snapshot has been received. */
  let hasBegun = false
  const backfill = logBackfill({ task, http, path, options, platform, closing: closing.signal })
  const poll = taskPoll({ task, http, path, platform, apply: applySnapshot })

  /** An end that is known is the end, although what belongs to it cannot be had. */
  function endByWhatIsKnown(): boolean {
    const at = platform.now()
    if (terminalSnapshot) {
      backfill.giveUp()
      task.dispatch({ type: 'snapshot', task: terminalSnapshot, at })
    } else if (task.model.unconfirmed) {
      task.dispatch({ type: 'settle', at })
    }
    return isOver()
  }

  async function applySnapshot(answer: unknown, signal: AbortSignal, resumes: boolean): Promise<void> {
    const snapshot = isObject(answer) ? answer : {}
    const { table } = task.model.options
    const ends = isTerminal(readStatus(snapshot['status'], snapshot['status_text'], table).name)
    if ((ends || task.model.unconfirmed) && backfill.isNeeded(snapshot)) {
      // The end waits for its lines as long as the attempts last.
      if (ends) terminalSnapshot = snapshot
      await backfill.readAtEnd(signal)
    }
    hasBegun = true
    if (closing.signal.aborted) return
    // What a stream resumed by id will bring, lines without positions and tokens, must not be taken from here as well.
    const known = resumes && !ends ? { ...snapshot, logs: null, output: null } : snapshot
    task.dispatch({ type: 'snapshot', task: known, at: platform.now() })
    const { unconfirmed } = task.model
    if (!unconfirmed) unconfirmedChecks = 0
    else if (!unconfirmed.lacksOutput || ++unconfirmedChecks > http.retry.maxAttempts) {
      task.dispatch({ type: 'settle', at: platform.now() })
    }
  }

  const connection = connect(
    {
      path,
      isOver,
      isQueued: () => phaseOf(task.model.serviceStatus) === 'queued',
      isUrgent: () => task.model.unconfirmed !== null,
      onConnection(state, attempt, retryAt) {
        task.dispatch({ type: 'connection', connection: state, attempt, retryAt })
      },
      refetch: async (signal, resumes) => applySnapshot(await http.read(path, signal), signal, resumes),
      poll,
      onOpening(first, isResumed) {
        const meaning = interpret(first)
        const isSnapshot = meaning.kind === 'task' && meaning.fields === null
        const isLate = !hasBegun && missedBeforeOpen(meaning, task.model)
        if (isLate || (hasBegun && (isSnapshot || !isResumed))) {
          task.dispatch({ type: 'lines-missed', isDoubtful: isLate })
        }
        // A stream that does not open with a snapshot leaves a gap since the POST was answered.
        return { isSnapshot, isResumed, needsRefetch: !isSnapshot && !isResumed && meaning.kind === 'task' }
      },
      onRecords(records, opening) {
        const at = platform.now()
        const isSnapshot = opening?.isSnapshot ?? false
        if (isSnapshot) task.dispatch({ type: 'records', records: records.slice(0, 1), at })
        const before = task.model
        task.dispatch({ type: 'records', records: isSnapshot ? records.slice(1) : records, at })
        const hasNews = task.model !== before
        hasBegun = true
        // A growing record needs no request: whether lines come without positions is known once some have come.
        const { logSync, numbering } = task.model
        if (numbering === 'none' || logSync.isDoubtful) void backfill.readMeanwhile()
        for (const record of records) {
          if (record.event !== 'error') continue
          const meaning = interpret(record)
          if (meaning.kind === 'error') task.warn(new InferstreamError('server', meaning.message, { taskId }))
        }
        const { wantsRefetch, unconfirmed } = task.model
        return { wantsRefetch: wantsRefetch || unconfirmed !== null, hasNews }
      },
      giveUp(error) {
        if (endByWhatIsKnown()) return
        const message =
          'The connection ended before the run did, and could not be restored. The run may still be going on.'
        task.fail(error ?? new InferstreamError('network', message, { retryable: true, taskId }))
      },
      fail(error) {
        if (!endByWhatIsKnown()) task.fail(error.code === 'not_found' ? gone(error, taskId) : error)
      },
      warn: (warning) => task.warn(warning),
      onEvent: task.onEvent,
      pressure: () => task.pressure(),
    },
    http,
    options,
    platform,
  )
  return {
    ...connection,
    close() {
      closing.abort()
      connection.close()
    },
  }
}

/**
 * Whether lines may precede the first stream of a run. A queued run has no log; one that runs usually has: where its
 * opening does not say what, the log is read. For a run started here an end without a log is believed; of one found
 * ended, the snapshot may have a part of the log only, and its stream brings nothing after it.
 */
function missedBeforeOpen(opening: Interpretation, { options, isJoined }: TaskModel): boolean {
  if (opening.kind !== 'task' || opening.fields !== null) return isJoined
  const { status, status_text: text, logs } = opening.data
  const { name } = readStatus(status, text, options.table)
  const phase = phaseOf(name)
  if (phase === 'queued') return false
  if (isTerminal(name)) return isJoined || !(hasLog(opening.data) || Array.isArray(logs))
  return phase !== 'starting' && !hasLog(opening.data)
}

/** A run that the service does not know any more (design §6): lost, which is not failed. */
function gone(error: InferstreamError, taskId: string): InferstreamError {
  const { status, requestId } = error
  return new InferstreamError('not_found', `This run is gone. ${error.message}`, {
    status,
    requestId,
    taskId,
    cause: error,
  })
}
