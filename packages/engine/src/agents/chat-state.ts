// The state of a chat: its messages, their tool calls, the turn in progress, and what it waits for.
import type { JsonObject } from '../apps/app.ts'

export type ChatStatus = 'idle' | 'busy' | 'awaiting_input'
export type MessageStatus = 'pending' | 'queued' | 'ready' | 'failed' | 'cancelled'
export type InvocationStatus =
  | 'pending'
  | 'in_progress'
  | 'awaiting_input'
  | 'awaiting_approval'
  | 'completed'
  | 'failed'
  | 'cancelled'
export type RunStatus = 'working' | 'input_required' | 'completed' | 'failed' | 'canceled'
/** Types of protocol §6; the engine itself runs the first three. */
export type ToolType = 'internal' | 'app' | 'client' | 'agent' | 'hook' | 'http' | 'call' | 'mcp'
export type InterruptReason = 'client_tool' | 'tool_approval'

/** One call of a tool by the agent. */
export interface Invocation {
  readonly id: string
  readonly messageId: string
  /** The model's name for the call; a tool's result refers to it. */
  readonly callId: string
  readonly type: ToolType
  readonly name: string
  readonly displayName: string
  readonly arguments: JsonObject
  readonly status: InvocationStatus
  /** The task of an app tool. */
  readonly executionId: string | null
  readonly result: string | null
  readonly createdAt: string
  readonly updatedAt: string
}

export interface Attachment {
  readonly kind: 'image' | 'file'
  readonly uri: string
}

export interface Message {
  readonly id: string
  readonly order: number
  readonly role: 'user' | 'assistant' | 'tool'
  readonly status: MessageStatus
  /** The turn that it belongs to; null while it waits for one. */
  readonly runId: string | null
  readonly text: string
  readonly reasoning: string
  readonly attachments: readonly Attachment[]
  readonly error: string | null
  /** For a tool's result, the call that it answers. */
  readonly callId: string | null
  readonly invocations: readonly Invocation[]
  /** Deltas sent so far: the last one's `seq`. */
  readonly deltas: number
  readonly createdAt: string
  readonly updatedAt: string
}

/** One turn of the agent: from a user's message to the end of the answer. */
export interface Run {
  readonly id: string
  readonly userMessageId: string
  readonly status: RunStatus
  readonly error: string | null
  readonly createdAt: string
  readonly updatedAt: string
}

/** Why a turn waits for a person. */
export interface Interrupt {
  readonly id: string
  readonly runId: string
  readonly reason: InterruptReason
  readonly invocationId: string
  readonly status: 'pending' | 'resolved' | 'expired' | 'cancelled'
  readonly resolution: 'allow' | 'deny' | null
  readonly createdAt: string
  readonly updatedAt: string
  readonly expiresAt: string
}

export interface ChatState {
  readonly id: string
  readonly name: string
  readonly status: ChatStatus
  /** In order of `order`. */
  readonly messages: readonly Message[]
  /** The turn in progress, or the last one. */
  readonly run: Run | null
  /** Those of {@link ChatState.run}. */
  readonly interrupts: readonly Interrupt[]
  readonly memory: Readonly<Record<string, string>>
  readonly alwaysAllowed: readonly string[]
  readonly nextOrder: number
  readonly createdAt: string
  readonly updatedAt: string
}

export function newChat(id: string, at: string): ChatState {
  return {
    id,
    name: '',
    status: 'idle',
    messages: [],
    run: null,
    interrupts: [],
    memory: {},
    alwaysAllowed: [],
    nextOrder: 0,
    createdAt: at,
    updatedAt: at,
  }
}

/** Whether a turn is in progress, waiting for a person included: a new message queues then. */
export function isBusy(state: ChatState): boolean {
  return state.run?.status === 'working' || state.run?.status === 'input_required'
}

export function hasEnded(status: InvocationStatus): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled'
}

export function findMessage(state: ChatState, id: string): Message | undefined {
  return state.messages.find((message) => message.id === id)
}

export function findInvocation(state: ChatState, id: string): Invocation | undefined {
  for (const { invocations } of state.messages) {
    const found = invocations.find((invocation) => invocation.id === id)
    if (found) return found
  }
  return undefined
}

/** The message that has waited longest, if any. */
export function nextQueued(state: ChatState): Message | undefined {
  return state.messages.find((message) => message.status === 'queued')
}
