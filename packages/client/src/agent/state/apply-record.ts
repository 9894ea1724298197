// What the service tells, by stream or by GET → what is known of the chat (protocol §5.1, §6).
import { isObject, sameJson } from '../../core/json.ts'
import type { JsonObject } from '../../core/json.ts'
import type { WireRecord } from '../../wire/wire-record.ts'
import type { Work } from './chat-model.ts'
import { mergeFields, readChatRecord } from './chat-record.ts'
import { isEndedRow, readRow, rowOfTokens, shown } from './chat-row.ts'
import type { ChatRow } from './chat-row.ts'
import { addTokens, lengthOf, meetStored } from './live-text.ts'
import type { StoredText } from './live-text.ts'
import { meet } from './outbox.ts'
import { hasEnded, readRun } from './turn.ts'

/** `answer` is that of a POST; `older` a page from before what is known. */
type Source = 'stream' | 'look' | 'older' | 'answer'

export function takeRecord(work: Work, record: WireRecord, at: number): void {
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
      upsert(work, meaning.row, meaning.fields, at, 'stream')
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

export function takeChat(work: Work, chat: JsonObject, fields: readonly unknown[] | null): void {
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
  const known = work.runs.get(id)
  if (!known || !hasEnded(known) || hasEnded(run)) {
    work.runs = new Map(work.runs).set(id, { ...run, messageId: run.messageId ?? known?.messageId ?? null })
  }
}

/** One that ends need not be the one at work. */
function takeActiveRun(work: Work, { id }: JsonObject): void {
  if (typeof id !== 'string') return
  const run = work.runs.get(id)
  if (work.activeRunId === null || (run && !hasEnded(run))) work.activeRunId = id
}

export function takePage(work: Work, page: unknown, at: number, source: Source): void {
  const items = isObject(page) ? page['items'] : page
  if (Array.isArray(items)) for (const item of items) if (isObject(item)) upsert(work, item, null, at, source)
}

export function cursorOf(page: unknown): string | null {
  if (!isObject(page) || page['has_next'] === false) return null
  const cursor = page['next_cursor']
  return typeof cursor === 'string' && cursor !== '' ? cursor : null
}

export function upsert(
  work: Work,
  wire: JsonObject,
  fields: readonly unknown[] | null,
  at: number,
  source: Source,
): void {
  const { id } = wire
  if (typeof id !== 'string') return
  const index = indexOf(work.rows, id)
  const before = work.rows[index] ?? null
  const merged = mergeFields(before?.wire, wire, fields)
  let row = readRow(before, { ...merged, id }, at)
  // Text by GET may be ahead of a stream that is open.
  const isSeed = source === 'stream' || !work.isStreaming
  const told = row.stored
  if (before) {
    // While it is being written, what is stored may be told late, and never gets less.
    const isLess = !isEndedRow(row) && lengthOf(row.stored) < lengthOf(before.stored)
    if (isLess) row = readRow(before, { ...merged, id, content: before.wire['content'] }, at)
    if (isEndedRow(before) && !isEndedRow(row)) return
    const isOlder = row.updatedAt !== '' && before.updatedAt !== '' && compareTimes(row.updatedAt, before.updatedAt) < 0
    if (isOlder && (isEndedRow(before) || !isEndedRow(row))) return
  } else {
    row = { ...row, isBorn: source === 'stream' && work.isSynced }
  }
  const live = row.live && !isEndedRow(row) ? meetStored(row.live, told, isSeed) : row.live
  const isStale = isEndedRow(row) && fields !== null && !fields.includes('content') && live !== null
  row = shown({ ...row, live, isStale, seed: isSeed ? sameText(row.seed, told) : row.seed })
  const isSame = before && row.message === before.message && row.live === before.live && row.seed === before.seed
  if (isSame && sameJson(row.wire, before.wire)) return
  work.rows = replaced(work.rows, index, row)
  // What is older than all that is known cannot have been sent just now.
  if (!before && source !== 'older') meet(work, row)
}

/** The text from before where the new one says the same. */
function sameText(before: StoredText, next: StoredText): StoredText {
  return before.response === next.response && before.reasoning === next.reasoning ? before : next
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

/** RFC 3339 times in UTC; equally long ones compare as text. */
function compareTimes(a: string, b: string): number {
  if (a.length === b.length) return a < b ? -1 : a > b ? 1 : 0
  return Math.sign(Date.parse(a) - Date.parse(b)) || 0
}
