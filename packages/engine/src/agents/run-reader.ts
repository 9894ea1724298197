import type { LineReader, StreamLine } from '../stream-line.ts'
import type { Chat } from './chat.ts'
import { messageDto } from './chat-dto.ts'
import type { Message } from './chat-state.ts'

/**
 * Reads one turn for POST /agents/run with `stream: true` (protocol §6): the answer's rows as bare objects, beginning
 * with the pending one, everything else as typed lines; it ends when the turn has.
 */
export class RunReader implements LineReader {
  readonly #chat: Chat
  readonly #runId: string | null
  #seq: number
  #first: StreamLine | null
  #turnOver = false
  #ended = false

  constructor(chat: Chat, answer: Message) {
    this.#chat = chat
    this.#runId = answer.runId
    this.#seq = chat.events.head
    this.#first = { json: JSON.stringify(messageDto(chat.id, answer)) }
  }

  get done(): boolean {
    return this.#ended
  }

  next(): StreamLine | null {
    if (this.#first) {
      const first = this.#first
      this.#first = null
      return first
    }
    if (this.#ended) return null
    const { events, state } = this.#chat
    const isOver = state.run?.id !== this.#runId || !this.#chat.busy
    // A reader that fell behind the kept events gets the rest from GET /chats/{id}/messages, as after any end.
    const next = events.covers(this.#seq) ? events.after(this.#seq) : undefined
    if (!next) {
      this.#ended = isOver || !events.covers(this.#seq)
      return null
    }
    this.#seq = next.seq
    const { event, json } = next
    if (event === 'agent_runs') this.#turnOver = isEnd(json, this.#runId)
    if (event === 'chats' && this.#turnOver) this.#ended = true
    return event === 'chat_messages' && this.#isAnswer(json) ? { json } : { event, json }
  }

  #isAnswer(json: string): boolean {
    const row: { role?: unknown; agent_run_id?: unknown } = JSON.parse(json)
    return row.role === 'assistant' && row.agent_run_id === this.#runId
  }
}

function isEnd(json: string, runId: string | null): boolean {
  const run: { id?: unknown; state?: unknown } = JSON.parse(json)
  return run.id === runId && run.state !== 'working' && run.state !== 'input_required'
}
