import type { JsonObject } from '../apps/app.ts'
import { shortId } from '../ids.ts'
import type { ChatState, Interrupt, Invocation, Message, Run } from './chat-state.ts'
import type { Change } from './reduce-chat.ts'
import { findInvocation } from './chat-state.ts'
import type { AgentSetup } from './agent-setup.ts'
import { agentIds } from './agent-setup.ts'

/** Fields of a chat on the wire that are not part of its state. */
export interface ChatIdentity {
  readonly setup: AgentSetup
  readonly context: Readonly<Record<string, string>>
}

/** Up to this many messages are part of GET /chats/{id}; longer chats are read page by page (protocol §6). */
const inlineMessages = 50

/**
 * The answer to GET /chats/{id}. The polling of the official SDK reads messages only from here; its React layer loads
 * pages only if there are none here, so a chat of more than one page has none.
 */
export function wholeChatDto(state: ChatState, identity: ChatIdentity): JsonObject {
  const messages = state.messages.length > inlineMessages ? [] : state.messages
  return { ...chatDto(state, identity), chat_messages: messages.map((message) => messageDto(state.id, message)) }
}

/** The whole chat without its messages: they have their own rows and endpoint (protocol §6). */
export function chatDto(state: ChatState, { setup, context }: ChatIdentity): JsonObject {
  return {
    ...base(state),
    status: state.status,
    name: state.name,
    description: '',
    children: [],
    ...agentIds(setup.ref),
    context,
    output: null,
    chat_messages: [],
    agent_data: { plan_steps: [], memory: state.memory, always_allowed_tools: state.alwaysAllowed },
    active_run: state.run ? runDto(state, state.run, setup) : null,
    pending_interrupts: state.interrupts
      .filter(({ status }) => status === 'pending')
      .map((entry) => interruptDto(state, entry)),
  }
}

export function messageDto(chatId: string, message: Message): JsonObject {
  return {
    ...base(message),
    chat_id: chatId,
    agent_run_id: message.runId,
    order: message.order,
    status: message.status,
    role: message.role,
    content: content(message),
    tools: null,
    ...(message.callId === null ? {} : { tool_call_id: message.callId }),
    tool_invocations: message.invocations.map(invocationDto),
  }
}

function content({ text, reasoning, attachments, error, invocations }: Message): JsonObject[] {
  const calls = invocations.map((call) => ({
    id: call.callId,
    type: 'function',
    function: { name: call.name, arguments: call.arguments },
  }))
  return [
    ...(reasoning === '' ? [] : [{ type: 'reasoning', text: reasoning }]),
    ...(text === '' && error === null ? [] : [{ type: 'text', text, ...(error === null ? {} : { error }) }]),
    ...attachments.map(({ kind, uri }) => ({ type: kind, [kind]: uri })),
    ...(calls.length === 0 ? [] : [{ type: 'tool', tool_calls: calls }]),
  ]
}

export function invocationDto(invocation: Invocation): JsonObject {
  return {
    ...base(invocation),
    chat_message_id: invocation.messageId,
    tool_invocation_id: invocation.callId,
    type: invocation.type,
    display_name: invocation.displayName,
    execution_id: invocation.executionId,
    function: { name: invocation.name, arguments: invocation.arguments },
    status: invocation.status,
    // Whether an approval may bring other arguments.
    editable: invocation.status === 'awaiting_approval',
    result: invocation.result,
    data: null,
    widget: null,
  }
}

export function runDto(state: ChatState, run: Run, { ref }: AgentSetup): JsonObject {
  const waiting = state.interrupts.find(({ status, runId }) => status === 'pending' && runId === run.id)
  return {
    ...base(run),
    ...agentIds(ref),
    chat_id: state.id,
    user_message_id: run.userMessageId,
    state: run.status,
    error: run.error,
    output: null,
    ...(waiting ? { interrupt_reason: waiting.reason, interrupt_tool_id: waiting.invocationId } : {}),
  }
}

export function interruptDto(state: ChatState, entry: Interrupt): JsonObject {
  const invocation = findInvocation(state, entry.invocationId)
  return {
    ...base(entry),
    run_id: entry.runId,
    chat_id: state.id,
    reason: entry.reason,
    source: 'tool',
    resource_id: entry.invocationId,
    resource_type: 'tool_invocation',
    status: entry.status,
    resolution: entry.resolution,
    expires_at: entry.expiresAt,
    meta: {
      tool_name: invocation?.name ?? '',
      arguments: invocation?.arguments ?? {},
      tool_invocation_id: entry.invocationId,
    },
  }
}

/** A change as a record of the stream: always the whole object (protocol §9.5). */
export function changeDto(state: ChatState, change: Change, identity: ChatIdentity): JsonObject | null {
  switch (change.event) {
    case 'chats':
      return chatDto(state, identity)
    case 'agent_runs':
      return state.run ? runDto(state, state.run, identity.setup) : null
    case 'chat_messages': {
      const message = state.messages.find(({ id }) => id === change.messageId)
      return message ? messageDto(state.id, message) : null
    }
    case 'delta':
      return { delta: change.delta, seq: change.seq, resource_id: change.messageId }
    default:
      return change satisfies never
  }
}

function base({ id, createdAt, updatedAt }: { id: string; createdAt: string; updatedAt: string }): JsonObject {
  return {
    id,
    short_id: shortId(id),
    created_at: createdAt,
    updated_at: updatedAt,
    deleted_at: null,
    user_id: 'local',
    team_id: 'local',
    visibility: 'private',
  }
}
