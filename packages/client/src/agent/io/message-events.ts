// A growing message → the pieces that `onMessage` is told (design §2 "Agent").
import type { AgentEvent } from '../agent-types.ts'
import { isEndedRow } from '../state/chat-row.ts'
import type { ChatRow } from '../state/chat-row.ts'

/** How much of one message has been told. */
export interface Delivered {
  readonly text: number
  readonly thinking: number
  readonly isDone: boolean
}

export const nothingDelivered: Delivered = { text: 0, thinking: 0, isDone: false }

/**
 * What is new: thinking by whole lines, the rest of it once text follows; text as it comes; the end once, its content what
 * was still missing.
 */
export function piecesOf(row: ChatRow, told: Delivered): { events: AgentEvent[]; told: Delivered } {
  if (told.isDone) return { events: [], told }
  const text = joined(row, 'text')
  const thinking = joined(row, 'reasoning')
  const status = statusOf(row)
  const isDone = status !== 'streaming'
  const events: AgentEvent[] = []
  const say = (type: AgentEvent['type'], content: string, all: string, now: AgentEvent['status']) =>
    events.push({ id: row.id, type, role: 'assistant', content, text: all, status: now })

  const isThought = isDone || text !== ''
  const thoughtTo = isThought ? thinking.length : thinking.lastIndexOf('\n') + 1
  if (thoughtTo > told.thinking) {
    const all = thinking.slice(0, thoughtTo)
    say('thinking', all.slice(told.thinking), all, isThought ? 'done' : 'streaming')
  }
  if (isDone ? told.text + text.length > 0 || status !== 'done' : text.length > told.text) {
    say('text', text.slice(told.text), text, status)
  }
  return {
    events,
    told: { isDone, text: Math.max(told.text, text.length), thinking: Math.max(told.thinking, thoughtTo) },
  }
}

function joined({ message: { parts } }: ChatRow, type: 'text' | 'reasoning'): string {
  let all = ''
  for (const part of parts) if (part.type === type) all += part.text
  return all
}

function statusOf(row: ChatRow): AgentEvent['status'] {
  if (row.status === 'failed' || row.status === 'cancelled') return row.status
  return isEndedRow(row) && !row.isStale ? 'done' : 'streaming'
}
