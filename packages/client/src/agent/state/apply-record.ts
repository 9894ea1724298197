// Records of a stream and answers to GETs → what is known of the chat (protocol §5.1, §6).
import { sameJson } from '../../core/same-json.ts'
import { isObject } from '../../core/json.ts'
import type { JsonObject } from '../../core/json.ts'
import type { WireRecord } from '../../wire/wire-record.ts'
import type { Draft } from './chat-model.ts'
import { mergeFields, readChatRecord } from './chat-record.ts'
import { isEndedRow, readRow, rowOfTokens, shown } from './chat-row.ts'
import type { ChatRow } from './chat-row.ts'
import { addTokens, lengthOf, applyStored } from './live-text.ts'
import type { StoredText } from './live-text.ts'
import { matchRow } from './outbox.ts'
import { hasEnded, readRun } from './turn.ts'

/** `answer` is that of a POST; `older` a page from before what is known. */
type Source = 'stream' | 'refetch' | 'older' | 'answer'

export function applyRecord(draft: Draft, record: WireRecord, at: number): void {
  const meaning = readChatRecord(record)
  switch (meaning.kind) {
    case 'chats':
      if (isOtherChat(draft, meaning.row['id'])) return
      applyChat(draft, meaning.row, meaning.fields)
      return
    case 'agent_runs':
      if (isOtherChat(draft, meaning.row['chat_id'])) return
      applyRun(draft, meaning.row)
      applyActiveRun(draft, meaning.row)
      return
    case 'chat_messages':
      if (isOtherChat(draft, meaning.row['chat_id'])) return
      upsertRow(draft, meaning.row, meaning.fields, at, 'stream')
      return
    case 'delta': {
      const { messageId, delta, seq } = meaning
      const index = indexOf(draft.rows, messageId)
      const row = index < 0 ? rowOfTokens(messageId, lastOrder(draft.rows), at) : draft.rows[index]!
      if (!isEndedRow(row)) {
        const { chatSeq } = draft
        const live = addTokens(row.live, row.seed, row.stored, delta, {
          seq,
          chatSeq,
          startedOnStream: row.startedOnStream,
          at,
        })
        if (live !== row.live) draft.rows = replaced(draft.rows, index, shown({ ...row, live, abandoned: null }))
      }
      if (seq !== undefined) draft.chatSeq = Math.max(seq, draft.chatSeq ?? 0)
      return
    }
    case 'error':
    case 'other':
      return
    default:
      meaning satisfies never
  }
}

/** The id in an address may be a short one, which is the beginning of the full id. */
function isOtherChat(draft: Draft, id: unknown): boolean {
  const { chatId } = draft.state
  return typeof id === 'string' && chatId !== null && id !== chatId && !id.startsWith(chatId)
}

export function applyChat(draft: Draft, chat: JsonObject, fields: readonly unknown[] | null): void {
  draft.chat = mergeFields(draft.chat, chat, fields)
  const run = draft.chat['active_run']
  if (isObject(run)) {
    applyRun(draft, run)
    if (typeof run['id'] === 'string') draft.activeRunId = run['id']
  } else if (fields === null || fields.includes('active_run')) draft.activeRunId = null
  if (typeof chat['id'] === 'string' && draft.state.chatId !== chat['id']) {
    draft.state = { ...draft.state, chatId: chat['id'] }
  }
}

/** A run that has ended stays ended, whatever an older answer says. */
function applyRun(draft: Draft, wire: JsonObject): void {
  const { id } = wire
  if (typeof id !== 'string') return
  const run = readRun(wire)
  const known = draft.runs.get(id)
  if (!known || !hasEnded(known) || hasEnded(run)) {
    draft.runs = new Map(draft.runs).set(id, { ...run, messageId: run.messageId ?? known?.messageId ?? null })
  }
}

/** One that ends need not be the one at work. */
function applyActiveRun(draft: Draft, { id }: JsonObject): void {
  if (typeof id !== 'string') return
  const run = draft.runs.get(id)
  if (draft.activeRunId === null || (run && !hasEnded(run))) draft.activeRunId = id
}

export function applyPage(draft: Draft, page: unknown, at: number, source: Source): void {
  const items = isObject(page) ? page['items'] : page
  if (Array.isArray(items)) for (const item of items) if (isObject(item)) upsertRow(draft, item, null, at, source)
}

export function cursorOf(page: unknown): string | null {
  if (!isObject(page) || page['has_next'] === false) return null
  const cursor = page['next_cursor']
  return typeof cursor === 'string' && cursor !== '' ? cursor : null
}

export function upsertRow(
  draft: Draft,
  wire: JsonObject,
  fields: readonly unknown[] | null,
  at: number,
  source: Source,
): void {
  const { id } = wire
  if (typeof id !== 'string') return
  const index = indexOf(draft.rows, id)
  const before = draft.rows[index] ?? null
  const merged = mergeFields(before?.wire, wire, fields)
  let row = readRow(before, { ...merged, id }, at)
  // Text by GET may be ahead of a stream that is open.
  const isSeed = source === 'stream' || !draft.isStreaming
  const snapshot = row.stored
  if (before) {
    // While a message is being written, a late snapshot must not make its stored text shorter.
    const isLess = !isEndedRow(row) && lengthOf(row.stored) < lengthOf(before.stored)
    if (isLess) row = readRow(before, { ...merged, id, content: before.wire['content'] }, at)
    if (isEndedRow(before) && !isEndedRow(row)) return
    const isOlder = row.updatedAt !== '' && before.updatedAt !== '' && compareTimes(row.updatedAt, before.updatedAt) < 0
    if (isOlder && (isEndedRow(before) || !isEndedRow(row))) return
  } else {
    row = { ...row, startedOnStream: source === 'stream' && draft.isSynced }
  }
  const live = row.live && !isEndedRow(row) ? applyStored(row.live, snapshot, isSeed) : row.live
  const isStale = isEndedRow(row) && fields !== null && !fields.includes('content') && live !== null
  row = shown({ ...row, live, isStale, seed: isSeed ? sameText(row.seed, snapshot) : row.seed })
  const isSame = before && row.message === before.message && row.live === before.live && row.seed === before.seed
  if (isSame && sameJson(row.wire, before.wire)) return
  draft.rows = replaced(draft.rows, index, row)
  // What is older than all that is known cannot have been sent just now.
  if (!before && source !== 'older') matchRow(draft, row)
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
