import type { JsonObject } from '../apps/app.ts'
import type { InvocationStatus } from './chat-state.ts'
import type { Delta } from './reduce-chat.ts'
import type { Tool } from './tool.ts'

/** A file or image of a message, with what the engine knows about it. */
export interface ReceivedFile {
  readonly kind: 'image' | 'file'
  readonly uri: string
  readonly name: string
  /** Known for files stored in the engine. */
  readonly contentType?: string
  /** Bytes. */
  readonly size?: number
  /** The beginning of a text file. */
  readonly text?: string
  /** All its bytes, for files stored in the engine. */
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

/** The rules, or a real model. One call is one step of a turn. */
export interface Model {
  /** Pieces of the answer as they are produced; a throw fails the turn with its message. */
  answer(request: ModelRequest, signal: AbortSignal): AsyncIterable<Delta>
}
