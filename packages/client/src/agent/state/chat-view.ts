// A chat → the state that people see.
import { sameJson } from '../../core/same-json.ts'
import type { AgentState } from '../agent-types.ts'
import type { ChatModel, Outgoing } from './chat-model.ts'
import { isShown } from './chat-row.ts'
import type { ChatRow } from './chat-row.ts'
import { readInterrupts } from './interrupts.ts'
import { sameList } from './same-list.ts'
import { isWaiting } from './tool-call.ts'
import { currentRows, isBusy, isPaused } from './turn.ts'

/** Parts that did not change keep their identity; a state in which nothing changed does too. */
export function stateOf(model: ChatModel): AgentState {
  const { state: before, rows } = model
  // A row that has come already stands for the message.
  const outbox = model.outbox.filter(isAlone)
  const waiting = outbox.filter(({ waits }) => waits).map(({ message }) => message)
  const sent = outbox.filter(({ waits }) => !waits).map(({ message }) => message)
  const all = rows.filter(isShown)
  const messages = all.filter((row) => !isQueued(row) && !isWithdrawn(row)).map(({ message }) => message)
  const state: AgentState = {
    chatId: before.chatId,
    messages: sameList(before.messages, [...messages, ...sent]),
    queued: sameList(before.queued, [...all.filter(isQueued).map(({ message }) => message), ...waiting]),
    status: statusOf(model),
    connection: before.connection,
    error: model.failure ?? model.problem,
    hasOlder: model.cursor !== null,
    interrupts: interruptsOf(model),
  }
  return isSameState(state, before) ? before : state
}

function interruptsOf(model: ChatModel): AgentState['interrupts'] {
  const { answering, state, chat } = model
  const pending = isBusy(model) ? readInterrupts(chat) : []
  const open = pending.filter(
    ({ id, callId }) => !answering.has(id) && !(callId !== undefined && answering.has(callId)),
  )
  return sameJson(open, state.interrupts) ? state.interrupts : open
}

function isAlone({ rowId }: Outgoing): boolean {
  return rowId === null
}

function isQueued({ role, status }: ChatRow): boolean {
  return role === 'user' && status === 'queued'
}

/** Taken back before it was answered. */
function isWithdrawn({ role, status }: ChatRow): boolean {
  return role === 'user' && status === 'cancelled'
}

function isSameState(a: AgentState, b: AgentState): boolean {
  return (
    a.chatId === b.chatId &&
    a.messages === b.messages &&
    a.queued === b.queued &&
    a.status === b.status &&
    a.connection === b.connection &&
    a.error === b.error &&
    a.hasOlder === b.hasOlder &&
    a.interrupts === b.interrupts
  )
}

function statusOf(model: ChatModel): AgentState['status'] {
  if (model.failure && model.turns.length === 0) return 'error'
  if (!isBusy(model) && model.turns.length === 0) return 'idle'
  const rows = currentRows(model.rows)
  const calls = rows.flatMap((row) => row.calls).filter((call) => isWaiting(call) && !model.answering.has(call.id))
  if (calls.some(({ status }) => status === 'awaiting_approval')) return 'awaiting_approval'
  if (calls.length > 0) return 'awaiting_input'
  if (isPaused(model) && !rows.some((row) => row.calls.some(({ id }) => model.answering.has(id))))
    return 'awaiting_input'
  const isUnsent = model.outbox.filter(isAlone).some(({ message, waits }) => message.status === 'sending' && !waits)
  return !isUnsent && rows.some(({ message }) => message.parts.length > 0) ? 'streaming' : 'submitted'
}
