import type { Agent, AgentMessage, AgentPart, AgentState } from '../agent/agent-types.ts'
import type { OpenAgent, OpenedAgent } from '../agent/agent-types.ts'
import { leftError, nextLocalId } from '../agent/io/local-message.ts'
import { idleChatState } from '../agent/state/idle-chat-state.ts'
import { InferstreamError } from '../core/errors.ts'
import { loadError } from '../core/load-error.ts'
import { guard } from '../core/guard.ts'
import type { Platform } from '../core/platform.ts'

/** What else answers with a promise, and can therefore wait until the code is here. */
const deferrable = [
  'submitToolResult',
  'approveTool',
  'rejectTool',
  'alwaysAllowTool',
  'resolveInterrupt',
  'cancelMessage',
  'loadOlder',
  'stop',
] as const

type Deferrable = (typeof deferrable)[number]

/**
 * Stands for an agent whose code is loaded when it is first used. What is typed is shown at once, and stays where that code
 * cannot be had; everything asked of it meanwhile is passed on, in order.
 * @param load Rejects where the code could not be loaded; the next use tries again.
 */
export function lazyAgent(
  chatId: string | null,
  load: () => Promise<OpenAgent>,
  platform: Pick<Platform, 'now'>,
): Agent {
  let inner: OpenedAgent | null = null
  let isOpening = false
  let isClosed = false
  let state = idleChatState(chatId)
  const listeners = new Map<() => void, (() => void) | null>()
  const waiting = new Set<{ go: (agent: OpenedAgent) => void; reject: (error: unknown) => void }>()

  function show(change: Partial<AgentState>): void {
    state = { ...state, ...change }
    for (const listener of listeners.keys()) guard(listener)
  }

  function rejectAll(error: InferstreamError): void {
    for (const { reject } of waiting) reject(error)
    waiting.clear()
  }

  async function open(): Promise<void> {
    isOpening = true
    try {
      const openAgent = await load()
      const unsent = state.messages.filter(({ status }) => status === 'failed')
      inner = openAgent(state.chatId, unsent)
    } catch (cause) {
      isOpening = false
      const error = cause instanceof InferstreamError ? cause : loadError(cause)
      const messages = state.messages.map((one) => ({ error: error.message, ...one, status: 'failed' as const }))
      show({ messages, status: 'error', error })
      rejectAll(error)
      return
    }
    if (isClosed) inner.close()
    // Before its state is read, so that messages shown already stay shown.
    for (const { go } of waiting) go(inner)
    for (const listener of listeners.keys()) {
      listeners.set(listener, inner.subscribe(listener))
      guard(listener)
    }
  }

  /** As the promises of the agent itself, this one may be ignored. */
  function then<T>(act: (agent: OpenedAgent) => T | Promise<T>): Promise<T> {
    const result = new Promise<T>((resolve, reject) => {
      const go = (agent: OpenedAgent) => resolve(act(agent))
      if (inner) return go(inner)
      waiting.add({ go, reject })
      if (!isOpening) void open()
    })
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
    sendMessage(text, options) {
      if (inner || isClosed || options?.signal?.aborted || !text?.trim?.()) {
        return then((agent) => agent.sendMessage(text, options))
      }
      const id = nextLocalId()
      // Sent again, it takes the place of the one that failed.
      const parts: AgentPart[] = [{ type: 'text', text }]
      const others = state.messages.filter(
        ({ status, parts: [part] }) => status !== 'failed' || part?.type !== 'text' || part.text !== text,
      )
      const message: AgentMessage = { id, role: 'user', parts, status: 'sending', createdAt: platform.now() }
      show({ messages: [...others, message], status: 'submitted', error: null })
      return then((agent) => agent.sendMessage(text, options, id))
    },
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
      else {
        rejectAll(leftError())
        show({ chatId: null, messages: [], status: 'idle', error: null })
      }
    },
    close() {
      isClosed = true
      if (inner) inner.close()
      else {
        rejectAll(leftError())
        show({ messages: [], status: 'idle', connection: 'closed' })
      }
    },
  }
}
