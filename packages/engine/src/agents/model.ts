import type { JsonObject } from '../apps/app.ts'
import type { InvocationStatus } from './chat-state.ts'
import type { Delta } from './reduce-chat.ts'
import type { Tool } from './tool.ts'

/** A file or image that came with a message, with what the engine found out about it. */
export interface ReceivedFile {
  readonly kind: 'image' | 'file'
  readonly uri: string
  readonly name: string
  /** Known for files that are kept here. */
  readonly contentType?: string
  /** Bytes. */
  readonly size?: number
  /** The beginning of a text file. */
  readonly text?: string
  /** All its bytes; there for files that are kept here. */
  readonly read?: () => Promise<Uint8Array>
}

export interface ModelCall {
  readonly callId: string
  readonly name: string
  readonly arguments: JsonObject
}

export type ModelMessage =
  | { readonly role: 'user'; readonly text: string; readonly files: readonly ReceivedFile[] }
  | { readonly role: 'assistant'; readonly text: string; readonly calls: readonly ModelCall[] }
  | {
      readonly role: 'tool'
      readonly callId: string
      readonly name: string
      readonly arguments: JsonObject
      readonly status: InvocationStatus
      readonly text: string
    }

export interface ModelRequest {
  readonly systemPrompt: string
  readonly tools: readonly Tool[]
  /** The whole conversation; the last user message is the one to answer, what follows it are this turn's steps. */
  readonly messages: readonly ModelMessage[]
  readonly memory: Readonly<Record<string, string>>
}

/** What answers: the rules, or a real model. One call is one step of a turn. */
export interface Model {
  /** Pieces as they come; a throw fails the turn with its message. */
  answer(request: ModelRequest, signal: AbortSignal): AsyncIterable<Delta>
}
