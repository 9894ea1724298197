import { InferstreamError } from './errors.ts'
import type { Agent, AgentState } from './types.ts'

/**
 * Stands for an agent whose code is loaded when it is first used. Everything asked of it meanwhile is passed on, in order.
 * @param open Rejects where the code could not be loaded; the next use tries again.
 */
export function deferAgent(chatId: string | null, open: () => Promise<Agent>): Agent {
  let inner: Agent | null = null
  let opening: Promise<Agent> | null = null
  let isClosed = false
  const blank: AgentState = {
    chatId,
    messages: [],
    status: 'idle',
    connection: 'idle',
    error: null,
    queued: [],
    hasOlder: false,
  }
  let state = blank
  const listeners = new Map<() => void, (() => void) | null>()

  async function load(): Promise<Agent> {
    try {
      const agent = (inner = await open())
      if (isClosed) agent.close()
      for (const listener of listeners.keys()) listeners.set(listener, agent.subscribe(listener))
      return agent
    } catch (cause) {
      opening = null
      const message = 'The part of this page that talks to agents could not be loaded. Try again, or reload.'
      const error = cause instanceof InferstreamError ? cause : new InferstreamError('network', message, { cause })
      state = { ...blank, status: 'error', error }
      for (const listener of listeners.keys()) listener()
      throw error
    }
  }

  function ready(): Promise<Agent> {
    opening ??= load()
    return opening
  }

  /** As those of the agent itself, its promises may be ignored. */
  const later =
    <A extends unknown[], R>(act: (agent: Agent, ...args: A) => Promise<R>) =>
    (...args: A): Promise<R> => {
      const result = inner ? act(inner, ...args) : ready().then((agent) => act(agent, ...args))
      result.catch(() => {})
      return result
    }

  return {
    get state() {
      return inner?.state ?? state
    },
    subscribe(listener) {
      const entry = () => listener()
      listeners.set(entry, inner?.subscribe(entry) ?? null)
      if (!inner && chatId !== null) ready().catch(() => {})
      return () => {
        listeners.get(entry)?.()
        listeners.delete(entry)
      }
    },
    sendMessage: later((agent, ...args: Parameters<Agent['sendMessage']>) => agent.sendMessage(...args)),
    submitToolResult: later((agent, callId: string, result: unknown) => agent.submitToolResult(callId, result)),
    approveTool: later((agent, callId: string) => agent.approveTool(callId)),
    rejectTool: later((agent, callId: string, reason?: string) => agent.rejectTool(callId, reason)),
    alwaysAllowTool: later((agent, callId: string) => agent.alwaysAllowTool(callId)),
    cancelMessage: later((agent, messageId: string) => agent.cancelMessage(messageId)),
    loadOlder: later((agent) => agent.loadOlder()),
    stop: later((agent) => agent.stop()),
    reset() {
      if (inner) inner.reset()
      else
        ready()
          .then((agent) => agent.reset())
          .catch(() => {})
    },
    close() {
      isClosed = true
      inner?.close()
    },
  }
}
