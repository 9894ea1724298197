// Keeps a turn of a chat backend connected until its end, in the same loop as everything else.
import type { ChatSession } from '../agent/chat-session.ts'
import { connectionLoop } from '../connection/connection-loop.ts'
import type { StreamEnd } from '../connection/connection-state.ts'
import { InferstreamError } from '../core/errors.ts'
import type { Platform } from '../core/platform.ts'
import { followStream } from './follow-stream.ts'
import type { StreamHandle } from './follow-stream.ts'
import type { ChatBackend, PlacedChatUpdate } from './chat-backend.ts'
import type { ChatMirror } from './chat-mirror.ts'
import { backendError } from './backend-error.ts'
import type { BackendLimits } from './connect-backend.ts'

/** Where the stream of the turn is. Begins again with each request that goes on with it. */
export interface FollowedTurn<TCursor> {
  cursor: TCursor | null
  /** Updates that have been applied, for a backend that repeats them. */
  applied: number
  /** Tells by `change` that a turn begins, goes on or has ended. */
  readonly changed: EventTarget
}

interface ChatBackendConnection<TCursor> {
  readonly backend: ChatBackend<TCursor>
  readonly chatId: string
  readonly session: ChatSession
  readonly isCurrent: () => boolean
  readonly turn: FollowedTurn<TCursor>
  readonly limits: BackendLimits
  readonly platform: Platform
  readonly mirrorOf: (signal: AbortSignal) => Promise<ChatMirror>
}

/** Starts at once. The returned function stops following. */
export function connectChatBackend<TCursor>(connection: ChatBackendConnection<TCursor>): () => void {
  const { backend, chatId, session, isCurrent, turn, limits, platform, mirrorOf } = connection
  const closing = new AbortController()
  let stream: StreamHandle | null = null
  let followed: ChatMirror | null = null

  const loop = connectionLoop(
    {
      retry: () => limits.retry,
      isOver: () => closing.signal.aborted,
      isUrgent: () => false,
      canAsk: false,
      acquire: () => true,
      stream: followTurn,
      ask: async () => ({ type: 'answered' }),
      onConnection: (shown) => isCurrent() && session.dispatch({ type: 'connectionChanged', connection: shown }),
      onWake: (event) => stream?.wake(event),
      giveUp(error) {
        const message =
          'The connection ended before the answer did, and could not be had again. The answer may still be coming.'
        fail(error ?? new InferstreamError('network', message, { retryable: true }))
      },
      fail,
      onThrown: (thrown) => fail(backendError(thrown)),
      onEnd() {},
    },
    platform,
  )

  function fail(error: InferstreamError): void {
    followed?.abandon()
    turn.changed.dispatchEvent(new Event('change'))
    if (isCurrent()) session.fail(error)
  }

  async function followTurn(): Promise<StreamEnd> {
    const mirror = await mirrorOf(closing.signal).catch((thrown: unknown) => backendError(thrown))
    if (mirror instanceof InferstreamError) return { type: 'failed', error: mirror }
    followed = mirror
    if (!mirror.isBusy) {
      await changed()
      return { type: 'yielded' }
    }
    // Without any cursor the turn's stream begins again.
    const { resume } = backend.promises
    const repeats = resume === 'replay' || (resume === 'cursor' && turn.cursor === null)
    stream = followStream({
      open: (signal) => backend.follow(chatId, { after: turn.cursor, signal }),
      onOpened: () => loop.dispatch({ type: 'opened' }),
      onValues(values, position) {
        for (const value of values) session.onEvent?.(value)
        const known = repeats ? Math.max(0, turn.applied - position) : 0
        if (known >= values.length) return
        if (loop.state.kind === 'streaming' && !loop.state.hasData) loop.dispatch({ type: 'data' })
        turn.applied = position + values.length
        // JavaScript may yield anything.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        const updates = values.slice(known) as (PlacedChatUpdate<TCursor> | null | undefined)[]
        turn.cursor = updates.findLast((update) => update?.cursor !== undefined)?.cursor ?? turn.cursor
        const at = platform.now()
        const records = mirror.apply(updates, at)
        if (records.length > 0 && isCurrent()) session.dispatch({ type: 'received', records, at })
        if (!mirror.isBusy) turn.changed.dispatchEvent(new Event('change'))
      },
      isOver: () => closing.signal.aborted || !mirror.isBusy,
      pressure: () => null,
      idleTimeoutMs: limits.idleTimeoutMs,
      platform,
    })
    const end = await stream.ended
    stream = null
    return mirror.isBusy ? end : { type: 'yielded' }
  }

  /** Resolves when the turn goes on or another one begins, and when this is closed. */
  function changed(): Promise<void> {
    return new Promise((resolve) => {
      turn.changed.addEventListener('change', () => resolve(), { once: true })
      closing.signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }

  return () => {
    closing.abort()
    stream?.leave({ type: 'yielded' })
    loop.close()
  }
}
