// Sends messages one after the other, and settles each when its turn is over or it was taken back.
import { abortError } from '../../core/abort-error.ts'
import type { AdHocAgent, AgentOptions, AgentReply, SendMessageOptions } from '../agent-types.ts'
import { isBlob } from '../../core/is-blob.ts'
import { InferstreamError } from '../../core/errors.ts'
import type { Platform, Timer } from '../../core/platform.ts'
import type { FileRef } from '../../core/types.ts'
import { replyOf } from '../state/agent-reply.ts'
import type { ChatApi, ChatIo } from '../chat-io.ts'
import type { ChatSession } from '../chat-session.ts'
import type { Delivered } from './message-events.ts'
import { leftError, nextLocalId } from './local-message.ts'
import { partsOf, refusalOf } from './outgoing.ts'
import { typedError } from './typed-error.ts'

export interface MessageSenderSetup {
  readonly chat: ChatSession
  readonly api: ChatApi
  readonly upload: ChatIo['upload']
  readonly platform: Platform
  readonly target: string | AdHocAgent
  readonly options: AgentOptions
}

/** One `sendMessage` whose turn is not over. */
export interface SentMessage {
  readonly options: SendMessageOptions
  /** What `onMessage` has received, by message. */
  readonly delivered: Map<string, Delivered>
  settle(outcome: { reply: AgentReply } | { error: unknown }): void
}

export interface MessageSender {
  /** @param id Under which it is shown already. */
  send(text: string, options: SendMessageOptions, id?: string): Promise<AgentReply>
  /** Takes a message back: at once where it has not left, else at the service. */
  cancelMessage(messageId: string): Promise<void>
  /**
   * Resolves to whether the first message on its way has been accepted. Files that are being uploaded for it are given up,
   * and so is, in a while, a POST that is not answered.
   */
  firstAccepted(): Promise<boolean>
  /** The message that began a turn; undefined where nothing here waits for it. */
  find(turnId: string): SentMessage | undefined
  /** Rejects every accepted message: how its turn ends will not be known. */
  failPosted(error: InferstreamError): void
  /** The conversation was left for another. */
  leave(): void
}

interface PendingMessage extends SentMessage {
  readonly id: string
  /** Ends what is on its way. */
  readonly out: AbortController
  /** Aborted by the caller: what the service still accepts is stopped. */
  isAbandoned: boolean
  isUploading: boolean
  /** The POST is under way; until then nothing was sent. */
  isPosting: boolean
  isPosted: boolean
  /** Settled when it has been accepted or refused. */
  posting: Promise<void>
  timer: Timer | undefined
}

/** How long an abandoned POST may still answer, so that the turn it may have begun can be stopped. ms */
const lateAnswer = 10_000

export function messageSender({ chat, api, upload, platform, target, options }: MessageSenderSetup): MessageSender {
  const { context, tools = {} } = options
  const waiting = new Map<string, PendingMessage>()
  /** The first message makes the chat that the others belong to. */
  let posting: Promise<void> = Promise.resolve()

  function sendMessage(text: string, sendOptions: SendMessageOptions, id: string = nextLocalId()): Promise<AgentReply> {
    const { signal, files = [] } = sendOptions
    const refusal = chat.isClosed ? leftError() : refusalOf(text, sendOptions)
    if (refusal) return Promise.reject(refusal)
    return new Promise((resolve, reject) => {
      const one: PendingMessage = {
        id,
        options: sendOptions,
        delivered: new Map(),
        out: new AbortController(),
        isAbandoned: false,
        isUploading: false,
        isPosting: false,
        isPosted: false,
        posting,
        timer: undefined,
        settle(outcome) {
          if (!waiting.delete(id)) return
          signal?.removeEventListener('abort', onAbort)
          if ('reply' in outcome) resolve(outcome.reply)
          else reject(outcome.error)
        },
      }
      const onAbort = () => abandon(one)
      signal?.addEventListener('abort', onAbort, { once: true })
      waiting.set(id, one)
      chat.dispatch({ type: 'sent', id, parts: partsOf(text, files), at: platform.now() })
      posting = one.posting = posting.then(() => post(one, text, files))
    })
  }

  async function post(one: PendingMessage, text: string, files: readonly (Blob | FileRef)[]): Promise<void> {
    const { id } = one
    const own = chat.signal
    // Taken back, or left, while others were before it.
    if (!waiting.has(id)) return
    const { signal } = one.out
    try {
      one.isUploading = files.length > 0
      const refs = await uploaded(files, signal)
      one.isUploading = false
      const { chatId: known } = chat.model.state
      if (!waiting.has(id)) return
      one.isPosting = true
      const history = () =>
        chat.model.state.messages.filter(({ id: other, status }) => other !== id && status !== 'sending')
      const message = { chatId: known, text, files: refs, context, tools, history }
      chat.dispatch({ type: 'posted', id, parts: partsOf(text, refs) })
      const { chatId, answer } = await api.send(target, message, signal)
      one.isPosted = true
      if (own.aborted) return
      chat.dispatch({ type: 'accepted', id, chatId, answer, at: platform.now() })
      if (one.isAbandoned) await withdraw(id).catch(() => {})
    } catch (error) {
      if (own.aborted) return
      if (!waiting.has(id)) chat.dispatch({ type: 'settled', id, error: null })
      else {
        const refusal = signal.aborted ? givenUp(one) : offlineOr(typedError(error))
        chat.dispatch({ type: 'refused', id, error: refusal })
        one.settle({ error: refusal })
      }
    } finally {
      platform.clearTimeout(one.timer)
    }
  }

  function givenUp({ isPosting }: PendingMessage): InferstreamError {
    if (!isPosting) return new InferstreamError('aborted', 'Stopped before it was sent.')
    return new InferstreamError('timeout', 'The service gives no answer; it may have taken the message.', {
      mayHaveStarted: true,
    })
  }

  /** A device without a network has no use for hints about servers. */
  function offlineOr(error: InferstreamError): InferstreamError {
    if (error.code !== 'network' || platform.isOnline()) return error
    const { mayHaveStarted, cause } = error
    const message = 'This device is offline: send the message again once it is back.'
    return new InferstreamError('network', message, { retryable: true, mayHaveStarted, cause })
  }

  async function uploaded(files: readonly (Blob | FileRef)[], signal: AbortSignal): Promise<FileRef[]> {
    if (files.every(isRef)) return [...files]
    return Promise.all(files.map(async (file) => (isRef(file) ? file : upload(file, signal))))
  }

  /** The caller has aborted: rejects at once; what the service has accepted is stopped. */
  function abandon(one: PendingMessage): void {
    one.isAbandoned = true
    one.settle({ error: abortError(one.options.signal) })
    if (one.isPosted) withdraw(one.id).catch(() => {})
    else if (one.isPosting) {
      chat.dispatch({ type: 'withdrawn', id: one.id })
      one.timer = platform.setTimeout(() => one.out.abort(), lateAnswer)
    } else {
      one.out.abort()
      forget(one.id)
    }
  }

  /** Nothing was sent yet. */
  function forget(id: string): void {
    chat.dispatch({ type: 'withdrawn', id })
    chat.dispatch({ type: 'settled', id, error: null })
  }

  /** Takes an abandoned message back while it is queued, else stops its turn. */
  async function withdraw(id: string): Promise<void> {
    const turn = chat.model.turns.find((one) => one.id === id)
    const { chatId } = chat.model.state
    if (!turn || turn.messageId === null || chatId === null) return
    const isQueued = chat.model.rows.some((row) => row.id === turn.messageId && row.status === 'queued')
    chat.dispatch({ type: 'settled', id, error: null })
    if (isQueued) {
      await api.cancelMessage(turn.messageId)
      chat.dispatch({ type: 'withdrawn', id: turn.messageId })
    } else {
      await chat.stopTurn(chatId)
    }
  }

  async function cancelMessage(messageId: string): Promise<void> {
    const one = waiting.get(messageId)
    const turn = chat.model.turns.find(({ id }) => id === messageId)
    if (one && turn && !one.isPosting) {
      one.out.abort()
      one.settle({ reply: replyOf(chat.model, turn, { status: 'stopped', run: null }) })
      forget(messageId)
      return
    }
    if (one && !one.isPosted) await one.posting
    const id = chat.model.rows.find(({ message }) => message.id === messageId)?.id ?? messageId
    await api.cancelMessage(id)
    chat.dispatch({ type: 'withdrawn', id })
  }

  return {
    send: sendMessage,
    cancelMessage,
    async firstAccepted() {
      const one = [...waiting.values()].find(({ isPosted }) => !isPosted)
      if (!one) return true
      if (one.isUploading) one.out.abort()
      else one.timer ??= platform.setTimeout(() => one.out.abort(), lateAnswer)
      await one.posting
      return one.isPosted
    },
    find: (turnId) => waiting.get(turnId),
    failPosted(error) {
      for (const one of waiting.values()) if (one.isPosted) one.settle({ error })
    },
    leave() {
      for (const one of waiting.values()) {
        one.out.abort()
        one.settle({ error: leftError() })
      }
    },
  }
}

function isRef(file: Blob | FileRef): file is FileRef {
  return !isBlob(file)
}
