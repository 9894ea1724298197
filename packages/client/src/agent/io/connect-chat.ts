// A chat as the connection loop sees it.
import type { Http } from '../../http/http-types.ts'
import type { ConnectionOptions } from '../../connection/stream-target.ts'
import { connect } from '../../connection/connection.ts'
import { InferstreamError } from '../../core/errors.ts'
import type { Platform, Timer } from '../../core/platform.ts'
import type { ChatAction } from '../state/chat-reducer.ts'
import { hasGap, wantsRefetch } from '../state/chat-model.ts'
import type { ChatSession } from '../chat-session.ts'
import { readChatRecord } from '../state/chat-record.ts'

/** ms between refetches that records ask for */
const refetchInterval = 1_000

export interface ChatConnection {
  readonly chatId: string
  readonly session: ChatSession
  readonly http: Http
  readonly options: ConnectionOptions
  readonly platform: Platform
  /** False once another connection has taken its place. */
  readonly isCurrent: () => boolean
}

/** Starts at once. The returned function stops following and releases the connection. */
export function connectChat({ chatId, session, http, options, platform, isCurrent }: ChatConnection): () => void {
  const closing = new AbortController()
  let refetchedAt = -Infinity
  let openedAt = 0
  let timer: Timer | undefined

  function dispatch(action: ChatAction): void {
    if (isCurrent()) session.dispatch(action)
  }

  async function refetch(signal: AbortSignal): Promise<void> {
    refetchedAt = platform.now()
    await session.refetch(signal)
  }

  /** Refetches what the stream lacks while it goes on, at most once a second. */
  function refetchSoon(): void {
    if (timer !== undefined) return
    timer = platform.setTimeout(
      () => {
        // A refetch that fails is repeated; the loop takes care of a connection that fails.
        void refetch(closing.signal)
          .catch(() => {})
          .finally(() => {
            timer = undefined
            if (!closing.signal.aborted && wantsRefetch(session.model)) refetchSoon()
          })
      },
      Math.max(0, refetchedAt + refetchInterval - platform.now()),
    )
  }

  function fail(error: InferstreamError): void {
    if (isCurrent()) session.fail(error)
  }

  const connection = connect(
    {
      path: `/chats/${chatId}`,
      isOver: () => closing.signal.aborted,
      isQueued: () => false,
      isUrgent: () => false,
      onConnection: (state) => dispatch({ type: 'connectionChanged', connection: state }),
      refetch(signal, resumes) {
        // A stream that resumes by id brings all that the last one would have: the chat goes on as if there was no loss.
        if (!resumes) dispatch({ type: 'disconnected' })
        return refetch(signal)
      },
      poll(signal) {
        dispatch({ type: 'disconnected' })
        return refetch(signal)
      },
      onOpening(first, isResumed) {
        openedAt = platform.now()
        const record = readChatRecord(first)
        const isWhole = record.kind === 'chats' && record.fields === null
        // It was asked to resume, and begins again.
        if (isResumed && isWhole) dispatch({ type: 'disconnected' })
        // Whether a stream opens with the rows too is not known (protocol §5.3): ask for them in any case.
        if (!isResumed) refetchSoon()
        return { isSnapshot: isWhole, isResumed, needsRefetch: false }
      },
      onRecords(records, opening) {
        const known = session.model
        dispatch({ type: 'received', records, at: platform.now() })
        const isNews = session.model !== known && !opening?.isSnapshot
        for (const record of records) {
          const meaning = readChatRecord(record)
          if (meaning.kind === 'error') session.warn(new InferstreamError('server', meaning.message))
        }
        if (closing.signal.aborted || !wantsRefetch(session.model)) return { wantsRefetch: false, hasNews: isNews }
        // Tokens that were missed come back with the rows of a fresh stream.
        if (hasGap(session.model) && platform.now() - openedAt >= refetchInterval)
          return { wantsRefetch: true, hasNews: isNews }
        refetchSoon()
        return { wantsRefetch: false, hasNews: isNews }
      },
      giveUp(error) {
        if (session.settle()) return
        const message =
          'The connection ended before the answer did, and could not be had again. The answer may still be coming.'
        fail(error ?? new InferstreamError('network', message, { retryable: true }))
      },
      fail,
      warn: (warning) => session.warn(warning),
      onEvent: session.onEvent,
      pressure: () => null,
    },
    http,
    options,
    platform,
  )
  return () => {
    closing.abort()
    platform.clearTimeout(timer)
    connection.close()
  }
}
