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

/** An action before its instant is known. */
export type Happening = ChatAction extends infer TAction
  ? TAction extends ChatAction
    ? Omit<TAction, 'at'>
    : never
  : never

export interface ChatOptions {
  setup: AgentSetup
  context: Readonly<Record<string, string>>
  /** Address of this engine as the caller knows it, without a slash at the end. */
  baseUrl: string
}

/** One conversation: its state, what its streams tell, and who wants to hear of it. */
export class Chat {
  readonly id: string
  readonly context: Readonly<Record<string, string>>
  readonly events: EventLog
  baseUrl: string
  /** The agent that answers from the next turn on. */
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

  /** Characters that it holds: what was said, called and answered, and the events kept for its streams. */
  get characters(): number {
    let sum = this.events.characters
    for (const { text, reasoning, invocations } of this.#state.messages) {
      sum += text.length + reasoning.length
      for (const { result } of invocations) sum += result?.length ?? 0
    }
    return sum
  }

  /** Calls the listener after everything that happened. Returns the function that ends it. */
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

  /** Gives the chat another agent, for the turns to come. */
  switchAgent(setup: AgentSetup): void {
    this.setup = setup
    this.apply({ type: 'agent-switched' })
  }
}
