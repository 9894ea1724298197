import { InferstreamError } from './errors.ts'
import type { Agent, AgentState } from './types.ts'

/** What answers with a promise, and can therefore wait until the code is here. */
const deferrable = [
  'sendMessage',
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
 * Stands for an agent whose code is loaded when it is first used. Everything asked of it meanwhile is passed on, in order.
 * @param open Rejects where the code could not be loaded; the next use tries again.
 */
export function deferAgent(chatId: string | null, open: () => Promise<Agent>): Agent {
  let inner: Agent | null = null
  let opening: Promise<Agent> | null = null
  let state: AgentState = {
    chatId,
    messages: [],
    status: 'idle',
    connection: 'idle',
    error: null,
    queued: [],
    hasOlder: false,
  }
  const listeners = new Map<() => void, (() => void) | null>()

  async function load(): Promise<Agent> {
    try {
      inner = await open()
    } catch (cause) {
      opening = null
      const message = 'The code for agents could not be loaded. Try again, or reload.'
      const error = cause instanceof InferstreamError ? cause : new InferstreamError('network', message, { cause })
      state = { ...state, status: 'error', error }
      for (const listener of listeners.keys()) listener()
      throw error
    }
    for (const listener of listeners.keys()) listeners.set(listener, inner.subscribe(listener))
    return inner
  }

  /** As the promises of the agent itself, this one may be ignored. */
  function then<T>(act: (agent: Agent) => T | Promise<T>): Promise<T> {
    const result = (opening ??= load()).then(act)
    result.catch(() => {})
    return result
  }

  const calls = deferrable.map((name) => [
    name,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- passed on as they came, to the method of that name
    (...args: unknown[]) => then((agent) => (agent[name] as (...all: unknown[]) => Promise<unknown>)(...args)),
  ])
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one entry for each name
    ...(Object.fromEntries(calls) as Pick<Agent, Deferrable>),
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
      if (inner) inner.reset()
      else void then((agent) => agent.reset())
    },
    close() {
      if (inner) inner.close()
      else if (opening) void then((agent) => agent.close())
    },
  }
}
