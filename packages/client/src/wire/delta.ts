// Token batches → text so far, merged by field (protocol §5.1).
import { stringOrEmpty } from '../core/text.ts'
import { isObject } from '../core/json.ts'
import type { JsonObject } from '../core/json.ts'

export type Accumulated = Readonly<Record<string, unknown>>

/** Null is skipped, `response` and `reasoning` are appended, `tool_calls` are merged by index, other fields are replaced. */
export function mergeDelta(before: Accumulated, delta: object): Accumulated {
  const merged: Record<string, unknown> = { ...before }
  for (const [key, value] of Object.entries(delta)) {
    if (value === null || value === undefined || key === '__proto__') continue
    if (key === 'response' || key === 'reasoning') merged[key] = stringOrEmpty(merged[key]) + stringOrEmpty(value)
    else if (key === 'tool_calls' && Array.isArray(value)) merged[key] = mergeCalls(merged[key], value)
    else merged[key] = value
  }
  return merged
}

interface CallDelta {
  readonly index: number
  readonly function?: JsonObject
}

function mergeCalls(before: unknown, deltas: readonly unknown[]): CallDelta[] {
  const calls: CallDelta[] = Array.isArray(before) ? [...before] : []
  for (const delta of deltas) {
    if (!isObject(delta)) continue
    const { function: called, ...rest } = delta
    const index = typeof rest['index'] === 'number' ? rest['index'] : 0
    const at = calls.findIndex((call) => call.index === index)
    let call: CallDelta = { ...calls[at], ...rest, index }
    if (isObject(called)) {
      const args = stringOrEmpty(call.function?.['arguments']) + stringOrEmpty(called['arguments'])
      const name = called['name'] ? { name: called['name'] } : {}
      call = { ...call, function: { ...call.function, ...name, arguments: args } }
    }
    if (at < 0) calls.push(call)
    else calls[at] = call
  }
  return calls.toSorted((a, b) => a.index - b.index)
}
