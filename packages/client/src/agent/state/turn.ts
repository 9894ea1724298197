// When a turn is over, and how it ended (protocol §6 "Turn over").
import type { AgentReply } from '../agent-types.ts'
import { isObject } from '../../core/json.ts'
import type { JsonObject } from '../../core/json.ts'
import { isEndedRow } from './chat-row.ts'
import type { ChatRow } from './chat-row.ts'
import { isWaiting } from './tool-call.ts'

/** One message sent from here, from the send to the end of what it set off. */
export interface Turn {
  /** The id under which it was sent. */
  readonly id: string
  /** The user's message; null until the service has accepted it. */
  readonly messageId: string | null
  readonly runId: string | null
  /** The service was seen at work on it. Before that, an idle chat is the end of the turn before. */
  readonly sawBusy: boolean
  /** Refetches of the chat when it was accepted: an idle chat in a later one is recent. */
  readonly acceptedAt: number
  /** Looks when its end was first seen; the texts may lag behind by one. */
  readonly endedAt: number | null
}

export interface Run {
  readonly state: string
  readonly messageId: string | null
  readonly error: string | null
  readonly output: unknown
}

/** What turns are judged by. */
export interface ChatFacts {
  readonly rows: readonly ChatRow[]
  readonly chat: JsonObject
  readonly runs: ReadonlyMap<string, Run>
  readonly activeRunId: string | null
  readonly refetches: number
}

export interface TurnEnd {
  readonly status: AgentReply['status']
  readonly run: Run | null
}

const endings: Readonly<Record<string, AgentReply['status']>> = {
  completed: 'completed',
  failed: 'failed',
  rejected: 'failed',
  canceled: 'stopped',
  cancelled: 'stopped',
}

export function hasEnded({ state }: Run): boolean {
  return Object.hasOwn(endings, state)
}

export function readRun(wire: JsonObject): Run {
  const { state, user_message_id: messageId, error, output } = wire
  return {
    state: typeof state === 'string' ? state : '',
    messageId: typeof messageId === 'string' ? messageId : null,
    error: typeof error === 'string' && error !== '' ? error : null,
    output: output ?? null,
  }
}

/** The active run decides where there is one, else the chat's status. Pauses are busy. */
export function isBusy({ chat, runs, activeRunId }: ChatFacts): boolean {
  const run = activeRunId === null ? undefined : runs.get(activeRunId)
  if (run) return !hasEnded(run)
  return chat['status'] === 'busy' || chat['status'] === 'awaiting_input'
}

/** The service waits for an answer of a person or a client tool. */
export function isPaused({ chat, runs, activeRunId }: ChatFacts): boolean {
  const run = activeRunId === null ? undefined : runs.get(activeRunId)
  return run ? pauses(run) : chat['status'] === 'awaiting_input'
}

/** The rows of the current turn: all after the user's last message that is not queued. */
export function currentRows(rows: readonly ChatRow[]): readonly ChatRow[] {
  const at = rows.findLastIndex(({ role, status }) => role === 'user' && status !== 'queued' && status !== 'cancelled')
  return rows.slice(at + 1).filter(({ role }) => role === 'assistant')
}

/** The assistant's rows of one turn. Looked for from the end, where turns are. */
export function turnRows(rows: readonly ChatRow[], { messageId, runId }: Turn): readonly ChatRow[] {
  const from = rows.findLastIndex(({ id }) => id === messageId)
  if (from < 0) return rows.filter((row) => row.role === 'assistant' && runId !== null && row.runId === runId)
  const after = rows.slice(from + 1)
  const next = after.findIndex(({ role, status }) => role === 'user' && status !== 'queued')
  return after.slice(0, next < 0 ? after.length : next).filter(({ role }) => role === 'assistant')
}

/** Null while it goes on. */
export function endOf(turn: Turn, facts: ChatFacts): TurnEnd | null {
  const { rows, runs, refetches } = facts
  if (turn.messageId === null) return null
  const at = rows.findLastIndex(({ id }) => id === turn.messageId)
  const message = rows[at]
  if (message?.status === 'cancelled') return { status: 'stopped', run: null }
  if (message?.status === 'queued') return null
  const run = runOf(turn, runs)
  if (run && hasEnded(run)) return { status: endings[run.state]!, run }
  const answers = turnRows(rows, turn)
  const isNeeded = answers.some(({ calls }) => calls.some(isWaiting))
  // Where the end of a run was missed, an idle chat says that it has ended.
  if (run && isBusy(facts)) return pauses(run) && !isNeeded ? { status: 'input_required', run } : null
  const isOvertaken = message && rows.slice(at + 1).some(({ role, status }) => role === 'user' && status === 'ready')
  if (isOvertaken && answers.length > 0) return { status: statusOf(answers), run: null }
  if (!turn.sawBusy && refetches <= turn.acceptedAt) return null
  if (isBusy(facts)) return isPaused(facts) && !isNeeded ? { status: 'input_required', run: null } : null
  return { status: statusOf(answers), run: null }
}

/**
 * All of the turn's text is here, or a refetch after its end has brought what there is. A pause arrives before the call that
 * it waits for: it waits for nothing here only if no call has come by the second refetch, the first of which may be late.
 */
export function isConfirmed(turn: Turn, { status }: TurnEnd, { rows, refetches }: ChatFacts): boolean {
  const since = turn.endedAt === null ? 0 : refetches - turn.endedAt
  if (status === 'input_required') return since > 1
  return since > 0 || turnRows(rows, turn).every((row) => isEndedRow(row) && !row.isStale)
}

function runOf(turn: Turn, runs: ChatFacts['runs']): Run | null {
  const known = turn.runId === null ? undefined : runs.get(turn.runId)
  if (known) return known
  return [...runs.values()].find(({ messageId }) => messageId !== null && messageId === turn.messageId) ?? null
}

function pauses({ state }: Run): boolean {
  return state === 'input_required' || state === 'auth_required'
}

/** Without a run, the last row decides. */
function statusOf(answers: readonly ChatRow[]): AgentReply['status'] {
  const last = answers.at(-1)
  if (last?.status === 'failed') return 'failed'
  return last?.status === 'cancelled' ? 'stopped' : 'completed'
}

/** The run of a user's message or of the answer to it, from the answer to a POST. */
export function runIdOf(...wires: unknown[]): string | null {
  for (const wire of wires) {
    const runId = isObject(wire) ? wire['agent_run_id'] : undefined
    if (typeof runId === 'string' && runId !== '') return runId
  }
  return null
}
