// One record of a chat's stream and what it is about (protocol §5.1, §6).
import { isObject } from '../../core/json.ts'
import type { JsonObject } from '../../core/json.ts'
import type { WireRecord } from '../../wire/wire-record.ts'

export type ChatRecord =
  /** A row of one of the tables that a chat is made of; `fields` names what changed, null is the whole. */
  | { kind: 'chats' | 'chat_messages' | 'agent_runs'; row: JsonObject; fields: readonly unknown[] | null }
  | { kind: 'delta'; delta: JsonObject; seq: number | undefined; messageId: string }
  | { kind: 'error'; message: string }
  | { kind: 'other' }

const other: ChatRecord = { kind: 'other' }

/** Total: heartbeats, unknown tables, and tokens that name no message are `other`. */
export function readChatRecord({ event, data }: WireRecord): ChatRecord {
  if (!isObject(data)) return other
  switch (event) {
    case 'chats':
    case 'chat_messages':
    case 'agent_runs': {
      const isWrapped = isObject(data['data']) && !('id' in data)
      const row = isWrapped ? data['data'] : data
      const fields = data['fields']
      if (!isObject(row) || typeof row['id'] !== 'string') return other
      return { kind: event, row, fields: Array.isArray(fields) ? fields : null }
    }
    case 'delta': {
      const { delta, seq, resource_id: messageId } = data
      if (!isObject(delta) || typeof messageId !== 'string') return other
      return { kind: 'delta', delta, seq: typeof seq === 'number' ? seq : undefined, messageId }
    }
    case 'error': {
      const sentences = [data['detail'], data['error'], data['message'], data['title']]
      const message = sentences.find((one) => typeof one === 'string')
      return { kind: 'error', message: typeof message === 'string' ? message : 'The service reported an error.' }
    }
    default:
      return other
  }
}

/** The named fields of a partial, over what is known (protocol §5.1 "fields"). */
export function mergeFields(
  before: JsonObject | undefined,
  row: JsonObject,
  fields: readonly unknown[] | null,
): JsonObject {
  if (fields === null || !before) return row
  const merged: Record<string, unknown> = { ...before }
  for (const field of [...fields, 'updated_at']) {
    if (typeof field === 'string' && field !== '__proto__' && Object.hasOwn(row, field)) merged[field] = row[field]
  }
  return merged
}
