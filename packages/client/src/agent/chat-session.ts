import type { InferstreamError } from '../core/errors.ts'
import type { ChatModel } from './state/chat-model.ts'
import type { ChatAction } from './state/chat-reducer.ts'

/** One open conversation, as its connection, its polling, its messages and its tool calls see it. */
export interface ChatSession {
  readonly model: ChatModel
  /** Aborted when the conversation is left. */
  readonly signal: AbortSignal
  readonly isClosed: boolean
  dispatch(action: ChatAction): void
  /** One attempt at reading the chat and its newest messages. Rejects as its requests do. */
  refetch(signal: AbortSignal): Promise<void>
  /** Stops the turn that is under way. */
  stopTurn(chatId: string): Promise<void>
  /** Settles the turns that have ended, with what is known; false where something still goes on. */
  settle(): boolean
  /** The chat cannot be followed any further. */
  fail(error: InferstreamError): void
  warn(warning: InferstreamError): void
  readonly onEvent: ((record: unknown) => void) | undefined
}
