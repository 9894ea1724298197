// Events of a chat → its next state and the records of its streams (protocol §6, §9.4).
import type { JsonObject } from '../apps/app.ts'
import type {
  Attachment,
  ChatState,
  Interrupt,
  InterruptReason,
  Invocation,
  Message,
  Run,
  ToolType,
} from './chat-state.ts'
import { findInvocation, findMessage, hasEnded, isBusy, nextQueued } from './chat-state.ts'

/** A piece of a model's answer, in the shape of a delta (protocol §5.1). */
export interface Delta {
  response?: string
  reasoning?: string
  tool_calls?: readonly JsonObject[]
}

export interface NewInvocation {
  id: string
  callId: string
  type: ToolType
  name: string
  displayName: string
  arguments: JsonObject
}

/** What happened in a chat. `at` is the instant. */
export type ChatAction =
  | { type: 'asked'; messageId: string; text: string; attachments: readonly Attachment[]; at: string }
  | { type: 'message-cancelled'; messageId: string; at: string }
  | { type: 'turn-started'; runId: string; messageId: string; at: string }
  | { type: 'step-started'; messageId: string; at: string }
  | { type: 'delta-arrived'; messageId: string; delta: Delta; stored: boolean; at: string }
  | { type: 'step-ended'; messageId: string; invocations: readonly NewInvocation[]; at: string }
  | { type: 'call-started'; invocationId: string; executionId: string | null; at: string }
  | {
      type: 'call-interrupted'
      invocationId: string
      reason: InterruptReason
      interruptId: string
      expiresAt: string
      at: string
    }
  /** `arguments` are those of the person who allowed it, in place of the model's. */
  | { type: 'call-allowed'; invocationId: string; arguments?: JsonObject | undefined; at: string }
  | {
      type: 'call-ended'
      invocationId: string
      status: 'completed' | 'failed' | 'cancelled'
      result: string
      how: 'allow' | 'deny' | 'expired'
      messageId: string
      at: string
    }
  | { type: 'turn-ended'; status: 'completed' | 'failed' | 'canceled'; error: string | null; at: string }
  | { type: 'tool-always-allowed'; name: string; at: string }
  | { type: 'remembered'; key: string; value: string; at: string }
  | { type: 'renamed'; name: string; at: string }
  | { type: 'agent-switched'; at: string }

/** The stream's records of a transition, in this order (protocol §9.4). */
export type Change =
  | { event: 'chats' }
  | { event: 'agent_runs' }
  | { event: 'chat_messages'; messageId: string }
  | { event: 'delta'; messageId: string; delta: Delta; seq: number }

export interface ChatTransition {
  readonly state: ChatState
  /** Empty if the action came too late to change anything. */
  readonly changes: readonly Change[]
}

const longestName = 60

/** The next state, and the records of the stream. Late and repeated actions change nothing. */
export function reduceChat(state: ChatState, action: ChatAction): ChatTransition {
  const { at } = action
  switch (action.type) {
    case 'asked': {
      const waits = isBusy(state) || nextQueued(state) !== undefined
      const message: Message = {
        ...emptyMessage(action.messageId, state, at),
        role: 'user',
        status: waits ? 'queued' : 'ready',
        text: action.text,
        attachments: action.attachments,
      }
      const name = state.name === '' ? action.text.trim().split('\n', 1).join('').slice(0, longestName) : state.name
      const next = { ...state, name, messages: [...state.messages, message], nextOrder: state.nextOrder + 1 }
      return transition(next, at, [row(message)])
    }
    case 'message-cancelled': {
      if (findMessage(state, action.messageId)?.status !== 'queued') return unchanged(state)
      return transition(withMessage(state, action.messageId, { status: 'cancelled', updatedAt: at }), at, [
        { event: 'chat_messages', messageId: action.messageId },
      ])
    }
    case 'turn-started':
      return startTurn(state, action)
    case 'step-started': {
      if (state.run?.status !== 'working') return unchanged(state)
      const message = { ...emptyMessage(action.messageId, state, at), runId: state.run.id }
      const next = { ...state, messages: [...state.messages, message], nextOrder: state.nextOrder + 1 }
      return transition(next, at, [row(message)])
    }
    case 'delta-arrived': {
      const message = findMessage(state, action.messageId)
      if (message?.status !== 'pending') return unchanged(state)
      const seq = message.deltas + 1
      const change = {
        text: message.text + (action.delta.response ?? ''),
        reasoning: message.reasoning + (action.delta.reasoning ?? ''),
        deltas: seq,
        updatedAt: at,
      }
      const delta: Change = { event: 'delta', messageId: message.id, delta: action.delta, seq }
      const changes: Change[] = action.stored ? [delta, row(message)] : [delta]
      return transition(withMessage(state, message.id, change), at, changes)
    }
    case 'step-ended': {
      const message = findMessage(state, action.messageId)
      if (message?.status !== 'pending') return unchanged(state)
      const invocations = action.invocations.map((invocation) => ({
        ...invocation,
        messageId: message.id,
        status: 'pending' as const,
        executionId: null,
        result: null,
        createdAt: at,
        updatedAt: at,
      }))
      const next = withMessage(state, message.id, { status: 'ready', invocations, updatedAt: at })
      return transition(next, at, [row(message)])
    }
    case 'call-started': {
      const invocation = findInvocation(state, action.invocationId)
      if (!invocation || hasEnded(invocation.status)) return unchanged(state)
      const change = { status: 'in_progress' as const, executionId: action.executionId }
      return transition(withInvocation(state, invocation, change, at), at, [rowOf(invocation)])
    }
    case 'call-interrupted':
      return interrupt(state, action)
    case 'call-allowed': {
      const invocation = findInvocation(state, action.invocationId)
      if (invocation?.status !== 'awaiting_approval') return unchanged(state)
      const change = { status: 'in_progress' as const, arguments: action.arguments ?? invocation.arguments }
      const moved = withInvocation(state, invocation, change, at)
      return goOn(moved, invocation, { status: 'resolved', resolution: 'allow' }, [rowOf(invocation)], at)
    }
    case 'call-ended':
      return endCall(state, action)
    case 'turn-ended':
      return endTurn(state, action)
    case 'tool-always-allowed':
      if (state.alwaysAllowed.includes(action.name)) return unchanged(state)
      return transition({ ...state, alwaysAllowed: [...state.alwaysAllowed, action.name] }, at, [{ event: 'chats' }])
    case 'remembered':
      return transition({ ...state, memory: { ...state.memory, [action.key]: action.value } }, at, [{ event: 'chats' }])
    case 'renamed':
      return transition({ ...state, name: action.name }, at, [{ event: 'chats' }])
    case 'agent-switched':
      return transition(state, at, [{ event: 'chats' }])
    default:
      return action satisfies never
  }
}

type ActionOf<TType extends ChatAction['type']> = Extract<ChatAction, { type: TType }>

function startTurn(state: ChatState, { runId, messageId, at }: ActionOf<'turn-started'>): ChatTransition {
  const asked = findMessage(state, messageId)
  if (isBusy(state) || asked?.role !== 'user') return unchanged(state)
  const run: Run = { id: runId, userMessageId: messageId, status: 'working', error: null, createdAt: at, updatedAt: at }
  const started = { ...state, status: 'busy' as const, run, interrupts: [] }
  if (asked.status !== 'queued') {
    return transition(withMessage(started, messageId, { runId, updatedAt: at }), at, [{ event: 'chats' }, row(asked)])
  }
  // A queued message moves behind the messages that were added while it waited.
  const change = { status: 'ready' as const, runId, order: state.nextOrder, updatedAt: at }
  const moved = withMessage({ ...started, nextOrder: state.nextOrder + 1 }, messageId, change)
  const messages = moved.messages.toSorted((one, other) => one.order - other.order)
  return transition({ ...moved, messages }, at, [{ event: 'chats' }, row(asked)])
}

function interrupt(state: ChatState, action: ActionOf<'call-interrupted'>): ChatTransition {
  const { reason, interruptId, expiresAt, at } = action
  const invocation = findInvocation(state, action.invocationId)
  if (!invocation || !state.run || hasEnded(invocation.status)) return unchanged(state)
  const status = reason === 'client_tool' ? ('awaiting_input' as const) : ('awaiting_approval' as const)
  const entry: Interrupt = {
    id: interruptId,
    runId: state.run.id,
    reason,
    invocationId: invocation.id,
    status: 'pending',
    resolution: null,
    createdAt: at,
    updatedAt: at,
    expiresAt,
  }
  const waiting = {
    ...withInvocation(state, invocation, { status }, at),
    status: 'awaiting_input' as const,
    run: { ...state.run, status: 'input_required' as const, updatedAt: at },
    interrupts: [...state.interrupts, entry],
  }
  return transition(waiting, at, [rowOf(invocation), { event: 'agent_runs' }, { event: 'chats' }])
}

function endCall(state: ChatState, action: ActionOf<'call-ended'>): ChatTransition {
  const { status, result, how, messageId, at } = action
  const invocation = findInvocation(state, action.invocationId)
  if (!invocation || hasEnded(invocation.status)) return unchanged(state)
  const ended = withInvocation(state, invocation, { status, result }, at)
  const answer: Message = {
    ...emptyMessage(messageId, ended, at),
    role: 'tool',
    status: 'ready',
    runId: state.run?.id ?? null,
    text: result,
    callId: invocation.callId,
  }
  const next = { ...ended, messages: [...ended.messages, answer], nextOrder: ended.nextOrder + 1 }
  const settled =
    how === 'expired'
      ? { status: 'expired' as const, resolution: null }
      : { status: 'resolved' as const, resolution: how }
  return goOn(next, invocation, settled, [rowOf(invocation), row(answer)], at)
}

/** Settles what a call waited for; the turn continues once no other call waits. */
function goOn(
  state: ChatState,
  { id }: Invocation,
  change: Pick<Interrupt, 'status' | 'resolution'>,
  changes: readonly Change[],
  at: string,
): ChatTransition {
  const waits = (entry: Interrupt) => entry.invocationId === id && entry.status === 'pending'
  if (!state.interrupts.some(waits)) return transition(state, at, changes)
  const interrupts = state.interrupts.map((entry) => (waits(entry) ? { ...entry, ...change, updatedAt: at } : entry))
  if (!state.run || interrupts.some(({ status }) => status === 'pending')) {
    return transition({ ...state, interrupts }, at, [...changes, { event: 'chats' }])
  }
  const run = { ...state.run, status: 'working' as const, updatedAt: at }
  const next = { ...state, status: 'busy' as const, run, interrupts }
  return transition(next, at, [...changes, { event: 'agent_runs' }, { event: 'chats' }])
}

/** Nothing of a turn stays open: unfinished messages and calls end with the status of the turn. */
function endTurn(state: ChatState, { status, error, at }: ActionOf<'turn-ended'>): ChatTransition {
  if (!isBusy(state) || !state.run) return unchanged(state)
  const changed = new Set<string>()
  const messages = state.messages.map((message) => {
    const isOpen = message.status === 'pending'
    const hasOpenCalls = message.invocations.some((invocation) => !hasEnded(invocation.status))
    if (!isOpen && !hasOpenCalls) return message
    changed.add(message.id)
    return {
      ...message,
      status: isOpen ? openMessageEnds[status] : message.status,
      error: isOpen ? error : message.error,
      invocations: message.invocations.map((invocation) =>
        hasEnded(invocation.status) ? invocation : { ...invocation, status: 'cancelled' as const, updatedAt: at },
      ),
      updatedAt: at,
    }
  })
  const interrupts = state.interrupts.map((entry) =>
    entry.status === 'pending' ? { ...entry, status: 'cancelled' as const, updatedAt: at } : entry,
  )
  const run = { ...state.run, status, error, updatedAt: at }
  return transition({ ...state, status: 'idle', messages, interrupts, run }, at, [
    ...[...changed].map((messageId) => ({ event: 'chat_messages' as const, messageId })),
    { event: 'agent_runs' },
    { event: 'chats' },
  ])
}

const openMessageEnds = { completed: 'ready', failed: 'failed', canceled: 'cancelled' } as const

function emptyMessage(id: string, { nextOrder }: ChatState, at: string): Message {
  return {
    id,
    order: nextOrder,
    role: 'assistant',
    status: 'pending',
    runId: null,
    text: '',
    reasoning: '',
    attachments: [],
    error: null,
    callId: null,
    invocations: [],
    deltas: 0,
    createdAt: at,
    updatedAt: at,
  }
}

function withMessage(state: ChatState, id: string, change: Partial<Message>): ChatState {
  const messages = state.messages.map((message) => (message.id === id ? { ...message, ...change } : message))
  return { ...state, messages }
}

function withInvocation(state: ChatState, { id, messageId }: Invocation, change: Partial<Invocation>, at: string) {
  const known = findMessage(state, messageId)?.invocations ?? []
  const invocations = known.map((other) =>
    other.id === id ? Object.assign({}, other, change, { updatedAt: at }) : other,
  )
  return withMessage(state, messageId, { invocations, updatedAt: at })
}

function row({ id }: Message): Change {
  return { event: 'chat_messages', messageId: id }
}

function rowOf({ messageId }: Invocation): Change {
  return { event: 'chat_messages', messageId }
}

function transition(state: ChatState, at: string, changes: readonly Change[]): ChatTransition {
  return { state: { ...state, updatedAt: at }, changes }
}

function unchanged(state: ChatState): ChatTransition {
  return { state, changes: [] }
}
