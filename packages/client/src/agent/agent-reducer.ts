// Everything that can happen to a chat → its next state. No clock, no I/O, no throw, whatever the input.
import { InferstreamError } from '../errors.ts'
import { isObject } from '../json.ts'
import type { JsonObject } from '../json.ts'
import type { AgentMessage, AgentPart, AgentState, ConnectionState } from '../types.ts'
import type { WireRecord } from '../wire-record.ts'
import { mergeFields, readChatRecord } from './chat-record.ts'
import { isEndedRow, isShown, readRow, rowOfTokens, shown } from './chat-row.ts'
import type { ChatRow } from './chat-row.ts'
import { addTokens, lengthOf, meetStored } from './live-text.ts'
import { isWaiting } from './tool-call.ts'
import { currentRows, endOf, isBusy, isConfirmed, isPaused, readRun, runIdOf, turnRows } from './turn.ts'
import type { ChatFacts, Run, Turn } from './turn.ts'

export type ChatEvent =
  /** A message leaves, shown before anybody has answered. */
  | { type: 'send'; id: string; parts: AgentPart[]; at: number }
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

/** A message on its way. */
interface Outgoing {
  readonly message: AgentMessage
  /** Another turn was under way when it was sent. */
  readonly waits: boolean
}

/** A chat's state with what is needed to go on from it. Immutable. */
export interface ChatMachine extends ChatFacts {
  readonly state: AgentState
  readonly outbox: readonly Outgoing[]
  readonly turns: readonly Turn[]
  /** Last number of any batch of tokens on the stream that is open; null before the first. */
  readonly chatSeq: number | null
  /** Where older messages begin; null when there are none, or none are known. */
  readonly cursor: string | null
  /** A stream is being read. */
  readonly isStreaming: boolean
  /** The whole was read since it began. */
  readonly isSynced: boolean
  /** The whole was read at all. */
  readonly isLoaded: boolean
  /** It could not be followed any further. */
  readonly isCut: boolean
  /** Tool calls that are being answered from here. */
  readonly answering: ReadonlySet<string>
  readonly failure: InferstreamError | null
  readonly problem: InferstreamError | null
}

type Work = { -readonly [K in keyof ChatMachine]: ChatMachine[K] }

const noMessages: readonly AgentMessage[] = Object.freeze([])

export function startChat(chatId: string | null): ChatMachine {
  return {
    state: {
      chatId,
      messages: noMessages,
      status: 'idle',
      connection: 'idle',
      error: null,
      queued: noMessages,
      hasOlder: false,
    },
    rows: [],
    outbox: [],
    turns: [],
    chat: {},
    runs: {},
    activeRunId: null,
    chatSeq: null,
    looks: 0,
    cursor: null,
    isStreaming: false,
    isSynced: false,
    isLoaded: false,
    isCut: false,
    answering: new Set(),
    failure: null,
    problem: null,
  }
}

/** Parts that an event leaves unchanged keep their identity; an event that changes nothing shown keeps `state`. */
export function reduceChat(machine: ChatMachine, event: ChatEvent): ChatMachine {
  const work: Work = { ...machine }
  apply(work, event)
  judgeTurns(work)
  work.state = stateOf(work)
  return work
}

/** A look at the whole is worth its requests: tokens were missed, or an end is known before its text. */
export function needsLook(machine: ChatMachine): boolean {
  return (
    machine.rows.some((row) => row.isStale || isIncomplete(row)) ||
    machine.turns.some((turn) => isUnconfirmed(turn, machine)) ||
    machine.turns.some((turn) => isUnseen(turn, machine))
  )
}

/** Text stands still until a snapshot. */
export function hasGap({ rows }: ChatMachine): boolean {
  return rows.some(isIncomplete)
}

function isIncomplete(row: ChatRow): boolean {
  return row.live?.incomplete === true && !isEndedRow(row)
}

function isUnconfirmed(turn: Turn, machine: ChatMachine): boolean {
  const end = endOf(turn, machine)
  return end !== null && !isConfirmed(turn, end, machine)
}

/** The chat is idle and the turn has not been seen: it ended between two glances, or is yet to begin. */
function isUnseen(turn: Turn, machine: ChatMachine): boolean {
  return turn.messageId !== null && !turn.sawBusy && !isBusy(machine) && machine.looks <= turn.acceptedAt
}

function apply(work: Work, event: ChatEvent): void {
  switch (event.type) {
    case 'send': {
      const { id, parts, at } = event
      const waits = isBusy(work) || work.turns.length > 0
      const message: AgentMessage = { id, role: 'user', parts, status: 'sending', createdAt: at }
      // Sent again, it takes the place of the one that failed.
      const others = work.outbox.filter((one) => one.message.status !== 'failed' || !sameJson(one.message.parts, parts))
      work.outbox = [...others, { message, waits }]
      work.turns = [
        ...work.turns,
        { id, messageId: null, runId: null, sawBusy: false, acceptedAt: work.looks, endedAt: null },
      ]
      work.failure = work.problem = null
      work.isCut = false
      return
    }
    case 'accepted':
      accept(work, event)
      return
    case 'refused': {
      const { id, error } = event
      work.outbox = work.outbox.map((one) =>
        one.message.id === id
          ? { waits: false, message: { ...one.message, status: 'failed', error: error.message } }
          : one,
      )
      work.turns = work.turns.filter((turn) => turn.id !== id)
      work.failure = error
      return
    }
    case 'records':
      work.isStreaming = true
      for (const record of event.records) takeRecord(work, record, event.at)
      return
    case 'look': {
      const { chat, page, at } = event
      work.looks++
      work.isLoaded = true
      work.isCut = false
      if (isObject(chat)) takeChat(work, chat, null)
      takePage(work, page, at)
      // Older pages may have been loaded already; the newest one tells nothing of what is before them.
      if (work.cursor === null && work.looks === 1) work.cursor = cursorOf(page)
      work.isSynced = work.isStreaming
      return
    }
    case 'older':
      takePage(work, event.page, event.at)
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

// ── What comes in ──

function accept(work: Work, event: Extract<ChatEvent, { type: 'accepted' }>): void {
  const { id, chatId, answer, at } = event
  const { user_message: userMessage, assistant_message: assistantMessage } = answer
  work.state = { ...work.state, chatId }
  if (isObject(userMessage)) upsert(work, userMessage, null, at)
  if (isObject(assistantMessage)) upsert(work, assistantMessage, null, at)
  const messageId = isObject(userMessage) && typeof userMessage['id'] === 'string' ? userMessage['id'] : id
  // An answer without the message: it stays as it was typed.
  const isKnown = work.rows.some((row) => row.id === messageId)
  work.outbox = work.outbox.flatMap((one) => {
    if (one.message.id !== id) return [one]
    return isKnown ? [] : [{ waits: false, message: { ...one.message, status: 'done' as const } }]
  })
  const runId = runIdOf(assistantMessage, userMessage)
  // Without a stream nothing old can come: an idle chat is the end of this turn.
  const sawBusy = isObject(assistantMessage) || !work.isStreaming
  // A look that was asked for before the message arrived may still be under way.
  const acceptedAt = work.looks + (work.isStreaming ? 1 : 0)
  work.turns = work.turns.map((turn) => (turn.id === id ? { ...turn, messageId, runId, sawBusy, acceptedAt } : turn))
}

function takeRecord(work: Work, record: WireRecord, at: number): void {
  const meaning = readChatRecord(record)
  switch (meaning.kind) {
    case 'chats':
      if (isOtherChat(work, meaning.row['id'])) return
      takeChat(work, meaning.row, meaning.fields)
      return
    case 'agent_runs':
      if (isOtherChat(work, meaning.row['chat_id'])) return
      takeRun(work, meaning.row)
      takeActiveRun(work, meaning.row)
      return
    case 'chat_messages':
      if (isOtherChat(work, meaning.row['chat_id'])) return
      upsert(work, meaning.row, meaning.fields, at, true)
      return
    case 'delta': {
      const { messageId, delta, seq } = meaning
      const index = indexOf(work.rows, messageId)
      const row = index < 0 ? rowOfTokens(messageId, lastOrder(work.rows), at) : work.rows[index]!
      if (!isEndedRow(row)) {
        const { chatSeq } = work
        const live = addTokens(row.live, row.seed, row.stored, delta, { seq, chatSeq, isBorn: row.isBorn, at })
        if (live !== row.live) work.rows = replaced(work.rows, index, shown({ ...row, live, abandoned: null }))
      }
      if (seq !== undefined) work.chatSeq = Math.max(seq, work.chatSeq ?? 0)
      return
    }
    case 'error':
    case 'other':
      return
    default:
      meaning satisfies never
  }
}

/** Ids in addresses may be short ones: the first part of the whole id. */
function isOtherChat(work: Work, id: unknown): boolean {
  const { chatId } = work.state
  return typeof id === 'string' && chatId !== null && id !== chatId && !id.startsWith(chatId)
}

function takeChat(work: Work, chat: JsonObject, fields: readonly unknown[] | null): void {
  work.chat = mergeFields(work.chat, chat, fields)
  const run = work.chat['active_run']
  if (isObject(run)) {
    takeRun(work, run)
    if (typeof run['id'] === 'string') work.activeRunId = run['id']
  } else if (fields === null || fields.includes('active_run')) work.activeRunId = null
  if (typeof chat['id'] === 'string' && work.state.chatId !== chat['id']) {
    work.state = { ...work.state, chatId: chat['id'] }
  }
}

/** A run that has ended stays ended, whatever an older answer says. */
function takeRun(work: Work, wire: JsonObject): void {
  const { id } = wire
  if (typeof id !== 'string') return
  const run = readRun(wire)
  const known = work.runs[id]
  if (!known || !hasEnded(known) || hasEnded(run)) {
    work.runs = { ...work.runs, [id]: { ...run, messageId: run.messageId ?? known?.messageId ?? null } }
  }
}

/** One that ends need not be the one at work. */
function takeActiveRun(work: Work, { id }: JsonObject): void {
  if (typeof id !== 'string') return
  const run = work.runs[id]
  if (work.activeRunId === null || (run && !hasEnded(run))) work.activeRunId = id
}

function hasEnded({ state }: Run): boolean {
  return /^(completed|failed|cancell?ed|rejected)$/.test(state)
}

function takePage(work: Work, page: unknown, at: number): void {
  const items = isObject(page) ? page['items'] : page
  if (Array.isArray(items)) for (const item of items) if (isObject(item)) upsert(work, item, null, at)
}

function cursorOf(page: unknown): string | null {
  if (!isObject(page) || page['has_next'] === false) return null
  const cursor = page['next_cursor']
  return typeof cursor === 'string' && cursor !== '' ? cursor : null
}

function upsert(work: Work, wire: JsonObject, fields: readonly unknown[] | null, at: number, isStreamed = false): void {
  const { id } = wire
  if (typeof id !== 'string') return
  const index = indexOf(work.rows, id)
  const before = work.rows[index] ?? null
  const merged = mergeFields(before?.wire, wire, fields)
  let row = readRow(before, { ...merged, id }, at)
  // Text by GET may be ahead of a stream that is open.
  const isSeed = isStreamed || !work.isStreaming
  const told = row.stored
  if (before) {
    // While it is being written, what is stored may be told late, and never gets less.
    const isLess = !isEndedRow(row) && lengthOf(row.stored) < lengthOf(before.stored)
    if (isLess) row = readRow(before, { ...merged, id, content: before.wire['content'] }, at)
    if (isEndedRow(before) && !isEndedRow(row)) return
    const isOlder = row.updatedAt !== '' && before.updatedAt !== '' && compareTimes(row.updatedAt, before.updatedAt) < 0
    if (isOlder && (isEndedRow(before) || !isEndedRow(row))) return
  } else {
    row = { ...row, isBorn: isStreamed && work.isSynced }
  }
  const live = row.live && !isEndedRow(row) ? meetStored(row.live, told, isSeed) : row.live
  const isStale = isEndedRow(row) && fields !== null && !fields.includes('content') && live !== null
  row = shown({ ...row, live, isStale, seed: isSeed ? told : row.seed })
  if (before && row.message === before.message && sameJson(row.wire, before.wire) && row.live === before.live) return
  work.rows = replaced(work.rows, index, row)
}

function replaced(rows: readonly ChatRow[], index: number, row: ChatRow): readonly ChatRow[] {
  const before = rows[index]
  if (before?.order === row.order) return rows.with(index, row)
  const others = before ? rows.toSpliced(index, 1) : rows
  const at = others.findLastIndex(({ order }) => order <= row.order) + 1
  return others.toSpliced(at, 0, row)
}

/** From the end: what changes is nearly always among the last. */
function indexOf(rows: readonly ChatRow[], id: string): number {
  return rows.findLastIndex((row) => row.id === id)
}

function lastOrder(rows: readonly ChatRow[]): number {
  return rows.at(-1)?.order ?? 0
}

function cutOff(row: ChatRow): ChatRow {
  const { live } = row
  if (isEndedRow(row) || (!live && !row.isBorn)) return row
  return { ...row, isBorn: false, live: live && { ...live, cut: true, resynced: false } }
}

function abandon(row: ChatRow, reason: string): ChatRow {
  if (isEndedRow(row) || row.role !== 'assistant') return row
  return shown({ ...row, abandoned: reason })
}

// ── What follows from it ──

function judgeTurns(work: Work): void {
  if (work.turns.length === 0) return
  const next = work.turns.map((turn) => {
    const message = work.rows.find(({ id }) => id === turn.messageId)
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

function stateOf(work: Work): AgentState {
  const { state: before, rows, outbox } = work
  const waiting = outbox.filter(({ waits }) => waits).map(({ message }) => message)
  const sent = outbox.filter(({ waits }) => !waits).map(({ message }) => message)
  const all = rows.filter(isShown)
  const messages = all.filter((row) => !isQueued(row) && !isWithdrawn(row)).map(({ message }) => message)
  const state: AgentState = {
    chatId: before.chatId,
    messages: sameList(before.messages, [...messages, ...sent]),
    queued: sameList(before.queued, [...all.filter(isQueued).map(({ message }) => message), ...waiting]),
    status: statusOf(work),
    connection: before.connection,
    error: work.failure ?? work.problem,
    hasOlder: work.cursor !== null,
  }
  return isSameState(state, before) ? before : state
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
    a.hasOlder === b.hasOlder
  )
}

function statusOf(work: Work): AgentState['status'] {
  if (work.failure && work.turns.length === 0) return 'error'
  if (!isBusy(work) && work.turns.length === 0) return 'idle'
  const rows = currentRows(work.rows)
  const calls = rows.flatMap((row) => row.calls).filter((call) => isWaiting(call) && !work.answering.has(call.id))
  if (calls.some(({ status }) => status === 'awaiting_approval')) return 'awaiting_approval'
  if (calls.length > 0) return 'awaiting_input'
  if (isPaused(work) && !rows.some((row) => row.calls.some(({ id }) => work.answering.has(id)))) return 'awaiting_input'
  const isUnsent = work.outbox.some(({ message, waits }) => message.status === 'sending' && !waits)
  return !isUnsent && rows.some(({ message }) => message.parts.length > 0) ? 'streaming' : 'submitted'
}

function sameList<T>(before: readonly T[], next: readonly T[]): readonly T[] {
  return before.length === next.length && next.every((one, index) => one === before[index]) ? before : next
}

function sameJson(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}

/** RFC 3339 times in UTC; equally long ones compare as text. */
function compareTimes(a: string, b: string): number {
  if (a.length === b.length) return a < b ? -1 : a > b ? 1 : 0
  return Math.sign(Date.parse(a) - Date.parse(b)) || 0
}
