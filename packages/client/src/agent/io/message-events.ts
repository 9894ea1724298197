// A growing message → the pieces that `onMessage` receives (design §2 "Agent").
import type { AgentEvent } from '../agent-types.ts'
import { isEndedRow } from '../state/chat-row.ts'
import type { ChatRow } from '../state/chat-row.ts'

/** How much of one message `onMessage` has received, in characters. */
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
export function piecesOf(row: ChatRow, delivered: Delivered): { events: AgentEvent[]; delivered: Delivered } {
  if (delivered.isDone) return { events: [], delivered }
  const text = joined(row, 'text')
  const thinking = joined(row, 'reasoning')
  const status = statusOf(row)
  const isDone = status !== 'streaming'
  const events: AgentEvent[] = []
  const emit = (type: AgentEvent['type'], content: string, all: string, now: AgentEvent['status']) =>
    events.push({ id: row.id, type, role: 'assistant', content, text: all, status: now })

  const isThought = isDone || text !== ''
  const thoughtTo = isThought ? thinking.length : thinking.lastIndexOf('\n') + 1
  if (thoughtTo > delivered.thinking) {
    const all = thinking.slice(0, thoughtTo)
    emit('thinking', all.slice(delivered.thinking), all, isThought ? 'done' : 'streaming')
  }
  if (isDone ? delivered.text + text.length > 0 || status !== 'done' : text.length > delivered.text) {
    emit('text', text.slice(delivered.text), text, status)
  }
  return {
    events,
    delivered: {
      isDone,
      text: Math.max(delivered.text, text.length),
      thinking: Math.max(delivered.thinking, thoughtTo),
    },
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
