// A chat as far as it is known here, and what is needed to go on from it.
import type { AgentMessage, AgentState } from '../agent-types.ts'
import type { InferstreamError } from '../../core/errors.ts'
import { isEndedRow } from './chat-row.ts'
import type { ChatRow } from './chat-row.ts'
import { idleChatState } from './idle-chat-state.ts'
import { endOf, isBusy, isConfirmed } from './turn.ts'
import type { ChatFacts, Turn } from './turn.ts'

/** A message on its way. */
export interface Outgoing {
  readonly message: AgentMessage
  /** Another turn was under way when it was sent. */
  readonly waits: boolean
  /** The service may have it: a row that says the same is taken for it. */
  readonly mayBeThere: boolean
  /** That row, which is shown in its place. */
  readonly rowId: string | null
  /** Why it could not be sent. */
  readonly error: InferstreamError | null
}

/** Immutable. */
export interface ChatModel extends ChatFacts {
  readonly state: AgentState
  readonly outbox: readonly Outgoing[]
  readonly turns: readonly Turn[]
  /** Last number of any batch of tokens on the stream that is open; null before the first. */
  readonly chatSeq: number | null
  /** Where older messages begin; null when there are none, or none are known. */
  readonly cursor: string | null
  /** A stream is being read. */
  readonly isStreaming: boolean
  /** The chat was read by GET since the stream began. */
  readonly isSynced: boolean
  /** The chat was read by GET at least once. */
  readonly isLoaded: boolean
  /** It could not be followed any further. */
  readonly isDisconnected: boolean
  /** Tool calls that are being answered from here. */
  readonly answering: ReadonlySet<string>
  readonly failure: InferstreamError | null
  readonly problem: InferstreamError | null
}

/** A machine while one event is applied to it. */
export type Draft = { -readonly [K in keyof ChatModel]: ChatModel[K] }

/** @param unsent Messages that could not be sent before there was a conversation to send them to. */
export function startChat(chatId: string | null, unsent: readonly AgentMessage[] = []): ChatModel {
  return {
    state: idleChatState(chatId, unsent),
    rows: [],
    outbox: unsent.map((message) => ({ message, waits: false, mayBeThere: false, rowId: null, error: null })),
    turns: [],
    chat: {},
    runs: new Map(),
    activeRunId: null,
    chatSeq: null,
    refetches: 0,
    cursor: null,
    isStreaming: false,
    isSynced: false,
    isLoaded: false,
    isDisconnected: false,
    answering: new Set(),
    failure: null,
    problem: null,
  }
}

/** A refetch is worth its requests: tokens were missed, or an end is known before its text. */
export function wantsRefetch(model: ChatModel): boolean {
  return (
    model.rows.some((row) => row.isStale || isIncomplete(row)) ||
    model.turns.some((turn) => isUnconfirmed(turn, model)) ||
    model.turns.some((turn) => isUnseen(turn, model))
  )
}

/** Text stands still until a snapshot. */
export function hasGap({ rows }: ChatModel): boolean {
  return rows.some(isIncomplete)
}

function isIncomplete(row: ChatRow): boolean {
  return row.live?.incomplete === true && !isEndedRow(row)
}

function isUnconfirmed(turn: Turn, model: ChatModel): boolean {
  const end = endOf(turn, model)
  return end !== null && !isConfirmed(turn, end, model)
}

/** The chat is idle and the turn has not been seen: it ended between two polls, or has not begun. */
function isUnseen(turn: Turn, model: ChatModel): boolean {
  return turn.messageId !== null && !turn.sawBusy && !isBusy(model) && model.refetches <= turn.acceptedAt
}
