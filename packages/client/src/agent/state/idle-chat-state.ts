import type { AgentMessage, AgentState } from '../agent-types.ts'

const none: readonly never[] = Object.freeze([])

/** A conversation of which nothing is known yet. */
export function idleChatState(chatId: string | null, messages: readonly AgentMessage[] = none): AgentState {
  return {
    chatId,
    messages,
    status: 'idle',
    connection: 'idle',
    error: null,
    queued: none,
    hasOlder: false,
    interrupts: none,
  }
}
