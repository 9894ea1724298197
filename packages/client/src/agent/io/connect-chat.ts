// A chat as the connection loop sees it.
import type { ConnectionOptions } from '../../connection/stream-target.ts'
import { follow } from '../../connection/connection.ts'
import { InferstreamError } from '../../core/errors.ts'
import type { Http } from '../../http/http.ts'
import type { Platform, Timer } from '../../core/platform.ts'
import type { ChatAction } from '../state/chat-reducer.ts'
import type { ChatApi } from './chat-api.ts'
import { hasGap, wantsRefetch } from '../state/chat-model.ts'
import type { ChatModel } from '../state/chat-model.ts'
import { readChatRecord } from '../state/chat-record.ts'

/** ms between looks that records ask for. */
const refetchInterval = 1_000

/** A chat being followed: where to tell what happened. */
export interface ChatHandle {
  readonly chatId: string
  readonly model: ChatModel
  dispatch(event: ChatAction): void
  /** Ends what has ended, with what is known; false where something has not. */
  settle(): boolean
  fail(error: InferstreamError): void
  warn(warning: InferstreamError): void
  readonly onEvent: ((record: unknown) => void) | undefined
}

/** Starts at once. The returned function stops following and releases the connection. */
export function connectChat(
  chat: ChatHandle,
  api: ChatApi,
  http: Http,
  options: ConnectionOptions,
  platform: Platform,
): () => void {
  const { chatId } = chat
  const closing = new AbortController()
  let refetchedAt = -Infinity
  let openedAt = 0
  let timer: Timer | undefined

  async function look(signal: AbortSignal): Promise<void> {
    refetchedAt = platform.now()
    const whole = await api.look(chatId, signal)
    if (!closing.signal.aborted) chat.dispatch({ type: 'refetched', ...whole, at: platform.now() })
  }

  /** While the stream goes on: what it cannot tell, at most once a second. */
  function refetchSoon(): void {
    if (timer !== undefined) return
    timer = platform.setTimeout(
      () => {
        // A look that fails is repeated; a connection that fails is the loop's business.
        void look(closing.signal)
          .catch(() => {})
          .finally(() => {
            timer = undefined
            if (!closing.signal.aborted && wantsRefetch(chat.model)) refetchSoon()
          })
      },
      Math.max(0, refetchedAt + refetchInterval - platform.now()),
    )
  }

  const stop = follow(
    {
      path: `/chats/${chatId}`,
      isOver: () => closing.signal.aborted,
      isQueued: () => false,
      isUrgent: () => false,
      connection: (connection) => chat.dispatch({ type: 'connectionChanged', connection }),
      look(signal, resumes) {
        // A stream that resumes by id brings all that the last one would have: the chat goes on as if there was no loss.
        if (!resumes) chat.dispatch({ type: 'disconnected' })
        return look(signal)
      },
      opening(first, isResumed) {
        openedAt = platform.now()
        const record = readChatRecord(first)
        const isWhole = record.kind === 'chats' && record.fields === null
        // It was asked to resume, and begins again.
        if (isResumed && isWhole) chat.dispatch({ type: 'disconnected' })
        // Whether a stream opens with the rows too is not known (protocol §5.3): ask for them in any case.
        if (!isResumed) refetchSoon()
        return { isWhole, isResumed, lacks: false }
      },
      take(records, opening) {
        const known = chat.model
        chat.dispatch({ type: 'received', records, at: platform.now() })
        const isNews = chat.model !== known && !opening?.isWhole
        for (const record of records) {
          const meaning = readChatRecord(record)
          if (meaning.kind === 'error') chat.warn(new InferstreamError('server', meaning.message))
        }
        if (closing.signal.aborted || !wantsRefetch(chat.model)) return { isHint: false, isNews }
        // Tokens that were missed come back with the rows of a fresh stream.
        if (hasGap(chat.model) && platform.now() - openedAt >= refetchInterval) return { isHint: true, isNews }
        refetchSoon()
        return { isHint: false, isNews }
      },
      giveUp(error) {
        if (chat.settle()) return
        const message =
          'The connection ended before the answer did, and could not be had again. The answer may still be coming.'
        chat.fail(error ?? new InferstreamError('network', message, { retryable: true }))
      },
      fail: (error) => chat.fail(error),
      warn: (message) => chat.warn(new InferstreamError('protocol', message)),
      onEvent: chat.onEvent,
      pressure: () => null,
    },
    http,
    options,
    platform,
  )
  return () => {
    closing.abort()
    platform.clearTimeout(timer)
    stop()
  }
}
