// Messages on their way, and the rows that they become: shown once, under one id, from the send on.
import type { AgentMessage, AgentPart } from '../agent-types.ts'
import type { InferstreamError } from '../../core/errors.ts'
import type { Outgoing, Work } from './chat-model.ts'
import { sentAs } from './chat-row.ts'
import type { ChatRow } from './chat-row.ts'
import { sameJson } from '../../core/json.ts'
import { isBusy } from './turn.ts'

export function post(work: Work, id: string, parts: AgentPart[], at: number): void {
  const waits = isBusy(work) || work.turns.length > 0
  const message: AgentMessage = { id, role: 'user', parts, status: 'sending', createdAt: at }
  // Sent again, it takes the place of the one that failed.
  const others = work.outbox.filter((one) => one.message.status !== 'failed' || !sameJson(one.message.parts, parts))
  work.outbox = [...others, { message, waits, mayBeThere: false, rowId: null, error: null }]
}

/** The POST goes out: from here on its row may come before its answer, or instead of it. */
export function leave(work: Work, id: string, parts: AgentPart[]): void {
  work.outbox = work.outbox.map((one) =>
    one.message.id === id ? { ...one, mayBeThere: true, message: { ...one.message, parts } } : one,
  )
}

/** The service has made a row of the message; null where the answer names none, so that it stays as it was typed. */
export function arrive(work: Work, id: string, rowId: string | null): void {
  const one = work.outbox.find(({ message }) => message.id === id)
  const known = rowId ?? one?.rowId ?? null
  // What looked like it was somebody else's, or another of ours.
  if (one && one.rowId !== known) unclaim(work, one)
  for (const other of work.outbox) if (other !== one && other.rowId === known) unclaim(work, other)
  if (!one) return
  if (known !== null && work.rows.some((row) => row.id === known)) become(work, one, known)
  else change(work, id, { waits: false, message: { ...one.message, status: 'done' } })
}

/** It could not be sent; what was typed stays. Where only the answer was lost, its row may still come. */
export function refuse(work: Work, id: string, error: InferstreamError): void {
  const one = work.outbox.find(({ message }) => message.id === id)
  work.failure = error
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
    become(work, refused, one.rowId)
    return
  }
  unclaim(work, one)
  change(work, id, refused)
}

/** A row that was not known before: of a message whose answer has not come, it is that message. */
export function meet(work: Work, { id, role, parts }: ChatRow): void {
  if (role !== 'user') return
  const isIt = ({ mayBeThere, rowId, message }: Outgoing) =>
    mayBeThere && rowId === null && textOf(message.parts) === textOf(parts)
  const one = work.outbox.find(isIt)
  if (!one) return
  if (one.message.status !== 'sending') become(work, one, id)
  else {
    change(work, one.message.id, { rowId: id })
    work.rows = sentAs(work.rows, id, one.message)
  }
}

/** From now on the row stands for the message, under the id that it was sent with. */
function become(work: Work, one: Outgoing, rowId: string): void {
  const { id } = one.message
  work.outbox = work.outbox.filter(({ message }) => message.id !== id)
  work.rows = sentAs(work.rows, rowId, one.message)
  work.turns = work.turns.map((turn) => (turn.messageId === id ? { ...turn, messageId: rowId } : turn))
  if (work.failure === one.error) work.failure = null
}

function unclaim(work: Work, { message, rowId }: Outgoing): void {
  if (rowId === null) return
  work.rows = sentAs(work.rows, rowId, null)
  change(work, message.id, { rowId: null })
}

function change(work: Work, id: string, changes: Partial<Outgoing>): void {
  work.outbox = work.outbox.map((one) => (one.message.id === id ? { ...one, ...changes } : one))
}

/** Files look otherwise once they are uploaded; what was typed does not. */
function textOf(parts: readonly AgentPart[]): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
}
