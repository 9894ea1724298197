// Token batches → text so far, each field merged as protocol §5.1 says.

export type Accumulated = Readonly<Record<string, unknown>>

/** Null is skipped, `response` and `reasoning` grow, `tool_calls` merge by index, everything else is replaced. */
export function mergeDelta(before: Accumulated, delta: object): Accumulated {
  const merged: Record<string, unknown> = { ...before }
  for (const [key, value] of Object.entries(delta)) {
    if (value === null || value === undefined || key === '__proto__') continue
    if (key === 'response' || key === 'reasoning') merged[key] = textOf(merged[key]) + textOf(value)
    else if (key === 'tool_calls' && Array.isArray(value)) merged[key] = mergeCalls(merged[key], value)
    else merged[key] = value
  }
  return merged
}

interface CallDelta {
  index?: number
  function?: { name?: unknown; arguments?: unknown }
}

function mergeCalls(before: unknown, deltas: readonly unknown[]): CallDelta[] {
  const calls: CallDelta[] = Array.isArray(before) ? [...before] : []
  for (const delta of deltas) {
    if (typeof delta !== 'object' || delta === null) continue
    const { function: called, ...rest }: CallDelta = delta
    const index = rest.index ?? 0
    const at = calls.findIndex((call) => (call.index ?? 0) === index)
    const call: CallDelta = { ...calls[at], ...rest, index }
    if (called) {
      const args = textOf(call.function?.arguments) + textOf(called.arguments)
      call.function = { ...call.function, ...(called.name ? { name: called.name } : {}), arguments: args }
    }
    if (at < 0) calls.push(call)
    else calls[at] = call
  }
  return calls.toSorted((a, b) => (a.index ?? 0) - (b.index ?? 0))
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
