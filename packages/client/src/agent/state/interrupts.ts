// What a chat says it waits for → what is shown of it (protocol §6 "InterruptDTO").
import type { AgentInterrupt } from '../agent-types.ts'
import { isObject } from '../../core/json.ts'
import type { JsonObject } from '../../core/json.ts'
import { readArguments } from './tool-arguments.ts'

/** Those that are pending. */
export function readInterrupts(chat: JsonObject): readonly AgentInterrupt[] {
  const wires = chat['pending_interrupts']
  return Array.isArray(wires) ? wires.flatMap(readInterrupt) : []
}

function readInterrupt(wire: unknown): AgentInterrupt[] {
  if (!isObject(wire) || typeof wire['id'] !== 'string') return []
  const { id, reason, status, resource_id: resource, resource_type: type, expires_at: expires } = wire
  if (status !== undefined && status !== 'pending') return []
  const meta = readArguments(wire['meta'])
  const interrupt: AgentInterrupt = { id, reason: typeof reason === 'string' ? reason : '' }
  const callId = meta['tool_invocation_id'] ?? (type === 'tool_invocation' ? resource : undefined)
  if (typeof callId === 'string' && callId !== '') interrupt.callId = callId
  if (typeof meta['tool_name'] === 'string' && meta['tool_name'] !== '') interrupt.toolName = meta['tool_name']
  if (meta['arguments'] !== undefined && meta['arguments'] !== null) interrupt.args = readArguments(meta['arguments'])
  const expiresAt = typeof expires === 'string' ? Date.parse(expires) : Number.NaN
  if (!Number.isNaN(expiresAt)) interrupt.expiresAt = expiresAt
  return [interrupt]
}
