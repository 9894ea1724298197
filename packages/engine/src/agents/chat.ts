import type { Clock } from '../clock.ts'
import { createId } from '../ids.ts'
import type { AgentSetup } from './agent-setup.ts'
import { changeDto } from './chat-dto.ts'
import type { ChatState } from './chat-state.ts'
import type { ChatAction } from './reduce-chat.ts'
import { isBusy, newChat } from './chat-state.ts'
import { reduceChat } from './reduce-chat.ts'
import type { EventLimits } from './event-log.ts'
import { EventLog } from './event-log.ts'

/** An action before it gets its time. */
export type Happening = ChatAction extends infer TAction
  ? TAction extends ChatAction
    ? Omit<TAction, 'at'>
    : never
  : never

export interface ChatOptions {
  setup: AgentSetup
  context: Readonly<Record<string, string>>
  /** Address of this engine as used by the caller, without a slash at the end. */
  baseUrl: string
}

/** One conversation: its state, the events of its streams, and its listeners. */
export class Chat {
  readonly id: string
  readonly context: Readonly<Record<string, string>>
  readonly events: EventLog
  baseUrl: string
  /** The agent that answers, from the next turn on. */
  setup: AgentSetup
  #state: ChatState
  readonly #clock: Clock
  readonly #listeners = new Set<() => void>()

  constructor({ setup, context, baseUrl }: ChatOptions, clock: Clock, limits: EventLimits) {
    this.id = createId()
    this.setup = setup
    this.context = context
    this.baseUrl = baseUrl
    this.#clock = clock
    this.#state = newChat(this.id, clock())
    this.events = new EventLog(limits)
  }

  get state(): ChatState {
    return this.#state
  }

  get busy(): boolean {
    return isBusy(this.#state)
  }

  /** Characters that it holds: messages, calls and results, and the events kept for its streams. */
  get characters(): number {
    let sum = this.events.characters
    for (const { text, reasoning, invocations } of this.#state.messages) {
      sum += text.length + reasoning.length
      for (const { result } of invocations) sum += result?.length ?? 0
    }
    return sum
  }

  /** Calls the listener after every event. Returns the unsubscribe function. */
  onEvent(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Whether it changed anything. */
  apply(happening: Happening): boolean {
    const { state, changes } = reduceChat(this.#state, { ...happening, at: this.#clock() })
    if (changes.length === 0) return false
    this.#state = state
    for (const change of changes) {
      const dto = changeDto(state, change, this)
      if (dto) this.events.append(change.event, JSON.stringify(dto))
    }
    for (const listener of this.#listeners) listener()
    return true
  }

  /** Sets another agent for the following turns. */
  switchAgent(setup: AgentSetup): void {
    this.setup = setup
    this.apply({ type: 'agent-switched' })
  }
}
