import type { Chat } from './chat.ts'
import type { Interrupt, Invocation } from './chat-state.ts'
import { findInvocation, findMessage } from './chat-state.ts'

export interface ChatStoreLimits {
  /** Number of chats kept (the ones idle longest are dropped first), and how long one may be idle, in milliseconds. */
  chats: number
  chatMs: number
  /** Characters of all chats together. */
  allChatCharacters: number
}

/** Every chat that can still be read. A busy one is never dropped. */
export class ChatStore {
  readonly #chats = new Map<string, Chat>()
  readonly #limits: ChatStoreLimits
  readonly #now: () => number

  constructor(limits: ChatStoreLimits, now: () => number = Date.now) {
    this.#limits = limits
    this.#now = now
  }

  get(id: string): Chat | undefined {
    const chat = this.#chats.get(id)
    if (!chat || !this.#isOld(chat)) return chat
    this.#chats.delete(id)
    return undefined
  }

  /** Whether there is room for one more after idle ones are dropped. */
  get full(): boolean {
    return this.#chats.size >= this.#limits.chats && this.list().every((chat) => chat.busy)
  }

  add(chat: Chat): void {
    this.#chats.set(chat.id, chat)
    this.expire()
  }

  delete(id: string): void {
    this.#chats.delete(id)
  }

  /** Newest first. */
  list(): Chat[] {
    return [...this.#chats.values()].toReversed()
  }

  ofMessage(id: string): Chat | undefined {
    return this.list().find((chat) => findMessage(chat.state, id))
  }

  ofRun(id: string): Chat | undefined {
    return this.list().find((chat) => chat.state.messages.some(({ runId }) => runId === id))
  }

  ofInvocation(id: string): { chat: Chat; invocation: Invocation } | undefined {
    for (const chat of this.list()) {
      const invocation = findInvocation(chat.state, id)
      if (invocation) return { chat, invocation }
    }
    return undefined
  }

  ofInterrupt(id: string): { chat: Chat; interrupt: Interrupt } | undefined {
    for (const chat of this.list()) {
      const interrupt = chat.state.interrupts.find((entry) => entry.id === id)
      if (interrupt) return { chat, interrupt }
    }
    return undefined
  }

  /** Drops chats that were idle for too long, are too many, or together hold too many characters. */
  expire(): void {
    const quiet = [...this.#chats.values()]
      .filter((chat) => !chat.busy)
      .toSorted((one, other) => lastUsed(one) - lastUsed(other))
    let characters = 0
    for (const chat of this.#chats.values()) characters += chat.characters
    for (const chat of quiet) {
      const fits = this.#chats.size <= this.#limits.chats && characters <= this.#limits.allChatCharacters
      if (fits && !this.#isOld(chat)) continue
      this.#chats.delete(chat.id)
      characters -= chat.characters
    }
  }

  #isOld(chat: Chat): boolean {
    return !chat.busy && this.#now() - lastUsed(chat) > this.#limits.chatMs
  }
}

function lastUsed(chat: Chat): number {
  return Date.parse(chat.state.updatedAt)
}
