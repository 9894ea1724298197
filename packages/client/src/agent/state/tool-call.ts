import type { AgentToolCall } from '../agent-types.ts'
import { isObject } from '../../core/json.ts'
import type { JsonObject } from '../../core/json.ts'
import { argumentsProblem, readArguments } from './tool-arguments.ts'

const statuses = new Set<unknown>([
  'pending',
  'in_progress',
  'awaiting_input',
  'awaiting_approval',
  'completed',
  'failed',
  'cancelled',
] satisfies AgentToolCall['status'][])

/** A ToolInvocationDTO (protocol §6); undefined for what has no id. A status unknown here counts as `pending`. */
export function readInvocation(wire: unknown): AgentToolCall | undefined {
  if (!isObject(wire) || typeof wire['id'] !== 'string') return undefined
  const called = isObject(wire['function']) ? wire['function'] : {}
  const { type, execution_id: taskId } = wire
  const call: AgentToolCall = {
    id: wire['id'],
    name: textOf(called['name']),
    args: readArguments(called['arguments']),
    type: typeof type === 'string' ? type : 'internal',
    status: isStatus(wire['status']) ? wire['status'] : 'pending',
  }
  const result = resultOf(wire)
  if (result !== undefined) call.result = result
  if (typeof taskId === 'string' && taskId !== '') call.taskId = taskId
  if (wire['editable'] === true) call.editable = true
  return call
}

/** Why a tool must not run for this invocation; null where it may. */
export function invocationProblem(wire: unknown): string | null {
  if (!isObject(wire) || typeof wire['id'] !== 'string') return null
  return argumentsProblem(isObject(wire['function']) ? wire['function']['arguments'] : undefined)
}

/** A call whose name and arguments are still being written; `type` and everything else comes with its invocation. */
export function readLiveCall(wire: unknown): AgentToolCall | undefined {
  if (!isObject(wire)) return undefined
  const called = isObject(wire['function']) ? wire['function'] : {}
  const { id, index } = wire
  const name = textOf(called['name'])
  if (name === '') return undefined
  return {
    id: typeof id === 'string' && id !== '' ? id : `call-${typeof index === 'number' ? index : 0}`,
    name,
    args: readArguments(called['arguments']),
    type: 'internal',
    status: 'pending',
  }
}

export function isOpen({ status }: AgentToolCall): boolean {
  return status !== 'completed' && status !== 'failed' && status !== 'cancelled'
}

/** A client tool that waits for its result (protocol §6 "Client tool"). */
export function wantsResult({ type, status }: AgentToolCall): boolean {
  return type === 'client' && (status === 'in_progress' || status === 'awaiting_input')
}

/** Waits for a person, or for what a person has registered. */
export function isWaiting(call: AgentToolCall): boolean {
  return wantsResult(call) || call.status === 'awaiting_input' || call.status === 'awaiting_approval'
}

export function callNamed(
  rows: readonly { readonly calls: readonly AgentToolCall[] }[],
  callId: string,
): AgentToolCall | undefined {
  for (const { calls } of rows) {
    const call = calls.find(({ id }) => id === callId)
    if (call) return call
  }
  return undefined
}

/** Results are strings; one that holds JSON is returned as the value it holds. */
function resultOf(wire: JsonObject): unknown {
  const { result, data } = wire
  const value = result === undefined || result === null || result === '' ? data : result
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

function isStatus(value: unknown): value is AgentToolCall['status'] {
  return statuses.has(value)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
