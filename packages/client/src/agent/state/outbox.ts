// Messages on their way, and the rows that they become: shown once, under one id, from the send on.
import { sameJson } from '../../core/same-json.ts'
import type { AgentMessage, AgentPart } from '../agent-types.ts'
import type { InferstreamError } from '../../core/errors.ts'
import type { Outgoing, Draft } from './chat-model.ts'
import { showAs } from './chat-row.ts'
import type { ChatRow } from './chat-row.ts'
import { isBusy } from './turn.ts'

export function post(draft: Draft, id: string, parts: AgentPart[], at: number): void {
  const waits = isBusy(draft) || draft.turns.length > 0
  const message: AgentMessage = { id, role: 'user', parts, status: 'sending', createdAt: at }
  // Sent again, it takes the place of the one that failed.
  const others = draft.outbox.filter((one) => one.message.status !== 'failed' || !sameJson(one.message.parts, parts))
  draft.outbox = [...others, { message, waits, mayBeThere: false, rowId: null, error: null }]
}

/** The POST goes out: from here on its row may come before its answer, or instead of it. */
export function leave(draft: Draft, id: string, parts: AgentPart[]): void {
  draft.outbox = draft.outbox.map((one) =>
    one.message.id === id ? { ...one, mayBeThere: true, message: { ...one.message, parts } } : one,
  )
}

/** The service has made a row of the message; null where the answer names none, so that it stays as it was typed. */
export function arrive(draft: Draft, id: string, rowId: string | null): void {
  const one = draft.outbox.find(({ message }) => message.id === id)
  const known = rowId ?? one?.rowId ?? null
  // The row that seemed to match belongs to another message.
  if (one && one.rowId !== known) releaseRow(draft, one)
  for (const other of draft.outbox) if (other !== one && other.rowId === known) releaseRow(draft, other)
  if (!one) return
  if (known !== null && draft.rows.some((row) => row.id === known)) replaceWithRow(draft, one, known)
  else change(draft, id, { waits: false, message: { ...one.message, status: 'done' } })
}

/** It could not be sent; what was typed stays. Where only the answer was lost, its row may still come. */
export function refuse(draft: Draft, id: string, error: InferstreamError): void {
  const one = draft.outbox.find(({ message }) => message.id === id)
  draft.failure = error
  if (!one) return
  const mayBeThere = error.mayHaveStarted === true
  const refused: Outgoing = {
    ...one,
    waits: false,
    mayBeThere,
    rowId: null,
    error,
    message: { ...one.message, status: 'failed', error: error.message },
  }
  if (mayBeThere && one.rowId !== null) {
    replaceWithRow(draft, refused, one.rowId)
    return
  }
  releaseRow(draft, one)
  change(draft, id, refused)
}

/** A row that was not known before: of a message whose answer has not come, it is that message. */
export function matchRow(draft: Draft, { id, role, parts }: ChatRow): void {
  if (role !== 'user') return
  const isIt = ({ mayBeThere, rowId, message }: Outgoing) =>
    mayBeThere && rowId === null && textOf(message.parts) === textOf(parts)
  const one = draft.outbox.find(isIt)
  if (!one) return
  if (one.message.status !== 'sending') replaceWithRow(draft, one, id)
  else {
    change(draft, one.message.id, { rowId: id })
    draft.rows = showAs(draft.rows, id, one.message)
  }
}

/** From now on the row stands for the message, under the id that it was sent with. */
function replaceWithRow(draft: Draft, one: Outgoing, rowId: string): void {
  const { id } = one.message
  draft.outbox = draft.outbox.filter(({ message }) => message.id !== id)
  draft.rows = showAs(draft.rows, rowId, one.message)
  draft.turns = draft.turns.map((turn) => (turn.messageId === id ? { ...turn, messageId: rowId } : turn))
  if (draft.failure === one.error) draft.failure = null
}

function releaseRow(draft: Draft, { message, rowId }: Outgoing): void {
  if (rowId === null) return
  draft.rows = showAs(draft.rows, rowId, null)
  change(draft, message.id, { rowId: null })
}

function change(draft: Draft, id: string, changes: Partial<Outgoing>): void {
  draft.outbox = draft.outbox.map((one) => (one.message.id === id ? { ...one, ...changes } : one))
}

/** The parts of files change when they are uploaded; the text does not. */
function textOf(parts: readonly AgentPart[]): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
}
