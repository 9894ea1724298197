// A ChatMessageDTO with what its tokens brought → the message that is shown (protocol §6).
import { sameJson } from '../../core/same-json.ts'
import type { AgentMessage, AgentPart, AgentToolCall } from '../agent-types.ts'
import { isObject } from '../../core/json.ts'
import type { JsonObject } from '../../core/json.ts'
import type { FileRef } from '../../core/types.ts'
import { noText, textsOf } from './live-text.ts'
import type { LiveText, StoredText } from './live-text.ts'
import { invocationProblem, isOpen, readInvocation, readLiveCall } from './tool-call.ts'

export type RowStatus = 'pending' | 'queued' | 'ready' | 'failed' | 'cancelled'

type ToolCallPart = Extract<AgentPart, { type: 'tool-call' }>

/** One message of the chat as far as it is known. Immutable; `message` keeps its identity while it says the same. */
export interface ChatRow {
  readonly id: string
  /** As it was sent from here: it keeps its id, and the names of its files, which no row has. */
  readonly sent: Pick<AgentMessage, 'id' | 'parts'> | null
  /** The DTO, partials merged into it. */
  readonly wire: JsonObject
  readonly order: number
  readonly role: string
  readonly status: RowStatus
  readonly runId: string | null
  readonly updatedAt: string
  readonly parts: readonly AgentPart[]
  readonly calls: readonly AgentToolCall[]
  /** What is wrong with the arguments of calls that therefore must not run, by call. */
  readonly callProblems: ReadonlyMap<string, string>
  readonly stored: StoredText
  /** The part of it that no token of the open stream can be a part of. */
  readonly seed: StoredText
  readonly live: LiveText | null
  /** Seen to begin on the stream that is open. */
  readonly startedOnStream: boolean
  /** It has ended, and the record that said so did not include its text. */
  readonly isStale: boolean
  /** Why it is not followed any more although it has not ended. */
  readonly abandoned: string | null
  readonly message: AgentMessage
}

const roles = { user: 'user', assistant: 'assistant', system: 'system' } as const

/** Whether a message of this role is shown. `tool`, internal and future roles are not (protocol §6). */
export function isShown({ role }: ChatRow): boolean {
  return Object.hasOwn(roles, role)
}

export function isEndedRow({ status }: ChatRow): boolean {
  return status === 'ready' || status === 'failed' || status === 'cancelled'
}

/** A row of which only the tokens are known. */
export function rowOfTokens(id: string, order: number, at: number): ChatRow {
  const wire = { id, role: 'assistant', status: 'pending', order, content: null }
  return readRow(null, wire, at)
}

/** @param wire The whole DTO, partials already merged. */
export function readRow(before: ChatRow | null, wire: JsonObject, at: number): ChatRow {
  const content = Array.isArray(wire['content']) ? wire['content'].filter(isObject) : []
  const status = statusOf(wire['status'])
  const invocations = wire['tool_invocations']
  const { role, order, agent_run_id: runId, updated_at: updatedAt } = wire
  const id = String(wire['id'])
  const row: ChatRow = {
    id,
    sent: before?.sent ?? null,
    wire,
    order: typeof order === 'number' ? order : (before?.order ?? Number.MAX_SAFE_INTEGER),
    role: typeof role === 'string' ? role : (before?.role ?? ''),
    status,
    runId: typeof runId === 'string' && runId !== '' ? runId : null,
    updatedAt: typeof updatedAt === 'string' ? updatedAt : '',
    parts: content.flatMap(partsOf),
    calls: readCalls(before, invocations),
    callProblems: Array.isArray(invocations) ? problemsOf(invocations) : (before?.callProblems ?? noProblems),
    stored: {
      response: content.map((block) => textOf(block, 'text')).join(''),
      reasoning: content.map((block) => textOf(block, 'reasoning')).join(''),
    },
    seed: before?.seed ?? noText,
    live: before?.live ?? null,
    startedOnStream: before?.startedOnStream ?? false,
    isStale: false,
    abandoned: null,
    message: before?.message ?? { id, role: 'assistant', parts: [], status: 'done', createdAt: at },
  }
  return shown(row)
}

/** The row with its message brought up to date: a part that says the same, and a message of such parts, stay identical. */
export function shown(row: ChatRow): ChatRow {
  const parts = isEndedRow(row) && !row.isStale ? storedParts(row) : growingParts(row)
  const { message: before } = row
  const kept = parts.map((part, index) => (isSamePart(part, before.parts[index]) ? before.parts[index]! : part))
  const message: AgentMessage = {
    id: row.sent?.id ?? row.id,
    role: row.role === 'user' || row.role === 'system' ? row.role : 'assistant',
    parts: kept,
    status: messageStatus(row),
    createdAt: createdAtOf(row),
  }
  const error = errorOf(row)
  if (error !== undefined) message.error = error
  const isSame =
    before.id === message.id &&
    before.role === message.role &&
    before.status === message.status &&
    before.error === message.error &&
    before.createdAt === message.createdAt &&
    before.parts.length === kept.length &&
    kept.every((part, index) => part === before.parts[index])
  return isSame ? row : { ...row, message }
}

/** The stream was lost: what it brings next need not follow. */
export function afterLoss(row: ChatRow): ChatRow {
  const { live } = row
  if (isEndedRow(row) || (!live && !row.startedOnStream)) return row
  return { ...row, startedOnStream: false, live: live && { ...live, cut: true, resynced: false } }
}

/** The answer is not followed any more. */
export function abandon(row: ChatRow, reason: string): ChatRow {
  if (isEndedRow(row) || row.role !== 'assistant') return row
  return shown({ ...row, abandoned: reason })
}

/** The rows with one of them shown as a message that was sent from here; null is as what it is. */
export function showAs(rows: readonly ChatRow[], id: string, sent: AgentMessage | null): readonly ChatRow[] {
  return rows.map((row) => (row.id === id ? shown({ ...row, sent }) : row))
}

function messageStatus({ role, status, abandoned }: ChatRow): AgentMessage['status'] {
  if (status === 'ready') return 'done'
  if (status === 'failed' || status === 'cancelled') return status
  if (abandoned !== null) return 'failed'
  if (status === 'queued') return 'queued'
  return role === 'assistant' ? 'streaming' : 'done'
}

function createdAtOf({ wire, message }: ChatRow): number {
  const { created_at: createdAt } = wire
  const at = typeof createdAt === 'string' ? Date.parse(createdAt) : Number.NaN
  return Number.isNaN(at) ? message.createdAt : at
}

function errorOf({ wire, status, abandoned }: ChatRow): string | undefined {
  if (abandoned !== null) return abandoned
  const blocks = Array.isArray(wire['content']) ? wire['content'].filter(isObject) : []
  const found = [wire['error'], ...blocks.map((block) => block['error'])].find(
    (one) => typeof one === 'string' && one !== '',
  )
  if (typeof found === 'string') return found
  return status === 'failed' ? 'The answer failed; the service gave no reason.' : undefined
}

// ── Parts ──

/** A terminal snapshot always wins. */
function storedParts(row: ChatRow): AgentPart[] {
  const { role, parts, sent, live } = row
  // A row without content is not all that was sent.
  const stored = parts.length === 0 && sent && role === 'user' ? sent.parts : parts
  return [...stored.map((part) => timed(named(part, sent), live)), ...row.calls.map(callPart)]
}

function named(part: AgentPart, sent: ChatRow['sent']): AgentPart {
  if (part.type !== 'file' || !sent) return part
  const { uri } = part.file
  return sent.parts.find((one) => one.type === 'file' && one.file.uri === uri) ?? part
}

/** While it is being written, the longer of what is stored and what the tokens brought: it never shrinks. */
function growingParts(row: ChatRow): AgentPart[] {
  const { live, stored } = row
  if (!live) return storedParts(row)
  const streamed = textsOf(live)
  const parts = row.parts.map((part) => timed(part, live))
  grow(parts, 'reasoning', stored.reasoning, streamed.reasoning)
  grow(parts, 'text', stored.response, streamed.response)
  return [...parts.map((part) => timed(part, live)), ...row.calls.map(callPart), ...liveCalls(row, live)]
}

/** Puts what is new after what is stored; a first piece of reasoning goes before the text. */
function grow(parts: AgentPart[], type: 'text' | 'reasoning', stored: string, streamed: string): void {
  if (streamed.length <= stored.length) return
  const at = parts.findLastIndex((part) => part.type === type)
  if (at < 0) {
    const firstText = parts.findIndex((part) => part.type === 'text')
    parts.splice(type === 'reasoning' && firstText >= 0 ? firstText : parts.length, 0, { type, text: streamed })
    return
  }
  const last = parts[at]
  if (last?.type !== type) return
  // The only one of its kind, which is the rule: no cutting of what grows with every token.
  const isOnly = last.text.length === stored.length
  parts[at] = { ...last, text: isOnly ? streamed : last.text + streamed.slice(stored.length) }
}

function timed(part: AgentPart, live: LiveText | null): AgentPart {
  const thinking = live?.thinking
  if (part.type !== 'reasoning' || !thinking || thinking.to === null) return part
  return { ...part, duration: thinking.to - thinking.from }
}

/** Calls still being written, until their invocations are stored. */
function liveCalls({ calls, wire }: ChatRow, { tokens }: LiveText): ToolCallPart[] {
  const written = tokens['tool_calls']
  if (!Array.isArray(written)) return []
  const stored = new Set<unknown>(calls.map(({ id }) => id))
  const invocations = Array.isArray(wire['tool_invocations']) ? wire['tool_invocations'].filter(isObject) : []
  for (const invocation of invocations) stored.add(invocation['tool_invocation_id'])
  return written.slice(calls.length).flatMap((one: unknown): ToolCallPart[] => {
    const call = readLiveCall(one)
    return call && !stored.has(call.id) ? [callPart(call)] : []
  })
}

function partsOf(block: JsonObject): AgentPart[] {
  switch (block['type']) {
    case 'text': {
      const text = textOf(block, 'text')
      return text === '' ? [] : [{ type: 'text', text }]
    }
    case 'reasoning': {
      const text = textOf(block, 'reasoning')
      return text === '' ? [] : [{ type: 'reasoning', text }]
    }
    case 'image': {
      const file = fileOf(block['image'])
      return file ? [{ type: 'image', uri: file.uri }] : []
    }
    case 'file': {
      const file = fileOf(block['file'])
      return file ? [{ type: 'file', file }] : []
    }
    default:
      return []
  }
}

function textOf(block: JsonObject, type: 'text' | 'reasoning'): string {
  const { text } = block
  return block['type'] === type && typeof text === 'string' ? text : ''
}

function fileOf(value: unknown): FileRef | undefined {
  if (typeof value === 'string' && value !== '') return { uri: value }
  if (!isObject(value) || typeof value['uri'] !== 'string') return undefined
  const { filename, content_type: contentType, size } = value
  return {
    uri: value['uri'],
    ...(typeof filename === 'string' ? { filename } : {}),
    ...(typeof contentType === 'string' ? { content_type: contentType } : {}),
    ...(typeof size === 'number' ? { size } : {}),
  }
}

const callParts = new WeakMap<AgentToolCall, ToolCallPart>()

/** One part for one call, so that what did not change stays identical. */
function callPart(call: AgentToolCall): ToolCallPart {
  const known = callParts.get(call)
  if (known) return known
  const part: ToolCallPart = { ...call, type: 'tool-call', toolType: call.type }
  callParts.set(call, part)
  return part
}

/** A call that has ended stays ended, whatever an older answer says. */
function readCalls(before: ChatRow | null, invocations: unknown): readonly AgentToolCall[] {
  const known = before?.calls ?? []
  if (!Array.isArray(invocations)) return known
  const calls = invocations.map(readInvocation).filter((call) => call !== undefined)
  return calls.map((call) => {
    const last = known.find(({ id }) => id === call.id)
    const isOlder = last !== undefined && !isOpen(last) && isOpen(call)
    return last && (isOlder || sameJson(call, last)) ? last : call
  })
}

const noProblems: ReadonlyMap<string, string> = new Map()

function problemsOf(invocations: readonly unknown[]): ReadonlyMap<string, string> {
  const problems = new Map<string, string>()
  for (const wire of invocations) {
    const problem = invocationProblem(wire)
    if (problem !== null && isObject(wire)) problems.set(String(wire['id']), problem)
  }
  return problems.size > 0 ? problems : noProblems
}

function isSamePart(part: AgentPart, before: AgentPart | undefined): boolean {
  if (part === before) return true
  if (part.type !== before?.type) return false
  // Texts are compared by what grows: a copy of a long answer for every token would be quadratic.
  if (part.type === 'text' && before.type === 'text') {
    return part.text.length === before.text.length && part.text === before.text
  }
  if (part.type === 'reasoning' && before.type === 'reasoning') {
    return part.duration === before.duration && part.text.length === before.text.length && part.text === before.text
  }
  return sameJson(part, before)
}

function statusOf(value: unknown): RowStatus {
  return value === 'queued' || value === 'ready' || value === 'failed' || value === 'cancelled' ? value : 'pending'
}
