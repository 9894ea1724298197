import { leftError, nextLocalId, partsOf, refusalOf } from './agent/outgoing.ts'
import type { TypedMessage } from './agent/outgoing.ts'
import { InferstreamError } from './errors.ts'
import { abortError } from './network-error.ts'
import type { Platform } from './platform.ts'
import type { Agent, AgentMessage, AgentReply, AgentState, SendMessageOptions } from './types.ts'

/** An agent that goes on with messages which were shown before it was there. */
export interface OpenedAgent extends Agent {
  /** @param id Of one of those messages. */
  sendMessage(text: string, options?: SendMessageOptions, id?: string): Promise<AgentReply>
}

/** Begins with a conversation, and with what was typed meanwhile. */
export type OpenAgent = (chatId: string | null, typed: readonly TypedMessage[]) => OpenedAgent

/** What answers with a promise, and can therefore wait until the code is here. */
const deferrable = [
  'submitToolResult',
  'approveTool',
  'rejectTool',
  'alwaysAllowTool',
  'cancelMessage',
  'loadOlder',
  'stop',
] as const

type Deferrable = (typeof deferrable)[number]

/**
 * Stands for an agent whose code is loaded when it is first used. Messages are shown at once, and stay where that code
 * cannot be had; everything else asked of it meanwhile is passed on, in order.
 * @param load Rejects where the code could not be loaded; the next use tries again.
 */
export function deferAgent(
  chatId: string | null,
  load: () => Promise<OpenAgent>,
  platform: Pick<Platform, 'now'>,
): Agent {
  let inner: OpenedAgent | null = null
  let opening: Promise<OpenedAgent> | null = null
  let isClosed = false
  let typed: readonly TypedMessage[] = []
  let state = stateOf(chatId, typed, null)
  const listeners = new Map<() => void, (() => void) | null>()
  /** How those who wait for a message that is still here are told that it will not be sent. */
  const waiting = new Map<string, (error: InferstreamError) => void>()

  function show(next: readonly TypedMessage[], error: InferstreamError | null): void {
    typed = next
    if (inner) return
    state = stateOf(state.chatId, typed, error)
    for (const listener of listeners.keys()) listener()
  }

  async function open(): Promise<OpenedAgent> {
    try {
      const openAgent = await load()
      inner = openAgent(state.chatId, typed)
    } catch (cause) {
      opening = null
      const message = 'The code for agents could not be loaded: try again, or reload the page.'
      const error =
        cause instanceof InferstreamError ? cause : new InferstreamError('network', message, { retryable: true, cause })
      show(
        typed.map((one) => ({ ...one, error: one.error ?? error })),
        error,
      )
      throw error
    }
    for (const listener of listeners.keys()) listeners.set(listener, inner.subscribe(listener))
    if (isClosed) inner.close()
    return inner
  }

  /** As the promises of the agent itself, this one may be ignored. */
  function then<T>(act: (agent: OpenedAgent) => T | Promise<T>): Promise<T> {
    const result = (opening ??= open()).then(act)
    result.catch(() => {})
    return result
  }

  function sendMessage(text: string, options: SendMessageOptions = {}): Promise<AgentReply> {
    if (inner) return inner.sendMessage(text, options)
    const refusal = isClosed ? leftError() : refusalOf(text, options)
    const { files = [], signal } = options
    const reply = refusal
      ? Promise.reject<AgentReply>(refusal)
      : new Promise<AgentReply>((resolve, reject) => {
          const id = nextLocalId()
          const parts = partsOf(text, files)
          const forget = () => {
            waiting.delete(id)
            signal?.removeEventListener('abort', onAbort)
          }
          const withdraw = (error: InferstreamError) => {
            forget()
            typed = typed.filter((one) => one.id !== id)
            reject(error)
          }
          const onAbort = () => {
            // The agent is told by the same signal.
            if (inner) return
            withdraw(abortError(signal))
            show(typed, state.error)
          }
          signal?.addEventListener('abort', onAbort, { once: true })
          waiting.set(id, withdraw)
          // Sent again, it takes the place of the one that failed.
          const others = typed.filter((one) => !one.error || JSON.stringify(one.parts) !== JSON.stringify(parts))
          show([...others, { id, parts, at: platform.now(), error: null }], null)
          then((agent) => {
            if (!waiting.has(id)) return
            forget()
            resolve(agent.sendMessage(text, options, id))
          }).catch((error) => {
            forget()
            reject(error)
          })
        })
    reply.catch(() => {})
    return reply
  }

  /** Nothing that is still here is sent any more. */
  function leave(): void {
    for (const withdraw of waiting.values()) withdraw(leftError())
  }

  const calls = deferrable.map((name) => [
    name,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- passed on as they came, to the method of that name
    (...args: unknown[]) => then((agent) => (agent[name] as (...all: unknown[]) => Promise<unknown>)(...args)),
  ])
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one entry for each name
    ...(Object.fromEntries(calls) as Pick<Agent, Deferrable>),
    sendMessage,
    get state() {
      return inner?.state ?? state
    },
    subscribe(listener) {
      const entry = () => listener()
      listeners.set(entry, inner?.subscribe(entry) ?? null)
      void then(() => {})
      return () => {
        listeners.get(entry)?.()
        listeners.delete(entry)
      }
    },
    reset() {
      leave()
      inner?.reset()
      state = { ...state, chatId: null }
      show([], null)
    },
    close() {
      leave()
      isClosed = true
      inner?.close()
      show(typed, state.error)
    },
  }

  function stateOf(chat: string | null, all: readonly TypedMessage[], error: InferstreamError | null): AgentState {
    const [first, ...others] = all.filter((one) => one.error === null)
    return {
      chatId: chat,
      messages: [...all.filter((one) => one.error !== null), ...(first ? [first] : [])].map(messageOf),
      status: error ? 'error' : first ? 'submitted' : 'idle',
      connection: isClosed ? 'closed' : 'idle',
      error,
      queued: others.map(messageOf),
      hasOlder: false,
    }
  }
}

function messageOf({ id, parts, at, error }: TypedMessage): AgentMessage {
  const message: AgentMessage = { id, role: 'user', parts, status: error ? 'failed' : 'sending', createdAt: at }
  return error ? { ...message, error: error.message } : message
}
