import type { FileRef } from '../core/types.ts'
import type { AdHocAgent, AgentMessage, ClientTools, InterruptDecision } from './agent-types.ts'
import type { ChatSession } from './chat-session.ts'
import type { JsonObject } from '../core/json.ts'

export interface OutgoingMessage {
  readonly chatId: string | null
  readonly text: string
  readonly files: readonly FileRef[]
  readonly context: Record<string, string> | undefined
  readonly tools: ClientTools
  /** The messages before it, when it is sent. */
  readonly history: () => readonly AgentMessage[]
}

/** What can be asked of a chat's service. Rows and answers are in the form of protocol §6. */
export interface ChatApi {
  /** The chat's id and what the service made of the message. Rejects as `run` does. */
  send(
    target: string | AdHocAgent,
    message: OutgoingMessage,
    signal: AbortSignal,
  ): Promise<{ chatId: string; answer: JsonObject }>
  /** One attempt at the chat and its newest messages. */
  read(chatId: string, signal: AbortSignal): Promise<{ chat: unknown; page: unknown }>
  /** The same with the usual repeats. */
  load(chatId: string, signal: AbortSignal): Promise<{ chat: unknown; page: unknown }>
  /** One attempt at the chat's status. */
  status(chatId: string, signal: AbortSignal): Promise<unknown>
  older(chatId: string, cursor: string): Promise<unknown>
  stop(chatId: string): Promise<unknown>
  cancelMessage(messageId: string): Promise<unknown>
  /** Repeated while the connection fails: an invocation takes only its first result, and refuses others with 409. */
  submit(callId: string, result: string, signal: AbortSignal): Promise<void>
  approve(callId: string, args: Record<string, unknown> | undefined): Promise<unknown>
  reject(callId: string, reason: string | undefined): Promise<unknown>
  alwaysAllow(chatId: string, callId: string, name: string): Promise<unknown>
  resolve(interruptId: string, decision: InterruptDecision): Promise<unknown>
}

/** What an agent needs of a backend. HTTP is one. */
export interface ChatIo {
  readonly api: ChatApi
  /** Follows the chat until the returned function is called. `isCurrent` is false once another connection has taken its place. */
  readonly connect: (chatId: string, session: ChatSession, isCurrent: () => boolean) => () => void
  readonly upload: (file: Blob, signal: AbortSignal) => Promise<FileRef>
  /** Agents with the same one may be in the same chats. */
  readonly scope: object
  /** Whether an idle chat is polled for what others say in it. */
  readonly isShared: boolean
}
