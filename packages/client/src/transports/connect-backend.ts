// Keeps a run of a backend connected until its end, in the same loop as HTTP.
import { connectionLoop } from '../connection/connection-loop.ts'
import type { LoopEvent, StreamEnd } from '../connection/connection-state.ts'
import { withDeadline } from '../core/deadline.ts'
import { InferstreamError } from '../core/errors.ts'
import { isObject } from '../core/json.ts'
import type { Platform } from '../core/platform.ts'
import type { RetryPolicy } from '../core/retry-policy.ts'
import { isEnded } from '../task/task-model.ts'
import type { BackendUpdate } from '../task/task-reducer.ts'
import type { TaskSink } from '../task/task-sink.ts'
import { isTerminal, readStatus } from '../wire/status.ts'
import { backendError } from './backend-error.ts'
import type { Backend, PlacedUpdate } from './backend.ts'
import { readUpdate } from './read-update.ts'
import { followStream } from './follow-stream.ts'
import type { StreamHandle } from './follow-stream.ts'

export interface BackendLimits {
  readonly retry: RetryPolicy
  /** ms without an update after which a stream is left, and for one `read`. */
  readonly idleTimeoutMs: number
}

/** Reports what happens to the run to `sink`, until the returned function is called. */
export function connectBackend<TCursor>(
  backend: Backend<TCursor>,
  sink: TaskSink,
  { retry, idleTimeoutMs }: BackendLimits,
  platform: Platform,
): () => void {
  const { taskId } = sink
  const { resume, logs: hasLogs } = backend.promises
  let cursor: TCursor | null = null
  /** Updates of the history that have been applied, for a backend that repeats it. */
  let applied = 0
  /** The stream that is open begins at the beginning of the history. */
  let repeats = false
  let hasFollowed = false
  let hasUnknownStatus = false
  let stream: StreamHandle | null = null
  const closing = new AbortController()

  const loop = connectionLoop(
    {
      retry: () => retry,
      isOver: () => isEnded(sink.model.state),
      isUrgent: () => false,
      canAsk: backend.read !== undefined,
      acquire: () => true,
      stream: followOnce,
      ask: (state) => ask(state.kind === 'polling' || state.next === 'give up'),
      onConnection(connection, attempt, retryAt) {
        sink.dispatch({ type: 'connection-changed', connection, attempt, retryAt })
      },
      onWake: (event) => stream?.wake(event),
      giveUp(error) {
        const message =
          'The connection was lost before the run ended, and could not be restored. The run may still be going on.'
        sink.fail(error ?? new InferstreamError('network', message, { retryable: true, taskId }))
      },
      fail: (error) => sink.fail(error),
      onThrown: (thrown) => sink.fail(backendError(thrown, taskId)),
      onEnd() {},
    },
    platform,
  )
  sink.onRetryNow(loop.wakeUp)

  const applyUpdates = (updates: readonly BackendUpdate[]) =>
    sink.dispatch({ type: 'updates-received', updates: updates.map(readUpdate), at: platform.now() })

  async function followOnce(): Promise<StreamEnd> {
    warnOfLoss()
    // Without any cursor the history begins again.
    repeats = resume === 'replay' || (resume === 'cursor' && cursor === null)
    stream = followStream({
      open: (signal) => backend.follow(taskId, { after: cursor, signal }),
      onOpened: () => loop.dispatch({ type: 'opened' }),
      onValues: apply,
      isOver: () => loop.isOver(),
      pressure: () => sink.pressure(),
      idleTimeoutMs,
      platform,
      taskId,
    })
    const end = await stream.ended
    stream = null
    return end
  }

  /** Applies updates of a stream, the first of which is at `position` in it. */
  function apply(batch: readonly unknown[], position: number): void {
    if (sink.onEvent) for (const value of batch) sink.onEvent(value)
    const known = repeats ? Math.max(0, applied - position) : 0
    if (known >= batch.length) return
    // What is known already is no sign that the next attempt will get further.
    if (loop.state.kind === 'streaming' && !loop.state.hasData) loop.dispatch({ type: 'data' })
    applied = position + batch.length
    // JavaScript may yield anything.
    const updates = batch.slice(known).filter(isObject) as PlacedUpdate<TCursor>[]
    warnOfStatus(updates)
    cursor = updates.findLast((update) => update.cursor !== undefined)?.cursor ?? cursor
    applyUpdates(updates)
  }

  /** A word that is not known here ends nothing: one that was meant to would leave the run without an end. */
  function warnOfStatus(updates: readonly BackendUpdate[]): void {
    if (hasUnknownStatus) return
    const unknown = updates.find(({ status }) => typeof status === 'string' && readStatus(status).name === 'unknown')
    if (!unknown || unknown.status === 'unknown') return
    hasUnknownStatus = true
    const message = `The backend ${backend.kind} says a status that is not known: ${JSON.stringify(unknown.status)}.`
    sink.warn(new InferstreamError('protocol', message, { taskId }))
  }

  function warnOfLoss(): void {
    const isLoss = hasFollowed && resume === 'none' && hasLogs
    hasFollowed = true
    if (!isLoss) return
    const isFirst = sink.model.state.gaps === 0
    sink.dispatch({ type: 'gap' })
    if (!isFirst) return
    const message = 'Log lines may be missing: the connection was lost, and this backend cannot resume.'
    sink.warn(new InferstreamError('protocol', message, { taskId }))
  }

  /** Asks the backend, where it can be asked, for what no stream has delivered. Never rejects. */
  async function ask(isLast: boolean): Promise<LoopEvent> {
    if (!backend.read) return { type: 'answered' }
    try {
      const answer: unknown = await withDeadline(platform, idleTimeoutMs, closing.signal, async (signal) =>
        backend.read?.(taskId, { signal }),
      )
      if (!loop.isOver() && isObject(answer)) reconcile(answer, isLast)
      return { type: 'answered' }
    } catch (thrown) {
      return { type: 'failed', error: backendError(thrown, taskId) }
    }
  }

  /** The lines are matched by their position: those that are known already are left out. */
  function reconcile({ logs, partial_output: partial, ...update }: BackendUpdate, isLast: boolean): void {
    const isEnd = update.status !== undefined && isTerminal(update.status)
    const known = sink.model.state.logs
    const rest = Array.isArray(logs) ? logs.slice(known.length + known.dropped) : undefined
    // What the stream will deliver must not come twice, and an end must not come before the lines that precede it.
    const delivers = resume !== 'none' && hasLogs
    if (isEnd && delivers && rest === undefined && !isLast) return
    delete update.delta
    // The next stream goes on with a text where the last one ended: what is ahead of that would be said twice.
    const isAhead = resume !== 'none' && !isEnd
    applyUpdates([
      {
        ...update,
        ...(!isAhead && partial !== undefined && { partial_output: partial }),
        ...((isEnd || !delivers) && rest && { logs: rest }),
      },
    ])
  }

  return () => {
    closing.abort()
    stream?.leave({ type: 'yielded' })
    loop.close()
  }
}
