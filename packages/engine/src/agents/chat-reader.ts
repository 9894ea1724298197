import type { LineReader, StreamLine } from '../stream-line.ts'
import type { Chat } from './chat.ts'
import { chatDto, messageDto } from './chat-dto.ts'

/** Rows that a stream opens with; older ones are read by GET /chats/{id}/messages. */
const openingRows = 50

/**
 * Reads a chat for one stream: `chats` first, then the newest rows with all their text so far, then the events
 * (protocol §9.4). A reader that returns with an id that is still covered gets only what it missed; one that falls
 * behind the kept events gets the chat again.
 */
export class ChatReader implements LineReader {
  readonly #chat: Chat
  #seq: number | null
  #opening: StreamLine[] = []

  constructor(chat: Chat, lastEventId: number | null = null) {
    this.#chat = chat
    this.#seq = lastEventId !== null && chat.events.covers(lastEventId) ? lastEventId : null
  }

  /** A chat's stream stays open across turns. */
  get done(): boolean {
    return false
  }

  next(): StreamLine | null {
    const { events } = this.#chat
    if (this.#opening.length === 0 && (this.#seq === null || !events.covers(this.#seq))) this.#open()
    const opening = this.#opening.shift()
    if (opening) return opening
    const next = this.#seq === null ? undefined : events.after(this.#seq)
    if (!next) return null
    this.#seq = next.seq
    return { id: next.seq, event: next.event, json: next.json }
  }

  #open(): void {
    const { state, events } = this.#chat
    this.#seq = events.head
    this.#opening = [
      { event: 'chats', json: JSON.stringify(chatDto(state, this.#chat)) },
      ...state.messages
        .slice(-openingRows)
        .map((message) => ({ event: 'chat_messages' as const, json: JSON.stringify(messageDto(state.id, message)) })),
    ]
    // Only after the last of them does the reader have everything that came before.
    const last = this.#opening.at(-1)
    if (last) this.#opening[this.#opening.length - 1] = { ...last, id: events.head }
  }
}
