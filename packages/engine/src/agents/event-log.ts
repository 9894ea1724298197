/** One line of a chat's stream, as it was sent. */
export interface ChatEvent {
  readonly seq: number
  readonly event: 'chats' | 'chat_messages' | 'agent_runs' | 'delta'
  readonly json: string
}

export interface EventLimits {
  /** Events kept for readers that fall behind or return. */
  events: number
  /** Characters of all of them together. */
  eventCharacters: number
}

/** The newest events of a chat; a reader that is further behind gets the whole chat again. */
export class EventLog {
  readonly #limits: EventLimits
  #events: ChatEvent[] = []
  #characters = 0
  #head = 0

  constructor(limits: EventLimits) {
    this.#limits = limits
  }

  /** `seq` of the last event; 0 before the first. */
  get head(): number {
    return this.#head
  }

  get characters(): number {
    return this.#characters
  }

  append(event: ChatEvent['event'], json: string): void {
    this.#head++
    this.#events.push({ seq: this.#head, event, json })
    this.#characters += json.length
    if (this.#events.length < this.#limits.events * 2 && this.#characters <= this.#limits.eventCharacters) return
    // Half is dropped at once, so that the amortised cost per event is negligible.
    this.#events = this.#events.slice(Math.ceil(this.#events.length / 2))
    this.#characters = this.#events.reduce((sum, { json: text }) => sum + text.length, 0)
  }

  /** Whether every event after `seq` is still kept. */
  covers(seq: number): boolean {
    return Number.isSafeInteger(seq) && seq >= this.#head - this.#events.length && seq <= this.#head
  }

  /** The event after `seq`, or undefined before it exists; `seq` must be covered. */
  after(seq: number): ChatEvent | undefined {
    return this.#events[seq - (this.#head - this.#events.length)]
  }
}
