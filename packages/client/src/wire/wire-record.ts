// One decoded record of a stream, in either format, and its meaning (protocol §5.1, §5.2).
import { isObject } from '../core/json.ts'
import type { JsonObject } from '../core/json.ts'

export interface WireRecord {
  /** The SSE event name or the `event` of an NDJSON line; undefined for a record without a name. */
  readonly event?: string | undefined
  readonly data: unknown
}

export type Interpretation =
  | { kind: 'task'; data: JsonObject; fields: readonly unknown[] | null }
  | { kind: 'delta'; delta: JsonObject; seq: number | undefined }
  | { kind: 'done' }
  | { kind: 'error'; message: string }
  | { kind: 'other' }

const other: Interpretation = { kind: 'other' }

/** Order of tests: heartbeat → delta → other event → fields → data → bare. Never throws: an unknown record is `other`. */
export function interpret({ event, data }: WireRecord): Interpretation {
  if (event === 'done') return { kind: 'done' }
  if (!isObject(data) || data['type'] === 'heartbeat') return other
  if (event !== undefined && event !== 'message' && event !== 'update' && event !== 'tasks') {
    if (event === 'delta') {
      const delta = data['delta']
      const seq = data['seq']
      return isObject(delta) ? { kind: 'delta', delta, seq: typeof seq === 'number' ? seq : undefined } : other
    }
    if (event !== 'error') return other
    const message = [data['detail'], data['error'], data['message'], data['title']].find(
      (field) => typeof field === 'string',
    )
    return { kind: 'error', message: typeof message === 'string' ? message : 'The service reported an error.' }
  }
  const inner = data['data']
  if (!isObject(inner)) return { kind: 'task', data, fields: null }
  const fields = data['fields']
  return { kind: 'task', data: inner, fields: Array.isArray(fields) ? fields : null }
}
