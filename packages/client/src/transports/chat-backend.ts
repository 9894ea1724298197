// The seam for chats over any backend.
import type { AdHocAgent, AgentMessage, AgentToolCall, ClientTools, InterruptDecision } from '../agent/agent-types.ts'
import type { BackendResume, FileRef } from '../core/types.ts'

/** A message of a chat. What is left out has not changed. */
export interface ChatMessageUpdate {
  id: string
  /** @defaultValue 'assistant' */
  role?: AgentMessage['role'] | undefined
  /** The whole text so far. */
  text?: string | undefined
  /** The whole reasoning so far. */
  reasoning?: string | undefined
  /** All calls of the message. `type` is `client` for tools that run in the page. */
  toolCalls?: readonly (Pick<AgentToolCall, 'id' | 'name'> & Partial<AgentToolCall>)[] | undefined
  files?: readonly FileRef[] | undefined
  /** epoch ms */
  createdAt?: number | undefined
}

/** What a chat's backend may say. */
export interface ChatUpdate {
  message?: ChatMessageUpdate | undefined
  /** New pieces of an assistant's message, which need not be known yet. */
  delta?: { id: string; text?: string | undefined; reasoning?: string | undefined } | undefined
  /** Where the turn is. The last three end it. */
  turn?: 'busy' | 'awaiting_input' | 'completed' | 'failed' | 'stopped' | undefined
  /** Why the turn failed. */
  error?: string | undefined
}

export type PlacedChatUpdate<TCursor = string> = ChatUpdate & { cursor?: TCursor | undefined }

export interface ChatMessageInput {
  /** Null for the message that begins a chat. */
  readonly chatId: string | null
  readonly text: string
  readonly files: readonly FileRef[]
  /** The argument of `client.agent()`. */
  readonly agent: string | AdHocAgent
  readonly tools: ClientTools
  readonly context: Record<string, string> | undefined
  /** The messages before it. */
  readonly history: readonly AgentMessage[]
}

interface CallContext {
  chatId: string
  signal: AbortSignal
}

/**
 * A backend whose chats can be followed. One turn is under way at a time: a message that is sent meanwhile waits here.
 * @typeParam TCursor A place in what a turn says.
 */
export interface ChatBackend<TCursor = string> {
  /** A short name, such as `my-agents`. */
  readonly kind: string
  readonly promises: {
    /** How `follow` goes on after a lost connection. */
    readonly resume: BackendResume
    /** Whether `stop` stops a turn. */
    readonly stop: boolean
    /** Whether `send` with the same `idempotencyKey` begins one turn only: it is then repeated after a lost answer. */
    readonly idempotentSend?: boolean
  }
  /** The messages of a chat that is joined by its id. Without it such a chat begins empty. */
  open?(
    chatId: string,
    context: { signal: AbortSignal },
  ): Promise<{ messages: readonly ChatMessageUpdate[]; isBusy?: boolean | undefined }>
  /** Resolves once the turn has begun. */
  send(
    message: ChatMessageInput,
    context: { signal: AbortSignal; idempotencyKey: string },
  ): Promise<{ chatId: string; messageId?: string | undefined }>
  /**
   * Yields what the turn says after `after` (`null`: from its beginning), one by one or as arrays. A turn begins with `send`, and again with
   * `approve`, `submit` and `resolve`. Ending before the turn has ended, or waits for input, is a lost connection.
   */
  follow(
    chatId: string,
    context: { after: TCursor | null; signal: AbortSignal },
  ): AsyncIterable<PlacedChatUpdate<TCursor> | readonly PlacedChatUpdate<TCursor>[]>
  stop?(chatId: string, context: { signal: AbortSignal }): Promise<unknown>
  /** The answer of a person to a call that waits for approval. */
  approve?(
    callId: string,
    answer: { approved: boolean; args?: Record<string, unknown> | undefined; reason?: string | undefined },
    context: CallContext,
  ): Promise<unknown>
  /** The result of a tool that ran in the page: text, or JSON as text. */
  submit?(callId: string, result: string, context: CallContext): Promise<unknown>
  resolve?(interruptId: string, decision: InterruptDecision, context: CallContext): Promise<unknown>
}
