import type { Chat } from './chat.ts'
import type { Interrupt, Invocation } from './chat-state.ts'
import { findInvocation, findMessage } from './chat-state.ts'

export interface ChatStoreLimits {
  /** Chats kept, the ones that were quiet longest go first; and for how long they may be quiet, in milliseconds. */
  chats: number
  chatMs: number
}

/** Every chat that can still be asked for. One that is busy is never dropped. */
export class ChatStore {
  readonly #chats = new Map<string, Chat>()
  readonly #limits: ChatStoreLimits
  readonly #now: () => number

  constructor(limits: ChatStoreLimits, now: () => number = Date.now) {
    this.#limits = limits
    this.#now = now
  }

  get(id: string): Chat | undefined {
    this.expire()
    return this.#chats.get(id)
  }

  /** Whether there is room for one more, once quiet ones have gone. */
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

  /** Drops chats that have been quiet for too long, or are too many. */
  expire(): void {
    const quiet = [...this.#chats.values()]
      .filter((chat) => !chat.busy)
      .toSorted((one, other) => lastUsed(one) - lastUsed(other))
    for (const chat of quiet) {
      const isOld = this.#now() - lastUsed(chat) > this.#limits.chatMs
      if (isOld || this.#chats.size > this.#limits.chats) this.#chats.delete(chat.id)
    }
  }
}

function lastUsed(chat: Chat): number {
  return Date.parse(chat.state.updatedAt)
}
