import { InferstreamError } from '@inferstream/client'
import type {
  AdHocAgent,
  Agent,
  AgentOptions,
  AgentPart,
  AgentReply,
  AgentState,
  ClientTools,
  FileRef,
  InferenceClient,
} from '@inferstream/client'
import type { AgentActions, UseAgentOptions } from './agent-types.ts'
import { pageGate } from '../store/frame-gate.ts'
import type { FrameGate } from '../store/frame-gate.ts'
import { readResume, writeResume } from '../storage/resume.ts'
import { lingerMs } from '../run/run-store.ts'
import { safely } from '../run/safely.ts'

interface Sent {
  readonly text: string
  readonly files: (Blob | FileRef)[]
}

/**
 * One conversation, followed for as long as it has subscribers. Its snapshot changes at most once a frame; what was left
 * no longer speaks for it.
 */
export class AgentStore {
  readonly actions: AgentActions = {
    sendMessage: (text, { files = [] } = {}) => this.#send({ text, files }),
    regenerate: () => this.#regenerate(),
    stop: () => this.#require().stop(),
    reset: () => this.#reset(),
    loadOlder: () => this.#require().loadOlder(),
    submitToolResult: (callId, result) => this.#require().submitToolResult(callId, result),
    approveTool: (callId, options) => this.#require().approveTool(callId, options),
    rejectTool: (callId, reason) => this.#require().rejectTool(callId, reason),
    alwaysAllowTool: (callId) => this.#require().alwaysAllowTool(callId),
    resolveInterrupt: (id, decision) => this.#require().resolveInterrupt(id, decision),
    cancelMessage: (messageId) => this.#require().cancelMessage(messageId),
    cancelQueued: (messageId) => this.#require().cancelMessage(messageId),
  }
  readonly #client: InferenceClient
  readonly #target: string | AdHocAgent
  readonly #gate: FrameGate
  readonly #initial: AgentState
  readonly #listeners = new Set<() => void>()
  /** One object for the agent's whole life, so that the tools of the latest render are the ones that run. */
  readonly #tools: ClientTools = {}
  #options: UseAgentOptions = {}
  #snapshot: AgentState
  #agent: Agent | null = null
  #unsubscribe = () => {}
  #detachTimer: ReturnType<typeof setTimeout> | undefined
  #resumed: string | undefined
  #sent: Sent | null = null
  #regenerating: Promise<AgentReply> | null = null
  #lastError: InferstreamError | null = null
  #pendingCallbacks: (() => void)[] = []

  constructor(client: InferenceClient, target: string | AdHocAgent, chatId: string | null, gate: FrameGate = pageGate) {
    this.#client = client
    this.#target = target
    this.#gate = gate
    this.#initial = this.#snapshot = blank(chatId)
  }

  /** Whether this conversation is with that agent; an equal description is the same agent. */
  isWith(client: InferenceClient, target: string | AdHocAgent): boolean {
    if (client !== this.#client) return false
    return target === this.#target || isSameTarget(target, this.#target)
  }

  /** Called after every render, never during one, so that callbacks and tools are always the latest. */
  configure(options: UseAgentOptions) {
    this.#options = options
    const { tools = {} } = options
    for (const name of Object.keys(this.#tools)) if (!Object.hasOwn(tools, name)) delete this.#tools[name]
    Object.assign(this.#tools, tools)
  }

  getSnapshot = (): AgentState => this.#snapshot

  getServerSnapshot = (): AgentState => this.#initial

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    clearTimeout(this.#detachTimer)
    this.#require()
    for (const callback of this.#pendingCallbacks.splice(0)) safely(callback)
    return () => {
      this.#listeners.delete(listener)
      this.#releaseSoon()
    }
  }

  /** Shows the conversation that is kept under the current `resume` name; once for each name. */
  resume(key: string | undefined) {
    const { resume } = this.#options
    if (key === this.#resumed) return
    if (this.#resumed !== undefined) this.#enter(null)
    this.#resumed = key
    const chatId = resume && this.#snapshot.chatId === null && !this.#sent ? readResume(resume) : null
    // Anything may be in a storage; ids are opaque, and short (design §2 "Bounds").
    if (chatId !== null && /^[\w-]{1,64}$/.test(chatId)) this.#enter(chatId)
  }

  /** Another conversation is shown in its place: at once, without the grace of one that may come back. */
  leave() {
    clearTimeout(this.#detachTimer)
    this.#release()
  }

  #send(message: Sent): Promise<AgentReply> {
    this.#sent = message
    const agent = this.#require()
    const reply = agent.sendMessage(message.text, { files: message.files })
    void this.#finish(agent, reply)
    return reply
  }

  async #finish(agent: Agent, reply: Promise<AgentReply>) {
    // The reason of a rejection is in `error`.
    const done = await reply.catch(() => null)
    if (done && agent === this.#agent) this.#notify(() => this.#options.onFinish?.(done))
  }

  #regenerate(): Promise<AgentReply> {
    // Two calls at once are one.
    if (this.#regenerating) return this.#regenerating
    const message = this.#sent ?? lastSent(this.#snapshot)
    if (message) {
      const reply = this.#send(message)
      const end = () => {
        if (this.#regenerating === reply) this.#regenerating = null
      }
      reply.then(end, end)
      this.#regenerating = reply
      return reply
    }
    const refusal = Promise.reject(new InferstreamError('config', 'There is no message to send again yet.'))
    refusal.catch(() => {})
    return refusal
  }

  #reset() {
    this.#remember(null)
    this.#enter(null)
  }

  /** Leaves the conversation for another; null is a new one. */
  #enter(chatId: string | null) {
    this.#release()
    this.#sent = this.#regenerating = null
    this.#publish(blank(chatId))
    if (this.#listeners.size > 0) this.#require()
  }

  #require(): Agent {
    if (this.#agent) return this.#agent
    const { chatId } = this.#snapshot
    const latest = () => this.#options
    const options: AgentOptions = {
      chatId: chatId ?? undefined,
      tools: this.#tools,
      // Read for each call, so that the handler of the latest render is the one that is called.
      get onToolCall() {
        return latest().onToolCall
      },
    }
    const agent = this.#client.agent(this.#target, options)
    let first = true
    const flush = () => {
      if (agent === this.#agent) this.#publish(withWhatWasShown(agent.state, this.#snapshot))
    }
    this.#agent = agent
    this.#unsubscribe = agent.subscribe(() => {
      if (agent !== this.#agent) return
      const { status } = agent.state
      this.#handleChange(agent.state)
      this.#gate.schedule(flush, first || status !== this.#snapshot.status)
      first = false
    })
    if (this.#listeners.size === 0) this.#releaseSoon()
    return agent
  }

  /** Runs at every change, not once a frame. */
  #handleChange({ error, chatId, connection }: AgentState) {
    // The conversation itself is gone, not just something in it.
    if (error?.code === 'not_found' && connection === 'closed') this.#remember(null)
    else if (chatId !== null && chatId !== this.#snapshot.chatId) this.#remember(chatId)
    if (error === this.#lastError) return
    this.#lastError = error
    if (error) this.#notify(() => this.#options.onError?.(error))
  }

  /** Never calls back a component that is gone; one that was only hidden is called when it is shown again. */
  #notify(callback: () => void) {
    if (this.#listeners.size > 0) safely(callback)
    else this.#pendingCallbacks.push(callback)
  }

  #remember(chatId: string | null) {
    if (this.#options.resume) writeResume(this.#options.resume, chatId)
  }

  #releaseSoon() {
    if (this.#listeners.size > 0) return
    clearTimeout(this.#detachTimer)
    // A message that is being sent creates the conversation that a remounted component shows.
    const release = () => (this.#agent && isSending(this.#agent) ? this.#releaseSoon() : this.#release())
    this.#detachTimer = setTimeout(release, lingerMs)
  }

  #release() {
    const agent = this.#agent
    this.#agent = null
    this.#pendingCallbacks = []
    this.#unsubscribe()
    this.#unsubscribe = () => {}
    if (agent) closeOnceSent(agent)
  }

  #publish(snapshot: AgentState) {
    if (snapshot === this.#snapshot) return
    this.#snapshot = snapshot
    for (const listener of this.#listeners) listener()
  }
}

/** A message that is being sent still goes out. */
function closeOnceSent(agent: Agent) {
  if (!isSending(agent)) {
    agent.close()
    return
  }
  const unsubscribe = agent.subscribe(() => {
    if (isSending(agent)) return
    unsubscribe()
    agent.close()
  })
}

function isSending({ state: { messages, queued } }: Agent): boolean {
  return [...messages, ...queued].some(({ status }) => status === 'sending')
}

/** A conversation that is shown again keeps its messages until they have been read again. */
function withWhatWasShown(state: AgentState, { chatId, messages, hasOlder }: AgentState): AgentState {
  const isUnread = state.messages.length === 0 && state.error === null && state.chatId === chatId && chatId !== null
  return isUnread && messages.length > 0 ? { ...state, messages, hasOlder } : state
}

/** One without a JSON form cannot be sent: it stays what it is, so that each render does not begin a new conversation. */
function isSameTarget(a: string | AdHocAgent, b: string | AdHocAgent): boolean {
  try {
    return JSON.stringify(a) === JSON.stringify(b)
  } catch {
    return true
  }
}

function blank(chatId: string | null): AgentState {
  return {
    chatId,
    messages: [],
    status: 'idle',
    connection: 'idle',
    error: null,
    queued: [],
    hasOlder: false,
    interrupts: [],
  }
}

/** The user's last message as it can be sent again. */
function lastSent({ messages }: AgentState): Sent | null {
  const message = messages.findLast(({ role }) => role === 'user')
  if (!message) return null
  const text = message.parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
  return { text, files: message.parts.flatMap(fileOf) }
}

function fileOf(part: AgentPart): FileRef[] {
  if (part.type === 'image') return [{ uri: part.uri, content_type: 'image/*' }]
  return part.type === 'file' ? [part.file] : []
}
