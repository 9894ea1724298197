import type { JsonObject } from '../apps/app.ts'
import type { ToolType } from './chat-state.ts'

/** What an internal tool may use. */
export interface ToolContext {
  readonly memory: Readonly<Record<string, string>>
  readonly remember: (key: string, value: string) => void
}

/** A tool that an agent can call. */
export interface Tool {
  readonly name: string
  readonly displayName: string
  readonly description: string
  readonly type: ToolType
  /** Waits for a person to allow each call, unless it is always allowed in the chat. */
  readonly needsApproval: boolean
  /** JSON Schema of its arguments. */
  readonly parameters: JsonObject
  /** For a tool of type `app`: the app, and input that calls may override. */
  readonly app?: { readonly ref: string; readonly input: JsonObject }
  /** For a tool of type `internal`. A throw fails the call with its message. */
  readonly run?: (args: JsonObject, context: ToolContext) => string | Promise<string>
}
