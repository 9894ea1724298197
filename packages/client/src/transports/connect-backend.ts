// Keeps a run of a backend connected until its end, by the states of the same loop as HTTP.
import { connectionOf, firstState, nextState } from '../connection/connection-state.ts'
import type { LoopEvent, LoopState, StreamEnd } from '../connection/connection-state.ts'
import { withDeadline } from '../core/deadline.ts'
import { errorFrom } from '../core/error-from.ts'
import { InferstreamError } from '../core/errors.ts'
import { isInferstreamError } from '../core/is-inferstream-error.ts'
import { isObject } from '../core/json.ts'
import type { Platform, Timer } from '../core/platform.ts'
import type { RetryPolicy } from '../core/retry-policy.ts'
import { createWaiter } from '../core/waiter.ts'
import { isEnded } from '../task/task-model.ts'
import type { BackendUpdate } from '../task/task-reducer.ts'
import type { TaskSink } from '../task/task-sink.ts'
import { isTerminal } from '../wire/status.ts'
import type { Backend } from './backend.ts'

/** ms without an update after which a stream is left, and for one `read`. */
const idleTimeout = 45_000
/** ms; a stream that ends sooner counts as empty. */
const shortLife = 1_000

/** Reports what happens to the run to `sink`, until the returned function is called. */
export function connectBackend<TCursor>(
  backend: Backend<TCursor>,
  sink: TaskSink,
  retry: RetryPolicy,
  platform: Platform,
): () => void {
  const { taskId } = sink
  const { resume, logs: hasLogs } = backend.promises
  let state: LoopState = firstState
  let isClosed = false
  let cursor: TCursor | null = null
  /** Updates of the history that have been applied, for a backend that repeats it. */
  let applied = 0
  let hasFollowed = false
  let hasWarned = false
  let leave: ((end: StreamEnd) => void) | null = null
  const closing = new AbortController()
  const { wait, wakeUp } = createWaiter(platform)
  const isOver = () => isClosed || isEnded(sink.model.state)

  function dispatch(event: LoopEvent): void {
    state = nextState(state, event, {
      retry,
      now: platform.now(),
      random: platform.random(),
      isOnline: platform.isOnline(),
      isUrgent: false,
    })
    // Without `read` there is nothing to do in place of a stream.
    if (!backend.read) state = { ...state, emptyStreams: 0 }
    const shown = connectionOf(state)
    if (!shown || isOver()) return
    const { connection, retryAt } = shown
    sink.dispatch({ type: 'connection-changed', connection, attempt: state.attempt, retryAt })
  }

  const apply = (update: BackendUpdate) =>
    sink.dispatch({ type: 'updates-received', updates: [update], at: platform.now() })

  async function loop(): Promise<void> {
    while (!isOver()) {
      switch (state.kind) {
        case 'acquiring':
          dispatch({ type: 'slot', isFree: true })
          break
        case 'streaming':
          dispatch(await followOnce())
          break
        case 'syncing':
        case 'polling':
          dispatch(await ask(state.kind === 'polling' || state.next === 'give up'))
          break
        case 'waiting':
          dispatch({ type: 'waited', isWoken: await wait(state.delay) })
          break
        case 'exhausted': {
          const message =
            'The connection was lost before the run ended, and could not be restored. The run may still be going on.'
          sink.fail(state.error ?? new InferstreamError('network', message, { retryable: true, taskId }))
          return
        }
        case 'failed':
          sink.fail(state.error)
          return
        default:
          state satisfies never
      }
    }
  }

  /** Never rejects. Resolves when the stream has ended, is silent or is left. */
  function followOnce(): Promise<StreamEnd> {
    const controller = new AbortController()
    const openedAt = platform.now()
    let timer: Timer | undefined
    let iterator: AsyncIterator<unknown> | undefined
    return new Promise((resolve) => {
      const end = (how: StreamEnd) => {
        if (leave !== end) return
        leave = null
        platform.clearTimeout(timer)
        resolve(how)
        controller.abort()
        // A backend that does not look at its signal is left at its next update.
        void Promise.resolve(iterator?.return?.()).catch(() => {})
      }
      leave = end
      const watch = () => {
        platform.clearTimeout(timer)
        timer = platform.setTimeout(() => end({ type: 'silent' }), idleTimeout)
      }
      const read = async () => {
        warnOfLoss()
        iterator = backend.follow(taskId, { after: cursor, signal: controller.signal })[Symbol.asyncIterator]()
        dispatch({ type: 'opened' })
        for (let position = 0; ; position += 1) {
          watch()
          const { done, value } = await iterator.next()
          if (leave !== end) return
          if (done) break
          onUpdate(value, position)
          if (isOver()) break
          await sink.pressure()
          if (leave !== end) return
        }
        end({ type: 'closed', isShortLived: platform.now() - openedAt < shortLife })
      }
      read().catch((thrown: unknown) => end({ type: 'failed', error: backendError(thrown, taskId) }))
    })
  }

  function onUpdate(value: unknown, position: number): void {
    sink.onEvent?.(value)
    // JavaScript may yield anything.
    const { cursor: next, ...update } = (isObject(value) ? value : {}) as BackendUpdate & {
      cursor?: TCursor | undefined
    }
    if (resume === 'replay' && position < applied) return
    // What is known already is no sign that the next attempt will get further.
    if (state.kind === 'streaming' && !state.hasData) dispatch({ type: 'data' })
    applied = position + 1
    if (next !== undefined) cursor = next
    apply(update)
  }

  function warnOfLoss(): void {
    const isLoss = hasFollowed && resume === 'none' && hasLogs && !hasWarned
    hasFollowed = true
    if (!isLoss) return
    hasWarned = true
    const message = 'Log lines may be missing: the connection was lost, and this backend cannot resume.'
    sink.warn(new InferstreamError('protocol', message, { taskId }))
  }

  /** Asks the backend, where it can be asked, for what no stream has delivered. Never rejects. */
  async function ask(isLast: boolean): Promise<LoopEvent> {
    if (!backend.read) return { type: 'answered' }
    try {
      const answer: unknown = await withDeadline(platform, idleTimeout, closing.signal, async (signal) =>
        backend.read?.(taskId, { signal }),
      )
      if (!isOver() && isObject(answer)) reconcile(answer, isLast)
      return { type: 'answered' }
    } catch (thrown) {
      return { type: 'failed', error: backendError(thrown, taskId) }
    }
  }

  /** The lines are matched by their position: those that are known already are left out. */
  function reconcile({ logs, ...update }: BackendUpdate, isLast: boolean): void {
    const isEnd = update.status !== undefined && isTerminal(update.status)
    const known = sink.model.state.logs
    const rest = Array.isArray(logs) ? logs.slice(known.length + known.dropped) : undefined
    // What the stream will deliver must not come twice, and an end must not come before the lines that precede it.
    const delivers = resume !== 'none' && hasLogs
    if (isEnd && delivers && rest === undefined && !isLast) return
    apply({ ...update, ...((isEnd || !delivers) && rest && { logs: rest }) })
  }

  const unsubscribe = platform.onWake((event) => {
    if (event !== 'offline') wakeUp()
  })
  sink.onRetryNow(wakeUp)
  loop()
    .catch((thrown: unknown) => sink.fail(backendError(thrown, taskId)))
    .finally(unsubscribe)

  return () => {
    isClosed = true
    closing.abort()
    leave?.({ type: 'yielded' })
    wakeUp()
  }
}

/** Whatever has no code of this library is a lost connection. */
export function backendError(thrown: unknown, taskId?: string): InferstreamError {
  if (isInferstreamError(thrown)) return thrown
  const error = errorFrom(thrown, 'network')
  if (error.code !== 'network') return error
  return new InferstreamError('network', error.message, { retryable: true, taskId, cause: thrown })
}
