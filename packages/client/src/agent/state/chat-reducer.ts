// Everything that can happen to a chat → its next state. No clock, no I/O, no throw, whatever the input.
import type { AgentPart } from '../agent-types.ts'
import type { InferstreamError } from '../../core/errors.ts'
import { isObject } from '../../core/json.ts'
import type { JsonObject } from '../../core/json.ts'
import type { ConnectionState } from '../../core/types.ts'
import type { WireRecord } from '../../wire/wire-record.ts'
import { cursorOf, applyChat, applyPage, applyRecord, upsertRow } from './apply-record.ts'
import type { ChatModel, Draft } from './chat-model.ts'
import { abandon, afterLoss, shown } from './chat-row.ts'
import { stateOf } from './chat-view.ts'
import { arrive, leave, matchRow, post, refuse } from './outbox.ts'
import { endOf, isBusy, runIdOf, turnRows } from './turn.ts'
import type { Turn } from './turn.ts'

export type ChatAction =
  /** A message leaves, shown before anybody has answered. */
  | { type: 'sent'; id: string; parts: AgentPart[]; at: number }
  /** Its POST goes out, its files are uploaded. */
  | { type: 'posted'; id: string; parts: AgentPart[] }
  /** What the POST answered. */
  | { type: 'accepted'; id: string; chatId: string; answer: JsonObject; at: number }
  /** It could not be sent; what was typed stays. */
  | { type: 'refused'; id: string; error: InferstreamError }
  /** Records of a stream, in order. */
  | { type: 'received'; records: readonly WireRecord[]; at: number }
  /** The chat and its newest page of messages, by GET. */
  | { type: 'refetched'; chat: unknown; page: unknown; at: number }
  /** A page of older messages. */
  | { type: 'olderLoaded'; page: unknown; at: number }
  /** A stream was lost: what comes next may not follow. */
  | { type: 'disconnected' }
  | { type: 'connectionChanged'; connection: ConnectionState }
  /** A tool call is being answered from here. */
  | { type: 'answerStarted'; callId: string }
  /** Its answer did not arrive: it waits again. */
  | { type: 'answerFailed'; callId: string }
  /** A queued message was taken back. */
  | { type: 'withdrawn'; id: string }
  /** The turn is over for its sender; `error` where that is how it ended. */
  | { type: 'settled'; id: string; error: InferstreamError | null }
  /** Something beside the turn went wrong; null forgets it. */
  | { type: 'problemRaised'; error: InferstreamError | null }
  /** The chat can be followed no longer. */
  | { type: 'failed'; error: InferstreamError }

/** Parts that an action leaves unchanged keep their identity; an action that changes nothing shown keeps `state`. */
export function reduceChat(model: ChatModel, action: ChatAction): ChatModel {
  const draft: Draft = { ...model }
  apply(draft, action)
  judgeTurns(draft)
  draft.state = stateOf(draft)
  return draft
}

function apply(draft: Draft, action: ChatAction): void {
  switch (action.type) {
    case 'sent': {
      const { id, parts, at } = action
      post(draft, id, parts, at)
      draft.turns = [
        ...draft.turns,
        { id, messageId: null, runId: null, sawBusy: false, acceptedAt: draft.refetches, endedAt: null },
      ]
      draft.failure = draft.problem = null
      draft.isDisconnected = false
      return
    }
    case 'posted':
      leave(draft, action.id, action.parts)
      return
    case 'accepted':
      accept(draft, action)
      return
    case 'refused':
      refuse(draft, action.id, action.error)
      draft.turns = draft.turns.filter((turn) => turn.id !== action.id)
      return
    case 'received':
      draft.isStreaming = true
      for (const record of action.records) applyRecord(draft, record, action.at)
      return
    case 'refetched': {
      const { chat, page, at } = action
      const isFirst = !draft.isLoaded
      draft.refetches++
      draft.isLoaded = true
      // It can be had again.
      if (draft.isDisconnected) {
        draft.failure = null
        draft.state = { ...draft.state, connection: 'idle' }
      }
      draft.isDisconnected = false
      if (isObject(chat)) applyChat(draft, chat, null)
      applyPage(draft, page, at, isFirst ? 'older' : 'refetch')
      if (isFirst) matchNewestRow(draft)
      // Older pages may have been loaded already; the newest one does not say what is before them.
      if (draft.cursor === null && draft.refetches === 1) draft.cursor = cursorOf(page)
      draft.isSynced = draft.isStreaming
      return
    }
    case 'olderLoaded':
      applyPage(draft, action.page, action.at, 'older')
      draft.cursor = cursorOf(action.page)
      return
    case 'disconnected':
      draft.isStreaming = draft.isSynced = false
      draft.chatSeq = null
      draft.rows = draft.rows.map(afterLoss)
      return
    case 'connectionChanged':
      if (draft.state.connection !== action.connection) {
        draft.state = { ...draft.state, connection: action.connection }
      }
      return
    case 'answerStarted':
      draft.answering = new Set([...draft.answering, action.callId])
      return
    case 'answerFailed':
      draft.answering = new Set([...draft.answering].filter((id) => id !== action.callId))
      return
    case 'withdrawn':
      draft.outbox = draft.outbox.filter(({ message }) => message.id !== action.id)
      draft.rows = draft.rows.map((row) =>
        row.id === action.id && row.status === 'queued' ? shown({ ...row, status: 'cancelled' }) : row,
      )
      return
    case 'settled':
      draft.turns = draft.turns.filter(({ id }) => id !== action.id)
      if (action.error) draft.failure = action.error
      return
    case 'problemRaised':
      draft.problem = action.error
      return
    case 'failed':
      draft.failure = action.error
      draft.isDisconnected = true
      // What has not been accepted yet may still begin a turn.
      draft.turns = draft.turns.filter(({ messageId }) => messageId === null)
      draft.isStreaming = draft.isSynced = false
      draft.rows = draft.rows.map((row) => abandon(row, action.error.message))
      return
    default:
      action satisfies never
  }
}

/** In a page that is the first one known, only what is at work now can have been sent just now. */
function matchNewestRow(draft: Draft): void {
  const newest = draft.rows.findLast(({ role }) => role === 'user')
  if (newest && !newest.sent && (isBusy(draft) || newest.status === 'queued')) matchRow(draft, newest)
}

function accept(draft: Draft, action: Extract<ChatAction, { type: 'accepted' }>): void {
  const { id, chatId, answer, at } = action
  const { user_message: userMessage, assistant_message: assistantMessage } = answer
  draft.state = { ...draft.state, chatId }
  // Where the answer does not say whose message it is, its place does.
  if (isObject(userMessage)) upsertRow(draft, { role: 'user', ...userMessage }, null, at, 'answer')
  if (isObject(assistantMessage)) upsertRow(draft, { role: 'assistant', ...assistantMessage }, null, at, 'answer')
  const rowId = isObject(userMessage) && typeof userMessage['id'] === 'string' ? userMessage['id'] : null
  const messageId = rowId ?? id
  const runId = runIdOf(assistantMessage, userMessage)
  const sawBusy = isObject(assistantMessage)
  // A refetch that was sent before the message arrived may still be under way.
  const acceptedAt = draft.refetches + (draft.isStreaming ? 1 : 0)
  draft.turns = draft.turns.map((turn) => (turn.id === id ? { ...turn, messageId, runId, sawBusy, acceptedAt } : turn))
  arrive(draft, id, rowId)
}

function judgeTurns(draft: Draft): void {
  if (draft.turns.length === 0) return
  const next = draft.turns.map((turn) => {
    const message = draft.rows.findLast(({ id }) => id === turn.messageId)
    const isAtWork = message?.status !== 'queued' && (isBusy(draft) || turnRows(draft.rows, turn).length > 0)
    const sawBusy = turn.sawBusy || (turn.messageId !== null && isAtWork && !isBehind(draft, turn))
    const judged = sawBusy === turn.sawBusy ? turn : { ...turn, sawBusy }
    const isOver = endOf(judged, draft) !== null
    if (isOver === (judged.endedAt !== null)) return judged
    return { ...judged, endedAt: isOver ? draft.refetches : null }
  })
  if (next.some((turn, index) => turn !== draft.turns[index])) draft.turns = next
}

/** Another turn is before it: what is at work is that one. */
function isBehind(draft: Draft, turn: Turn): boolean {
  return draft.turns.indexOf(turn) > 0
}
