import type { InferstreamError } from '../core/errors.ts'
import type { ConnectionState, FileRef } from '../core/types.ts'

/** An agent described by the caller; sent as it is with every message. */
export interface AdHocAgent {
  core_app: { ref: string }
  system_prompt?: string
  /** Tools as the service knows them. Those of `AgentOptions.tools` are added by themselves. */
  tools?: unknown[]
  [key: string]: unknown
}

export interface AgentOptions {
  /** A conversation to go on with. Without it the first message begins one. */
  chatId?: string | undefined
  /** Tools that run here: called when the agent asks for them, their results submitted, a throw as an error. */
  tools?: ClientTools | undefined
  /** Sent with every message. */
  context?: Record<string, string> | undefined
  /**
   * For client tools waiting for a result that no `tools` entry answers, once per call, in turns whose `sendMessage` has no
   * handler of its own, and in those that were begun elsewhere. A value it returns is submitted, a throw as an error.
   */
  onToolCall?: ((call: AgentToolCall) => unknown) | undefined
}

export type ClientTools = Record<
  string,
  {
    description?: string
    /** JSON Schema of the arguments */
    parameters?: object
    /** `signal` is aborted when the turn is stopped or the conversation left. */
    execute: (args: Record<string, unknown>, context: { callId: string; signal: AbortSignal }) => unknown
  }
>

/** A piece of an answer. Text comes as it is written, thinking by lines. */
export interface AgentEvent {
  /** The message it belongs to: a turn of several steps has several. */
  id: string
  type: 'text' | 'thinking'
  role: 'assistant' | 'user' | 'tool'
  /** the new piece; empty where only the status is new */
  content: string
  /** all so far */
  text: string
  status: 'streaming' | 'done' | 'failed' | 'cancelled'
}

export interface AgentToolCall {
  id: string
  name: string
  args: Record<string, unknown>
  /** `(string & {})` keeps completion for the known kinds while any other stays legal. */
  type: 'client' | 'app' | 'agent' | 'http' | 'mcp' | 'internal' | (string & {})
  status: 'pending' | 'in_progress' | 'awaiting_input' | 'awaiting_approval' | 'completed' | 'failed' | 'cancelled'
  result?: unknown
  taskId?: string
  /** Whether `approveTool` may bring other arguments; only where the service says so. */
  editable?: boolean
}

/** A turn that is over. */
export interface AgentReply {
  /** The text of all its steps, one paragraph each. */
  text: string
  /** The assistant's messages, one a step. */
  messages: AgentMessage[]
  toolCalls: AgentToolCall[]
  /** The structured result, where the agent has one; else null. */
  output: unknown
  chatId: string
  /** `input_required`: the service waits for another message, or for something outside of this chat. */
  status: 'completed' | 'stopped' | 'failed' | 'input_required'
}

export interface SendMessageOptions {
  onMessage?: ((message: AgentEvent) => void) | undefined
  /**
   * For client tools waiting for a result, once per call. A value it returns (other than undefined) is submitted, a throw
   * is submitted as an error. Not called for tools registered with the agent, which answer by themselves.
   */
  onToolCall?: ((call: AgentToolCall) => unknown) | undefined
  /** Blobs are uploaded first. */
  files?: (Blob | FileRef)[] | undefined
  /** Stops the turn, or takes the message back while it is queued; the promise rejects with `AbortError` at once. */
  signal?: AbortSignal | undefined
}

/**
 * One conversation. It is followed while a turn sent from here is under way, and while it has subscribers and the service
 * is at work. No promise of it goes unhandled: awaiting them is optional.
 */
export interface Agent {
  /** The latest snapshot. What did not change in it is the identical object in the next one. */
  readonly state: AgentState
  /** Calls the listener after every change of `state`; the first subscriber of a `chatId` loads it. */
  subscribe(listener: () => void): () => void
  /**
   * Resolves when the turn is over, also when it failed (`status`), and rejects when the message could not be sent, on
   * abort, and with a connection error. While another turn is under way the message is queued.
   */
  sendMessage(text: string, options?: SendMessageOptions): Promise<AgentReply>
  /** The first result of a call counts. Sent again when the connection fails; an error in the end is in `state.error` too. */
  submitToolResult(callId: string, result: unknown): Promise<void>
  /**
   * @param options `args` replace the call's arguments, where it is `editable`.
   * @throws InferstreamError `config` for `args` of another call, or that are no object
   */
  approveTool(callId: string, options?: { args?: Record<string, unknown> | undefined }): Promise<void>
  rejectTool(callId: string, reason?: string): Promise<void>
  /** Approves it, and every later call of the same tool in this chat. */
  alwaysAllowTool(callId: string): Promise<void>
  /** Decides what a turn waits for. An interrupt that was decided elsewhere meanwhile is no error. */
  resolveInterrupt(id: string, decision: InterruptDecision): Promise<void>
  /** Takes a queued message back. Its `sendMessage` resolves as `stopped`. */
  cancelMessage(messageId: string): Promise<void>
  /** Resolves to whether there are still older messages. */
  loadOlder(): Promise<boolean>
  /** Asks the service to stop the turn; resolves when it accepted. Without a turn it does nothing. */
  stop(): Promise<void>
  /** Leaves the conversation: the next message begins a new one. A turn under way goes on at the service. */
  reset(): void
  /** Detach; a turn under way goes on at the service. */
  close(): void
}

export type AgentPart =
  | { type: 'text'; text: string }
  /** `duration` in ms */
  | { type: 'reasoning'; text: string; duration?: number }
  /** `toolType` is what the call has as `type`: the name is taken by the part's own. */
  | ({ type: 'tool-call'; toolType?: AgentToolCall['type'] } & AgentToolCall)
  | { type: 'image'; uri: string }
  | { type: 'file'; file: FileRef }

export interface AgentMessage {
  id: string
  role: 'user' | 'assistant' | 'system'
  parts: AgentPart[]
  status: 'sending' | 'queued' | 'streaming' | 'done' | 'failed' | 'cancelled'
  createdAt: number
  error?: string
}

/** Why a turn waits for a person. */
export interface AgentInterrupt {
  id: string
  reason: 'tool_approval' | 'client_tool' | 'widget' | 'auth' | 'confirmation' | 'hook_gate' | (string & {})
  /** The call that waits, where it is one. */
  callId?: string
  toolName?: string
  args?: Record<string, unknown>
  /** epoch ms */
  expiresAt?: number
}

export interface InterruptDecision {
  decision: 'allow' | 'deny'
  /** Sent along as JSON. No service is known to read it. */
  payload?: unknown
}

export interface AgentState {
  chatId: string | null
  messages: readonly AgentMessage[]
  status: 'idle' | 'submitted' | 'streaming' | 'awaiting_input' | 'awaiting_approval' | 'error'
  connection: ConnectionState
  error: InferstreamError | null
  queued: readonly AgentMessage[]
  hasOlder: boolean
  /** What the turn waits for, as far as the service says so in the chat; without those that are being decided. */
  interrupts: readonly AgentInterrupt[]
}

/** An agent that goes on with messages which were shown before it was there. */
export interface OpenedAgent extends Agent {
  /** @param id Under which the message is shown already. */
  sendMessage(text: string, options?: SendMessageOptions, id?: string): Promise<AgentReply>
}

/** Begins with a conversation, and with messages that could not be sent before it was there. */
export type OpenAgent = (chatId: string | null, unsent: readonly AgentMessage[]) => OpenedAgent
