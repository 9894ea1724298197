// Everything that can happen to a chat → its next state. No clock, no I/O, no throw, whatever the input.
import type { AgentPart } from '../agent-types.ts'
import type { InferstreamError } from '../../core/errors.ts'
import { isObject } from '../../core/json.ts'
import type { JsonObject } from '../../core/json.ts'
import type { ConnectionState } from '../../core/types.ts'
import type { WireRecord } from '../../wire/wire-record.ts'
import { cursorOf, takeChat, takePage, takeRecord, upsert } from './apply-record.ts'
import type { ChatMachine, Work } from './chat-model.ts'
import { abandon, cutOff, shown } from './chat-row.ts'
import { stateOf } from './chat-view.ts'
import { arrive, leave, meet, post, refuse } from './outbox.ts'
import { endOf, isBusy, runIdOf, turnRows } from './turn.ts'
import type { Turn } from './turn.ts'

export type ChatEvent =
  /** A message leaves, shown before anybody has answered. */
  | { type: 'send'; id: string; parts: AgentPart[]; at: number }
  /** Its POST goes out, its files are uploaded. */
  | { type: 'leaving'; id: string; parts: AgentPart[] }
  /** What the POST answered. */
  | { type: 'accepted'; id: string; chatId: string; answer: JsonObject; at: number }
  /** It could not be sent; what was typed stays. */
  | { type: 'refused'; id: string; error: InferstreamError }
  /** Records of a stream, in order. */
  | { type: 'records'; records: readonly WireRecord[]; at: number }
  /** The whole, by GET: the chat, and its newest page of messages. */
  | { type: 'look'; chat: unknown; page: unknown; at: number }
  /** A page of older messages. */
  | { type: 'older'; page: unknown; at: number }
  /** A stream was lost: what comes next may not follow. */
  | { type: 'lost' }
  | { type: 'connection'; connection: ConnectionState }
  /** A tool call is being answered from here. */
  | { type: 'answering'; callId: string }
  /** Its answer did not arrive: it waits again. */
  | { type: 'unanswered'; callId: string }
  /** A queued message was taken back. */
  | { type: 'withdrawn'; id: string }
  /** Nobody waits for the turn any more; `error` where that is how it ended. */
  | { type: 'settled'; id: string; error: InferstreamError | null }
  /** Something beside the turn went wrong; null forgets it. */
  | { type: 'problem'; error: InferstreamError | null }
  /** The chat can be followed no longer. */
  | { type: 'fail'; error: InferstreamError }

/** Parts that an event leaves unchanged keep their identity; an event that changes nothing shown keeps `state`. */
export function reduceChat(machine: ChatMachine, event: ChatEvent): ChatMachine {
  const work: Work = { ...machine }
  apply(work, event)
  judgeTurns(work)
  work.state = stateOf(work)
  return work
}

function apply(work: Work, event: ChatEvent): void {
  switch (event.type) {
    case 'send': {
      const { id, parts, at } = event
      post(work, id, parts, at)
      work.turns = [
        ...work.turns,
        { id, messageId: null, runId: null, sawBusy: false, acceptedAt: work.looks, endedAt: null },
      ]
      work.failure = work.problem = null
      work.isCut = false
      return
    }
    case 'leaving':
      leave(work, event.id, event.parts)
      return
    case 'accepted':
      accept(work, event)
      return
    case 'refused':
      refuse(work, event.id, event.error)
      work.turns = work.turns.filter((turn) => turn.id !== event.id)
      return
    case 'records':
      work.isStreaming = true
      for (const record of event.records) takeRecord(work, record, event.at)
      return
    case 'look': {
      const { chat, page, at } = event
      const isFirst = !work.isLoaded
      work.looks++
      work.isLoaded = true
      // It can be had again.
      if (work.isCut) {
        work.failure = null
        work.state = { ...work.state, connection: 'idle' }
      }
      work.isCut = false
      if (isObject(chat)) takeChat(work, chat, null)
      takePage(work, page, at, isFirst ? 'older' : 'look')
      if (isFirst) meetNewest(work)
      // Older pages may have been loaded already; the newest one tells nothing of what is before them.
      if (work.cursor === null && work.looks === 1) work.cursor = cursorOf(page)
      work.isSynced = work.isStreaming
      return
    }
    case 'older':
      takePage(work, event.page, event.at, 'older')
      work.cursor = cursorOf(event.page)
      return
    case 'lost':
      work.isStreaming = work.isSynced = false
      work.chatSeq = null
      work.rows = work.rows.map(cutOff)
      return
    case 'connection':
      if (work.state.connection !== event.connection) {
        work.state = { ...work.state, connection: event.connection }
      }
      return
    case 'answering':
      work.answering = new Set([...work.answering, event.callId])
      return
    case 'unanswered':
      work.answering = new Set([...work.answering].filter((id) => id !== event.callId))
      return
    case 'withdrawn':
      work.outbox = work.outbox.filter(({ message }) => message.id !== event.id)
      work.rows = work.rows.map((row) =>
        row.id === event.id && row.status === 'queued' ? shown({ ...row, status: 'cancelled' }) : row,
      )
      return
    case 'settled':
      work.turns = work.turns.filter(({ id }) => id !== event.id)
      if (event.error) work.failure = event.error
      return
    case 'problem':
      work.problem = event.error
      return
    case 'fail':
      work.failure = event.error
      work.isCut = true
      // What has not been accepted yet may still begin a turn.
      work.turns = work.turns.filter(({ messageId }) => messageId === null)
      work.isStreaming = work.isSynced = false
      work.rows = work.rows.map((row) => abandon(row, event.error.message))
      return
    default:
      event satisfies never
  }
}

/** In a page that is the first one known, only what is at work now can have been sent just now. */
function meetNewest(work: Work): void {
  const newest = work.rows.findLast(({ role }) => role === 'user')
  if (newest && !newest.sent && (isBusy(work) || newest.status === 'queued')) meet(work, newest)
}

function accept(work: Work, event: Extract<ChatEvent, { type: 'accepted' }>): void {
  const { id, chatId, answer, at } = event
  const { user_message: userMessage, assistant_message: assistantMessage } = answer
  work.state = { ...work.state, chatId }
  // Where the answer does not say whose message it is, its place does.
  if (isObject(userMessage)) upsert(work, { role: 'user', ...userMessage }, null, at, 'answer')
  if (isObject(assistantMessage)) upsert(work, { role: 'assistant', ...assistantMessage }, null, at, 'answer')
  const rowId = isObject(userMessage) && typeof userMessage['id'] === 'string' ? userMessage['id'] : null
  const messageId = rowId ?? id
  const runId = runIdOf(assistantMessage, userMessage)
  const sawBusy = isObject(assistantMessage)
  // A look that was asked for before the message arrived may still be under way.
  const acceptedAt = work.looks + (work.isStreaming ? 1 : 0)
  work.turns = work.turns.map((turn) => (turn.id === id ? { ...turn, messageId, runId, sawBusy, acceptedAt } : turn))
  arrive(work, id, rowId)
}

function judgeTurns(work: Work): void {
  if (work.turns.length === 0) return
  const next = work.turns.map((turn) => {
    const message = work.rows.findLast(({ id }) => id === turn.messageId)
    const isAtWork = message?.status !== 'queued' && (isBusy(work) || turnRows(work.rows, turn).length > 0)
    const sawBusy = turn.sawBusy || (turn.messageId !== null && isAtWork && !isBehind(work, turn))
    const judged = sawBusy === turn.sawBusy ? turn : { ...turn, sawBusy }
    const isOver = endOf(judged, work) !== null
    if (isOver === (judged.endedAt !== null)) return judged
    return { ...judged, endedAt: isOver ? work.looks : null }
  })
  if (next.some((turn, index) => turn !== work.turns[index])) work.turns = next
}

/** Another turn is before it: what is at work is that one. */
function isBehind(work: Work, turn: Turn): boolean {
  return work.turns.indexOf(turn) > 0
}
