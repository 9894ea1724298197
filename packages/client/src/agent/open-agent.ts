import { isTaskId } from '../http/task-id.ts'
import type { AdHocAgent, AgentMessage, AgentOptions, OpenedAgent } from './agent-types.ts'
import { InferstreamError } from '../core/errors.ts'
import { guard } from '../core/guard.ts'
import type { Platform } from '../core/platform.ts'
import { reduceChat } from './state/chat-reducer.ts'
import type { ChatAction } from './state/chat-reducer.ts'
import { failureOf, replyOf } from './state/agent-reply.ts'
import type { ChatIo } from './chat-io.ts'
import type { ChatSession } from './chat-session.ts'
import { callAnswers } from './io/tool-answers.ts'
import { startChat } from './state/chat-model.ts'
import { createToolRunner } from './io/tool-runner.ts'
import { pollIdleChat } from './io/idle-poll.ts'
import { nothingDelivered, piecesOf } from './io/message-events.ts'
import { messageSender } from './io/message-sender.ts'
import { callNamed, wantsResult } from './state/tool-call.ts'
import { typedError } from './io/typed-error.ts'
import { currentRows, endOf, isBusy, isConfirmed, turnRows } from './state/turn.ts'

export interface AgentSetup {
  readonly io: ChatIo
  readonly platform: Platform
  readonly target: string | AdHocAgent
  readonly options: AgentOptions
  readonly onEvent: ((record: unknown) => void) | undefined
  readonly onWarning: ((warning: InferstreamError) => void) | undefined
  readonly chatId: string | null
  /** Messages that are shown already. */
  readonly unsent: readonly AgentMessage[]
}

/** Owns one conversation: messages in, snapshots and replies out. Nothing is sent before its first use. */
export function openAgent(setup: AgentSetup): OpenedAgent {
  const { io, platform, target, options } = setup
  const { api } = io
  const { tools = {} } = options
  checkTarget(target)
  if (io.isShared) checkChat(setup.chatId)
  const listeners = new Set<() => void>()
  let model = startChat(setup.chatId, setup.unsent)
  let isClosed = false
  let connected: { stop: () => void } | null = null
  let stopPolling: (() => void) | null = null
  let loading: Promise<void> | null = null
  let loadingOlder: Promise<boolean> | null = null
  let stopping: Promise<void> | null = null
  /** Aborted when the conversation is left, and with it all that belongs to it. */
  let lifetime = new AbortController()
  const session: ChatSession = {
    get model() {
      return model
    },
    get signal() {
      return lifetime.signal
    },
    get isClosed() {
      return isClosed
    },
    dispatch,
    refetch,
    fail,
    stopTurn,
    settle() {
      settleTurns(true)
      return model.turns.length === 0 && !isBusy(model)
    },
    warn: (warning) => guard(() => setup.onWarning?.(warning)),
    onEvent: setup.onEvent,
  }
  const answers = callAnswers(session, api)
  const sender = messageSender({ chat: session, api, upload: io.upload, platform, target, options })
  const runner = createToolRunner({
    scope: io.scope,
    tools,
    platform,
    onStart: (callId) => dispatch({ type: 'answerStarted', callId }),
    submit: (callId, result) => void optional(answers.submit(callId, result)),
    async isWanted(callId, signal) {
      // Without an answer, what is known here decides.
      await refetch(signal).catch(() => {})
      return isWanted(callId)
    },
  })

  // ── What happens ──

  function dispatch(action: ChatAction): void {
    const before = model.state
    model = reduceChat(model, action)
    deliverPieces()
    offerCalls()
    settleTurns()
    connect()
    if (model.state !== before) for (const listener of listeners) guard(listener)
  }

  function deliverPieces(): void {
    for (const turn of model.turns) {
      const one = sender.find(turn.id)
      const onMessage = one?.options.onMessage
      if (!one || !onMessage || turn.messageId === null) continue
      for (const row of turnRows(model.rows, turn)) {
        const { events, delivered } = piecesOf(row, one.delivered.get(row.id) ?? nothingDelivered)
        one.delivered.set(row.id, delivered)
        for (const piece of events) guard(() => onMessage(piece))
      }
    }
  }

  function offerCalls(): void {
    runner.release((callId) => !isWanted(callId))
    if (isClosed || !isBusy(model)) return
    for (const row of currentRows(model.rows)) {
      for (const call of row.calls) {
        if (!wantsResult(call)) continue
        const turn = model.turns.find((one) => turnRows(model.rows, one).includes(row))
        const own = turn && sender.find(turn.id)
        const handler = own?.options.onToolCall ?? options.onToolCall
        runner.offer({ call, problem: row.callProblems.get(call.id), handler, isOwn: own !== undefined })
      }
    }
  }

  function isWanted(callId: string): boolean {
    const call = callNamed(model.rows, callId)
    return call !== undefined && wantsResult(call)
  }

  /** @param atOnce Without waiting for texts that lag behind. */
  function settleTurns(atOnce = false): void {
    for (const turn of model.turns) {
      const end = endOf(turn, model)
      if (!end || (!atOnce && !isConfirmed(turn, end, model))) continue
      const one = sender.find(turn.id)
      const reply = replyOf(model, turn, end)
      const error = failureOf(model, turn, end)
      if (end.status !== 'input_required' && model.turns.length === 1) runner.abort()
      dispatch({ type: 'settled', id: turn.id, error })
      one?.settle({ reply })
      return
    }
  }

  function connect(): void {
    const { chatId } = model.state
    const isOwn = model.turns.some(({ messageId }) => messageId !== null)
    const isWatched = listeners.size > 0 && isBusy(model) && !model.isDisconnected
    if (isClosed || chatId === null || !(isOwn || isWatched)) {
      disconnect()
      pollWhileIdle()
      return
    }
    endPolling()
    if (connected) return
    const own = { stop: () => {} }
    connected = own
    const stopChat = io.connect(chatId, session, () => connected === own)
    // It may have ended before it returned.
    if (connected === own) own.stop = stopChat
    else stopChat()
  }

  /** Without a connection: polls for what is said elsewhere, as long as anybody subscribes. */
  function pollWhileIdle(): void {
    const { chatId } = model.state
    const isGone = model.isDisconnected && model.failure?.retryable === false
    const isOfUse = io.isShared && listeners.size > 0 && !isClosed && loading === null && !isGone
    if (!isOfUse || chatId === null) endPolling()
    else stopPolling ??= pollIdleChat(chatId, session, api, platform)
  }

  function endPolling(): void {
    stopPolling?.()
    stopPolling = null
  }

  function disconnect(): void {
    if (!connected) return
    connected.stop()
    connected = null
    dispatch({ type: 'disconnected' })
    dispatch({ type: 'connectionChanged', connection: model.isDisconnected || isClosed ? 'closed' : 'idle' })
  }

  function fail(error: InferstreamError): void {
    dispatch({ type: 'failed', error })
    dispatch({ type: 'connectionChanged', connection: 'closed' })
    sender.failPosted(error)
  }

  // ── Loading ──

  function load(): Promise<void> {
    loading ??= loadWhole().finally(() => {
      loading = null
      connect()
    })
    return loading
  }

  async function loadWhole(): Promise<void> {
    const { chatId } = model.state
    const { signal } = lifetime
    if (chatId === null || model.isLoaded || isClosed) return
    if (!connected) dispatch({ type: 'connectionChanged', connection: 'connecting' })
    try {
      const answer = await api.load(chatId, signal)
      if (signal.aborted) return
      dispatch({ type: 'refetched', ...answer, at: platform.now() })
      if (!connected) dispatch({ type: 'connectionChanged', connection: 'idle' })
    } catch (error) {
      if (!signal.aborted) fail(typedError(error))
    }
  }

  async function refetch(signal: AbortSignal): Promise<void> {
    const { chatId } = model.state
    if (chatId === null) return
    const own = lifetime
    const answer = await api.read(chatId, signal)
    if (!signal.aborted && own === lifetime) dispatch({ type: 'refetched', ...answer, at: platform.now() })
  }

  async function loadOlderPage(): Promise<boolean> {
    await load()
    const { cursor } = model
    const { chatId } = model.state
    const { signal } = lifetime
    if (cursor === null || chatId === null) return false
    const page = await api.older(chatId, cursor)
    if (!signal.aborted) dispatch({ type: 'olderLoaded', page, at: platform.now() })
    return model.state.hasOlder
  }

  async function stop(): Promise<void> {
    const isUnderWay = isBusy(model) || model.turns[0]?.messageId !== null
    if (!isUnderWay && !(await sender.firstAccepted())) return
    const { chatId } = model.state
    if (chatId !== null && (isBusy(model) || model.turns.length > 0)) await stopTurn(chatId)
  }

  async function stopTurn(chatId: string): Promise<void> {
    runner.abort()
    await api.stop(chatId)
  }

  /** Shows the error in `state` too, so that awaiting the promise is optional. */
  async function reported<T>(act: Promise<T>): Promise<T> {
    const own = lifetime
    try {
      return await act
    } catch (error) {
      if (own === lifetime) dispatch({ type: 'problemRaised', error: typedError(error) })
      throw error
    }
  }

  // ── Leaving ──

  function leave(): void {
    lifetime.abort()
    lifetime = new AbortController()
    runner.abort()
    answers.clear()
    endPolling()
    disconnect()
    sender.leave()
  }

  return {
    get state() {
      return model.state
    },
    subscribe(listener) {
      const entry = () => listener()
      listeners.add(entry)
      if (listeners.size === 1 && !isClosed) {
        void load()
        connect()
      }
      return () => {
        listeners.delete(entry)
        if (listeners.size === 0) connect()
      }
    },
    sendMessage: (text, sendOptions = {}, id) => optional(sender.send(text, sendOptions, id)),
    submitToolResult: (callId, result) => optional(answers.submit(callId, result)),
    approveTool: (callId, approval) => optional(answers.approve(callId, approval?.args)),
    rejectTool: (callId, reason) => optional(answers.reject(callId, reason)),
    alwaysAllowTool: (callId) => optional(answers.alwaysAllow(callId)),
    resolveInterrupt: (interruptId, decision) => optional(answers.resolve(interruptId, decision)),
    cancelMessage: (messageId) => optional(reported(sender.cancelMessage(messageId))),
    loadOlder() {
      loadingOlder ??= loadOlderPage().finally(() => {
        loadingOlder = null
      })
      return optional(reported(loadingOlder))
    },
    stop() {
      // A second stop at once must not stop the queued message that is taken up next.
      stopping ??= stop().finally(() => {
        stopping = null
      })
      return optional(reported(stopping))
    },
    reset() {
      leave()
      const before = model.state
      model = startChat(null)
      if (model.state !== before) for (const listener of listeners) guard(listener)
    },
    close() {
      if (isClosed) return
      isClosed = true
      leave()
      dispatch({ type: 'connectionChanged', connection: 'closed' })
    },
  }
}

function checkTarget(target: string | AdHocAgent): void {
  const ref = typeof target === 'string' ? target : target?.core_app?.ref
  if (typeof ref === 'string' && ref !== '') return
  const message = "agent() needs a reference, e.g. agent('ns/name'), or a config with core_app: { ref }."
  throw new InferstreamError('config', message)
}

/** Ids are opaque, and become parts of addresses (design §2 "Bounds"). */
function checkChat(chatId: string | null): void {
  if (chatId === null || isTaskId(chatId)) return
  throw new InferstreamError('config', `${JSON.stringify(chatId)} is not a chat id: pass the chatId of a conversation.`)
}

/** Awaiting it is optional: what went wrong is in `state.error` too. */
function optional<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}
