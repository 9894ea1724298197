import type { ConnectionOptions } from '../connection.ts'
import { InferstreamError } from '../errors.ts'
import type { Http } from '../http.ts'
import { abortError, networkError } from '../network-error.ts'
import type { Platform, Timer } from '../platform.ts'
import type {
  AdHocAgent,
  Agent,
  AgentOptions,
  AgentPart,
  AgentReply,
  AgentToolCall,
  FileRef,
  SendMessageOptions,
} from '../types.ts'
import { reduceChat, startChat } from './agent-reducer.ts'
import type { ChatEvent } from './agent-reducer.ts'
import { failureOf, replyOf } from './agent-reply.ts'
import { chatApi } from './chat-api.ts'
import { createToolRunner } from './client-tools.ts'
import { followChat } from './follow-chat.ts'
import { nothingTold, piecesOf } from './message-events.ts'
import type { Told } from './message-events.ts'
import { wantsResult } from './tool-call.ts'
import { currentRows, endOf, isBusy, isConfirmed, turnRows } from './turn.ts'

export interface AgentSetup {
  readonly http: Http
  readonly connection: ConnectionOptions
  readonly platform: Platform
  readonly target: string | AdHocAgent
  readonly options: AgentOptions
  readonly onEvent: ((record: unknown) => void) | undefined
  readonly onWarning: ((warning: InferstreamError) => void) | undefined
}

/** One `sendMessage` whose turn is not over. */
interface Waiting {
  readonly id: string
  readonly options: SendMessageOptions
  /** What `onMessage` was told, by message. */
  readonly told: Map<string, Told>
  readonly post: AbortController
  /** Nobody waits any more: what the service still takes is stopped. */
  isAbandoned: boolean
  isPosted: boolean
  timer: Timer | undefined
  settle(outcome: { reply: AgentReply } | { error: unknown }): void
}

/** How long an abandoned POST may still answer, so that the turn it may have begun can be stopped. ms */
const lateAnswer = 10_000

/** Owns one conversation: messages in, snapshots and replies out. Nothing is sent before its first use. */
export function openAgent(setup: AgentSetup): Agent {
  const { http, connection, platform, target, options } = setup
  const { tools = {} } = options
  checkTarget(target)
  const api = chatApi(http, platform)
  const listeners = new Set<() => void>()
  const waiting = new Map<string, Waiting>()
  /** Results on their way or arrived, by call. */
  const results = new Map<string, Promise<void>>()
  let machine = startChat(options.chatId ?? null)
  let isClosed = false
  let sent = 0
  /** Messages leave one after the other: the first one makes the chat that the others belong to. */
  let posting: Promise<void> = Promise.resolve()
  let following: { stop: () => void } | null = null
  let loading: Promise<void> | null = null
  let loadingOlder: Promise<boolean> | null = null
  /** Aborted when the conversation is left: what belongs to it is nobody's business any more. */
  let stay = new AbortController()
  const runner = createToolRunner({
    tools,
    onStart: (callId) => dispatch({ type: 'answering', callId }),
    submit: (callId, result) => void submitToolResult(callId, result),
  })

  // ── What happens ──

  function dispatch(event: ChatEvent): void {
    const before = machine.state
    machine = reduceChat(machine, event)
    tellMessages()
    offerCalls()
    settleTurns()
    follow()
    if (machine.state !== before) for (const listener of listeners) guard(listener)
  }

  function tellMessages(): void {
    for (const turn of machine.turns) {
      const one = waiting.get(turn.id)
      const onMessage = one?.options.onMessage
      if (!one || !onMessage || turn.messageId === null) continue
      for (const row of turnRows(machine.rows, turn)) {
        const { events, told } = piecesOf(row, one.told.get(row.id) ?? nothingTold)
        one.told.set(row.id, told)
        for (const piece of events) guard(() => onMessage(piece))
      }
    }
  }

  function offerCalls(): void {
    if (isClosed || !isBusy(machine)) return
    for (const row of currentRows(machine.rows)) {
      for (const call of row.calls) if (wantsResult(call)) runner.offer(call, handlerOf(row.id))
    }
  }

  function handlerOf(rowId: string): ((call: AgentToolCall) => unknown) | undefined {
    const turn = machine.turns.find((one) => turnRows(machine.rows, one).some(({ id }) => id === rowId))
    return (turn && waiting.get(turn.id)?.options.onToolCall) ?? options.onToolCall
  }

  /** @param atOnce Without waiting for texts that lag behind. */
  function settleTurns(atOnce = false): void {
    for (const turn of machine.turns) {
      const end = endOf(turn, machine)
      if (!end || (!atOnce && !isConfirmed(turn, end, machine))) continue
      const one = waiting.get(turn.id)
      const reply = replyOf(machine, turn, end)
      const error = failureOf(machine, turn, end)
      if (end.status !== 'input_required' && machine.turns.length === 1) runner.abort()
      dispatch({ type: 'settled', id: turn.id, error })
      one?.settle({ reply })
      return
    }
  }

  function follow(): void {
    const { chatId } = machine.state
    const isOwn = machine.turns.some(({ messageId }) => messageId !== null)
    const isWatched = listeners.size > 0 && isBusy(machine) && !machine.isCut
    if (isClosed || chatId === null || !(isOwn || isWatched)) {
      leave()
      return
    }
    if (following) return
    const own = { stop: () => {} }
    following = own
    const isHere = () => following === own
    const stopChat = followChat(
      {
        chatId,
        get machine() {
          return machine
        },
        dispatch: (event) => isHere() && dispatch(event),
        settle() {
          settleTurns(true)
          return machine.turns.length === 0
        },
        fail: (error) => isHere() && fail(error),
        warn: (warning) => guard(() => setup.onWarning?.(warning)),
        onEvent: setup.onEvent,
      },
      api,
      http,
      connection,
      platform,
    )
    // Its end may already have been told.
    if (isHere()) own.stop = stopChat
    else stopChat()
  }

  function leave(): void {
    if (!following) return
    following.stop()
    following = null
    dispatch({ type: 'lost' })
    dispatch({ type: 'connection', connection: machine.isCut || isClosed ? 'closed' : 'idle' })
  }

  /** The chat cannot be followed any more; everybody who waits is told. */
  function fail(error: InferstreamError): void {
    dispatch({ type: 'fail', error })
    for (const one of waiting.values()) if (one.isPosted) one.settle({ error })
  }

  // ── Loading ──

  function load(): Promise<void> {
    loading ??= loadWhole().finally(() => {
      loading = null
    })
    return loading
  }

  async function loadWhole(): Promise<void> {
    const { chatId } = machine.state
    const { signal } = stay
    if (chatId === null || machine.isLoaded || isClosed) return
    if (!following) dispatch({ type: 'connection', connection: 'connecting' })
    try {
      const whole = await api.load(chatId, signal)
      if (signal.aborted) return
      dispatch({ type: 'look', ...whole, at: platform.now() })
      if (!following) dispatch({ type: 'connection', connection: 'idle' })
    } catch (error) {
      if (!signal.aborted) fail(asError(error))
    }
  }

  async function loadOlderPage(): Promise<boolean> {
    await load()
    const { cursor } = machine
    const { chatId } = machine.state
    const { signal } = stay
    if (cursor === null || chatId === null) return false
    const page = await api.older(chatId, cursor)
    if (!signal.aborted) dispatch({ type: 'older', page, at: platform.now() })
    return machine.state.hasOlder
  }

  // ── Sending ──

  function sendMessage(text: string, sendOptions: SendMessageOptions): Promise<AgentReply> {
    const { signal, files = [] } = sendOptions
    if (isClosed) return Promise.reject(leftError())
    if (signal?.aborted) return Promise.reject(abortError(signal))
    if (text.trim() === '' && files.length === 0) {
      return Promise.reject(new InferstreamError('config', 'There is nothing to send: pass a text or files.'))
    }
    const id = `local-${++sent}`
    return new Promise((resolve, reject) => {
      const one: Waiting = {
        id,
        options: sendOptions,
        told: new Map(),
        post: new AbortController(),
        isAbandoned: false,
        isPosted: false,
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
      dispatch({ type: 'send', id, parts: partsOf(text, files), at: platform.now() })
      posting = posting.then(() => post(one, text, files))
    })
  }

  async function post(one: Waiting, text: string, files: readonly (Blob | FileRef)[]): Promise<void> {
    const { id } = one
    const own = stay
    // Taken back, or left, while others were before it.
    if (!waiting.has(id)) return
    const { signal } = one.post
    try {
      const refs = await uploaded(files, signal)
      const { chatId: known } = machine.state
      const message = { chatId: known, text, files: refs, context: options.context, tools }
      const { chatId, answer } = await api.send(target, message, signal)
      one.isPosted = true
      if (stay !== own) return
      dispatch({ type: 'accepted', id, chatId, answer, at: platform.now() })
      if (one.isAbandoned) await withdraw(id).catch(() => {})
    } catch (error) {
      if (stay !== own) return
      if (one.isAbandoned) dispatch({ type: 'settled', id, error: null })
      else dispatch({ type: 'refused', id, error: asError(error) })
      one.settle({ error })
    } finally {
      platform.clearTimeout(one.timer)
    }
  }

  async function uploaded(files: readonly (Blob | FileRef)[], signal: AbortSignal): Promise<FileRef[]> {
    if (files.every(isRef)) return [...files]
    const { uploadFile } = await import('../uploads.ts')
    return Promise.all(files.map(async (file) => (isRef(file) ? file : uploadFile(http, file, { signal }))))
  }

  /** The caller has aborted: told at once; what the service has taken is stopped. */
  function abandon(one: Waiting): void {
    one.isAbandoned = true
    const error = abortError(one.options.signal)
    const isUnderWay = one.isPosted || waiting.has(one.id)
    one.settle({ error })
    if (one.isPosted) withdraw(one.id).catch(() => {})
    else if (isUnderWay) {
      dispatch({ type: 'withdrawn', id: one.id })
      one.timer = platform.setTimeout(() => one.post.abort(), lateAnswer)
    }
  }

  /** Takes a message back while it is queued, else stops its turn. Nobody waits for it any more. */
  async function withdraw(id: string): Promise<void> {
    const turn = machine.turns.find((one) => one.id === id)
    const { chatId } = machine.state
    if (!turn || turn.messageId === null || chatId === null) return
    const isQueued = machine.rows.some((row) => row.id === turn.messageId && row.status === 'queued')
    dispatch({ type: 'settled', id, error: null })
    if (isQueued) {
      await api.cancelMessage(turn.messageId)
      dispatch({ type: 'withdrawn', id: turn.messageId })
    } else {
      runner.abort()
      await api.stop(chatId)
    }
  }

  async function cancelMessage(messageId: string): Promise<void> {
    const one = waiting.get(messageId)
    if (one && !one.isPosted) await posting
    const turn = machine.turns.find((candidate) => candidate.id === messageId || candidate.messageId === messageId)
    const id = turn?.messageId ?? messageId
    await api.cancelMessage(id)
    dispatch({ type: 'withdrawn', id })
  }

  async function stop(): Promise<void> {
    if (machine.turns.some(({ messageId }) => messageId === null)) await posting
    const { chatId } = machine.state
    if (chatId === null || !(isBusy(machine) || machine.turns.length > 0)) return
    runner.abort()
    await api.stop(chatId)
  }

  // ── Tool calls ──

  function submitToolResult(callId: string, result: unknown): Promise<void> {
    const known = results.get(callId)
    if (known) return known
    const submitting = answerCall(callId, () => api.submit(callId, textOf(result), stay.signal))
    results.set(callId, submitting)
    submitting.catch(() => results.delete(callId))
    return submitting
  }

  /** What fails is in `state.error`, and the call waits again. */
  async function answerCall(callId: string, act: () => Promise<unknown>): Promise<void> {
    const own = stay
    dispatch({ type: 'answering', callId })
    try {
      await act()
    } catch (error) {
      if (own === stay) {
        dispatch({ type: 'unanswered', callId })
        dispatch({ type: 'problem', error: asError(error) })
      }
      throw error
    }
  }

  /** With the error in `state` as well: nobody need await the promise. */
  async function reported<T>(act: Promise<T>): Promise<T> {
    const own = stay
    try {
      return await act
    } catch (error) {
      if (own === stay) dispatch({ type: 'problem', error: asError(error) })
      throw error
    }
  }

  function callNamed(callId: string): string {
    const call = machine.rows.flatMap(({ calls }) => calls).find(({ id }) => id === callId)
    return call?.name ?? ''
  }

  // ── Leaving ──

  function depart(): void {
    stay.abort()
    stay = new AbortController()
    runner.abort()
    results.clear()
    const left = [...waiting.values()]
    leave()
    for (const one of left) {
      one.post.abort()
      one.settle({ error: leftError() })
    }
  }

  function asError(error: unknown): InferstreamError {
    return error instanceof InferstreamError ? error : networkError(http.to, error)
  }

  return {
    get state() {
      return machine.state
    },
    subscribe(listener) {
      const entry = () => listener()
      listeners.add(entry)
      if (listeners.size === 1 && !isClosed) {
        void load()
        follow()
      }
      return () => {
        listeners.delete(entry)
        if (listeners.size === 0) follow()
      }
    },
    sendMessage: (text, sendOptions = {}) => ignorable(sendMessage(text, sendOptions)),
    submitToolResult: (callId, result) => ignorable(submitToolResult(callId, result)),
    approveTool: (callId) => ignorable(answerCall(callId, () => api.approve(callId))),
    rejectTool: (callId, reason) => ignorable(answerCall(callId, () => api.reject(callId, reason))),
    alwaysAllowTool: (callId) =>
      ignorable(answerCall(callId, () => api.alwaysAllow(machine.state.chatId ?? '', callId, callNamed(callId)))),
    cancelMessage: (messageId) => ignorable(reported(cancelMessage(messageId))),
    loadOlder() {
      loadingOlder ??= loadOlderPage().finally(() => {
        loadingOlder = null
      })
      return ignorable(reported(loadingOlder))
    },
    stop: () => ignorable(reported(stop())),
    reset() {
      depart()
      const before = machine.state
      machine = startChat(null)
      if (machine.state !== before) for (const listener of listeners) guard(listener)
    },
    close() {
      if (isClosed) return
      isClosed = true
      depart()
      dispatch({ type: 'connection', connection: 'closed' })
    },
  }
}

function checkTarget(target: string | AdHocAgent): void {
  const ref = typeof target === 'string' ? target : target?.core_app?.ref
  if (typeof ref === 'string' && ref !== '') return
  const message = "agent() needs a reference, e.g. agent('ns/name'), or a config with core_app: { ref }."
  throw new InferstreamError('config', message)
}

/** As it will look once it has arrived; an image whose upload has not ended is a file by name. */
function partsOf(text: string, files: readonly (Blob | FileRef)[]): AgentPart[] {
  const parts: AgentPart[] = text === '' ? [] : [{ type: 'text', text }]
  for (const file of files) {
    if (!(file instanceof Blob)) {
      const isImage = file.content_type?.startsWith('image/') === true
      parts.push(isImage ? { type: 'image', uri: file.uri } : { type: 'file', file })
      continue
    }
    const filename = file instanceof File ? file.name : 'file'
    parts.push({ type: 'file', file: { uri: '', filename, content_type: file.type, size: file.size } })
  }
  return parts
}

function isRef(file: Blob | FileRef): file is FileRef {
  return !(file instanceof Blob)
}

/** Results are strings on the wire; everything else is told as JSON. */
function textOf(result: unknown): string {
  if (typeof result === 'string') return result
  try {
    return JSON.stringify(result) ?? 'null'
  } catch (cause) {
    throw new InferstreamError('config', 'This tool result cannot be written as JSON.', { cause })
  }
}

function leftError(): InferstreamError {
  return new InferstreamError('aborted', 'This conversation was left; a turn under way goes on at the service.')
}

/** Awaiting it is optional: what went wrong is in `state.error` too. */
function ignorable<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}

/** A callback of the caller that throws must not stop the turn: it is reported as uncaught, where it belongs. */
function guard(callback: () => void): void {
  try {
    callback()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
