// Connects a task: the target of the connection loop for one run.
import type { Http } from '../../http/http-types.ts'
import { phaseOf } from '../../wire/phase.ts'
import { connect } from '../../connection/connection.ts'
import type { Connection } from '../../connection/connection.ts'
import type { ConnectionOptions } from '../../connection/stream-target.ts'
import { InferstreamError } from '../../core/errors.ts'
import { isObject } from '../../core/json.ts'
import type { JsonObject } from '../../core/json.ts'
import type { Platform } from '../../core/platform.ts'
import { hasLog } from '../../task/task-logs.ts'
import { isEnded } from '../../task/task-model.ts'
import type { TaskModel } from '../../task/task-model.ts'
import type { TaskSink } from '../../task/task-sink.ts'
import { isTerminal, readStatus } from '../../wire/status.ts'
import { interpret } from '../../wire/wire-record.ts'
import type { Interpretation } from '../../wire/wire-record.ts'
import { logBackfill } from './log-backfill.ts'
import { taskPoll } from './task-poll.ts'

/** Follows the run over HTTP until its end or `close()`. Starts at once. */
export function connectTask(task: TaskSink, http: Http, options: ConnectionOptions, platform: Platform): Connection {
  const { taskId } = task
  const path = `/tasks/${taskId}`
  const closing = new AbortController()
  const isOver = () => closing.signal.aborted || isEnded(task.model.state)
  /** The terminal snapshot, while the lines that precede the end have not been read yet. */
  let terminalSnapshot: JsonObject | null = null
  /** Refetches that did not yet confirm the terminal status seen on the stream. */
  let unconfirmedChecks = 0
  /** Whether a stream or a snapshot has been received. */
  let hasBegun = false
  const backfill = logBackfill({ task, http, path, options, platform, closing: closing.signal })
  const poll = taskPoll({ task, http, path, platform, apply: applySnapshot })

  /** Ends the run if its end is known, even if its output or lines are not available. Returns whether it has ended. */
  function endIfKnown(): boolean {
    const at = platform.now()
    if (terminalSnapshot) {
      backfill.giveUp()
      task.dispatch({ type: 'snapshot-received', task: terminalSnapshot, at })
    } else if (task.model.unconfirmed) {
      task.dispatch({ type: 'confirmation-exhausted', at })
    }
    return isOver()
  }

  async function applySnapshot(response: unknown, signal: AbortSignal, resumes: boolean): Promise<void> {
    const snapshot = isObject(response) ? response : {}
    const { table } = task.model.options
    const ends = isTerminal(readStatus(snapshot['status'], snapshot['status_text'], table).name)
    if ((ends || task.model.unconfirmed) && backfill.isNeeded(snapshot)) {
      // The end waits for its lines until the attempts are exhausted.
      if (ends) terminalSnapshot = snapshot
      await backfill.readAtEnd(signal)
    }
    hasBegun = true
    if (closing.signal.aborted) return
    // A stream resumed by id will deliver these lines and tokens itself; without offsets they would be applied twice.
    const known = resumes && !ends ? { ...snapshot, logs: null, output: null } : snapshot
    task.dispatch({ type: 'snapshot-received', task: known, at: platform.now() })
    const { unconfirmed } = task.model
    if (!unconfirmed) unconfirmedChecks = 0
    else if (!unconfirmed.lacksOutput || ++unconfirmedChecks > http.retry.maxAttempts) {
      task.dispatch({ type: 'confirmation-exhausted', at: platform.now() })
    }
  }

  const connection = connect(
    {
      path,
      isOver,
      isQueued: () => phaseOf(task.model.serviceStatus) === 'queued',
      isUrgent: () => task.model.unconfirmed !== null,
      onConnection(state, attempt, retryAt) {
        task.dispatch({ type: 'connection-changed', connection: state, attempt, retryAt })
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
        // A stream that does not open with a snapshot leaves a gap after the response to the POST.
        return { isSnapshot, isResumed, needsRefetch: !isSnapshot && !isResumed && meaning.kind === 'task' }
      },
      onRecords(records, opening) {
        const at = platform.now()
        const isSnapshot = opening?.isSnapshot ?? false
        if (isSnapshot) task.dispatch({ type: 'records-received', records: records.slice(0, 1), at })
        const before = task.model
        task.dispatch({ type: 'records-received', records: isSnapshot ? records.slice(1) : records, at })
        const hasNews = task.model !== before
        hasBegun = true
        // A cumulative record needs no request. Whether lines have offsets is known once the first ones have arrived.
        const { logSync, numbering } = task.model
        if (numbering === 'none' || logSync.isDoubtful || logSync.buffered) void backfill.readMeanwhile()
        for (const record of records) {
          if (record.event !== 'error') continue
          const meaning = interpret(record)
          if (meaning.kind === 'error') task.warn(new InferstreamError('server', meaning.message, { taskId }))
        }
        const { wantsRefetch, unconfirmed } = task.model
        return { wantsRefetch: wantsRefetch || unconfirmed !== null, hasNews }
      },
      giveUp(error) {
        if (endIfKnown()) return
        const message =
          'The connection was lost before the run ended, and could not be restored. The run may still be going on.'
        task.fail(error ?? new InferstreamError('network', message, { retryable: true, taskId }))
      },
      fail(error) {
        if (!endIfKnown()) task.fail(error.code === 'not_found' ? goneError(error, taskId) : error)
      },
      warn: (warning) => task.warn(warning),
      onEvent: task.onEvent,
      pressure: () => task.pressure(),
    },
    http,
    options,
    platform,
  )
  task.onRetryNow(() => connection.retryNow())
  return {
    ...connection,
    close() {
      closing.abort()
      connection.close()
    },
  }
}

/**
 * Whether lines may precede the first stream of a run. A queued run has no log. A running one usually has: the log is read
 * if the opening snapshot has none. A run that was started here and ends without a log has none. The snapshot of a joined
 * run that has ended may have only a part of its log, and its stream delivers nothing after it.
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

/** The error of a run that the service does not know any more (design §6): lost, not failed. */
function goneError(error: InferstreamError, taskId: string): InferstreamError {
  const { status, requestId } = error
  return new InferstreamError('not_found', `This run is gone. ${error.message}`, {
    status,
    requestId,
    taskId,
    cause: error,
  })
}
