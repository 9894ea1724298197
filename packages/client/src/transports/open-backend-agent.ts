// An agent over a ChatBackend: the same state machine as over HTTP, beside a mirror of what the backend has told.
import { openAgent } from '../agent/open-agent.ts'
import type { AdHocAgent, AgentOptions, OpenAgent } from '../agent/agent-types.ts'
import type { ChatApi, ChatIo } from '../agent/chat-io.ts'
import { withDeadline } from '../core/deadline.ts'
import { InferstreamError } from '../core/errors.ts'
import { isObject } from '../core/json.ts'
import type { Platform } from '../core/platform.ts'
import { delay, retryDelay } from '../core/retry.ts'
import type { FileRef } from '../core/types.ts'
import { startError } from '../http/post-error.ts'
import type { ChatBackend } from './chat-backend.ts'
import { ChatMirror } from './chat-mirror.ts'
import { backendError } from './backend-error.ts'
import type { BackendLimits } from './connect-backend.ts'
import { connectChatBackend } from './connect-chat-backend.ts'
import type { FollowedTurn } from './connect-chat-backend.ts'

interface Setup {
  readonly platform: Platform
  readonly limits: BackendLimits
  readonly scope: object
  readonly target: string | AdHocAgent
  readonly options: AgentOptions
  readonly onEvent: ((record: unknown) => void) | undefined
  readonly onWarning: ((warning: InferstreamError) => void) | undefined
}

export function openBackendAgent<TCursor>(backend: ChatBackend<TCursor>, setup: Setup): OpenAgent {
  return (chatId, unsent) => openAgent({ ...setup, io: chatIoOf(backend, setup), chatId, unsent })
}

function chatIoOf<TCursor>(backend: ChatBackend<TCursor>, { platform, limits, scope }: Setup): ChatIo {
  const turn: FollowedTurn<TCursor> = { cursor: null, applied: 0, changed: new EventTarget() }
  let mirror: ChatMirror | null = null
  let chatOf = ''
  let opening: Promise<ChatMirror> | null = null
  let messages = 0

  const within = <T>(signal: AbortSignal | undefined, request: (signal: AbortSignal) => Promise<T>) =>
    withDeadline(platform, limits.idleTimeoutMs, signal, request)

  /** What the backend says from now on is the beginning of a turn's stream. */
  function begin(): void {
    turn.cursor = null
    turn.applied = 0
    turn.changed.dispatchEvent(new Event('change'))
  }

  async function mirrorOf(chatId: string, signal: AbortSignal): Promise<ChatMirror> {
    if (mirror && chatOf === chatId) return mirror
    opening ??= openMirror(chatId, signal).finally(() => {
      opening = null
    })
    return opening
  }

  async function openMirror(chatId: string, signal: AbortSignal): Promise<ChatMirror> {
    const opened = new ChatMirror(chatId)
    if (backend.open) {
      const history = await attempt(() => within(signal, async (inner) => backend.open?.(chatId, { signal: inner })))
      opened.open(Array.isArray(history?.messages) ? history.messages : [], history?.isBusy === true)
    }
    mirror = opened
    chatOf = chatId
    return opened
  }

  const isUnderWay = () => mirror !== null && !mirror.isOver

  /** The turn before must be over. */
  async function turnIsOver(signal: AbortSignal): Promise<void> {
    while (isUnderWay()) {
      await new Promise<void>((resolve, reject) => {
        const stop = () => reject(new InferstreamError('aborted', 'Stopped before it was sent.'))
        turn.changed.addEventListener('change', () => resolve(), { once: true })
        signal.addEventListener('abort', stop, { once: true })
      })
    }
  }

  async function sendOnce(...[target, message, signal]: Parameters<ChatApi['send']>) {
    const idempotencyKey = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('-')
    const input = { ...message, history: message.history(), agent: target }
    for (let repeats = 1; ; repeats += 1) {
      try {
        return await within(signal, async (inner) => backend.send(input, { signal: inner, idempotencyKey }))
      } catch (thrown) {
        const error = backendError(thrown)
        const isSafe = backend.promises.idempotentSend === true || error.code === 'rate_limited'
        if (!isSafe || !error.retryable || signal.aborted || repeats > limits.retry.maxAttempts) throw startError(error)
        await delay(platform, retryDelay(repeats, limits.retry, platform.random(), error), signal)
      }
    }
  }

  const refuse = (what: string) => new InferstreamError('config', `The backend ${backend.kind} has no ${what}().`)

  /** An answer of the page to a call, after which the turn goes on. */
  async function answer(
    callId: string,
    act: (chatId: string, signal: AbortSignal) => Promise<unknown>,
    signal?: AbortSignal,
  ) {
    await attempt(() => within(signal, async (inner) => act(chatOf, inner)))
    mirror?.goOn(callId)
    begin()
  }

  const api: ChatApi = {
    async send(target, message, signal) {
      await turnIsOver(signal)
      const sent: unknown = await sendOnce(target, message, signal)
      const { chatId, messageId } = isObject(sent) ? sent : {}
      if (typeof chatId !== 'string' || chatId === '')
        throw new InferstreamError('protocol', `send() of the backend ${backend.kind} named no chat.`, {
          mayHaveStarted: true,
        })
      if (!mirror || chatOf !== chatId) {
        mirror = new ChatMirror(chatId)
        chatOf = chatId
      }
      messages += 1
      const isNamed = typeof messageId === 'string' && messageId !== ''
      const id = isNamed ? messageId : `${chatId}-message-${messages}`
      const row = mirror.begin({ id, text: message.text, files: message.files }, isNamed)
      begin()
      return { chatId, answer: { user_message: row ?? undefined } }
    },
    read: async (chatId, signal) => (await mirrorOf(chatId, signal)).snapshot(),
    async load(chatId, signal) {
      for (let repeats = 1; ; repeats += 1) {
        try {
          return (await mirrorOf(chatId, signal)).snapshot()
        } catch (thrown) {
          const error = backendError(thrown)
          if (!error.retryable || signal.aborted || repeats > limits.retry.maxAttempts) throw error
          await delay(platform, retryDelay(repeats, limits.retry, platform.random(), error), signal)
        }
      }
    },
    status: async (chatId, signal) => (await mirrorOf(chatId, signal)).snapshot().chat,
    older: async () => ({ items: [], has_next: false }),
    async stop(chatId) {
      if (!backend.stop) throw refuse('stop')
      return attempt(() => within(undefined, async (signal) => backend.stop?.(chatId, { signal })))
    },
    cancelMessage: async () => {
      throw new InferstreamError('config', `The backend ${backend.kind} cannot take a message back.`)
    },
    submit: async (callId, result, signal) => {
      if (!backend.submit) throw refuse('submit')
      await answer(callId, async (chatId, inner) => backend.submit?.(callId, result, { chatId, signal: inner }), signal)
    },
    approve: async (callId, args) => {
      if (!backend.approve) throw refuse('approve')
      const given = { approved: true, ...(args && { args }) }
      await answer(callId, async (chatId, signal) => backend.approve?.(callId, given, { chatId, signal }))
    },
    reject: async (callId, reason) => {
      if (!backend.approve) throw refuse('approve')
      const given = { approved: false, ...(reason !== undefined && { reason }) }
      await answer(callId, async (chatId, signal) => backend.approve?.(callId, given, { chatId, signal }))
    },
    alwaysAllow: async () => {
      throw new InferstreamError('config', `The backend ${backend.kind} asks for each call.`)
    },
    resolve: async (interruptId, decision) => {
      if (!backend.resolve) throw refuse('resolve')
      await answer(interruptId, async (chatId, signal) => backend.resolve?.(interruptId, decision, { chatId, signal }))
    },
  }

  return {
    api,
    connect: (chatId, session, isCurrent) =>
      connectChatBackend({
        backend,
        chatId,
        session,
        isCurrent,
        turn,
        limits,
        platform,
        mirrorOf: (signal) => mirrorOf(chatId, signal),
      }),
    upload: async (file) => dataUrlOf(file),
    scope,
    isShared: false,
  }
}

async function attempt<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request()
  } catch (thrown) {
    throw backendError(thrown)
  }
}

/** A backend of one's own has no uploads: files travel in the message. */
async function dataUrlOf(file: Blob): Promise<FileRef> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  let binary = ''
  for (let at = 0; at < bytes.length; at += 32_768) binary += String.fromCharCode(...bytes.subarray(at, at + 32_768))
  const type = file.type || 'application/octet-stream'
  const name = 'name' in file && typeof file.name === 'string' ? file.name : undefined
  return {
    uri: `data:${type};base64,${btoa(binary)}`,
    content_type: type,
    size: file.size,
    ...(name !== undefined && { filename: name }),
  }
}
