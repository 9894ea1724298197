// A chat as its backend has told it so far, in the form that the chat's reducer reads (protocol §6).
import type { AgentToolCall } from '../agent/agent-types.ts'
import { isObject } from '../core/json.ts'
import type { JsonObject } from '../core/json.ts'
import type { FileRef } from '../core/types.ts'
import type { WireRecord } from '../wire/wire-record.ts'

interface Message {
  readonly id: string
  readonly order: number
  readonly role: string
  readonly runId: string | null
  text: string
  reasoning: string
  calls: readonly JsonObject[]
  files: readonly FileRef[]
  createdAt: number | null
  isDone: boolean
}

const runStates: Readonly<Record<string, string>> = {
  busy: 'running',
  awaiting_input: 'input_required',
  completed: 'completed',
  failed: 'failed',
  stopped: 'canceled',
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

export class ChatMirror {
  readonly #chatId: string
  readonly #messages = new Map<string, Message>()
  readonly #changed = new Set<string>()
  #turns = 0
  #runState = ''
  #error: string | undefined
  #messageId: string | undefined
  /** Text of the user's message, until the backend has said it too. */
  #echo: string | undefined

  constructor(chatId: string) {
    this.#chatId = chatId
  }

  /** The turn goes on, and does not wait for the page. */
  get isBusy(): boolean {
    return this.#runState === 'running'
  }

  get isOver(): boolean {
    return !this.isBusy && this.#runState !== 'input_required'
  }

  /** @param messages of before this page: they have ended */
  open(messages: readonly unknown[], isBusy: boolean): void {
    for (const message of messages) if (isObject(message)) this.#write(message)
    for (const message of this.#messages.values()) message.isDone = true
    if (isBusy) this.begin(undefined)
  }

  /**
   * A turn begins with a message of the user's, which is returned as a row.
   * @param isNamed Its id is the backend's own. Else one that the backend says with the same text is taken for it.
   */
  begin(
    message: { id: string; text: string; files: readonly FileRef[] } | undefined,
    isNamed = true,
  ): JsonObject | null {
    this.#turns += 1
    this.#runState = 'running'
    this.#error = undefined
    this.#messageId = message?.id
    if (!message) return null
    this.#echo = undefined
    this.#write({ ...message, role: 'user' })
    this.#echo = isNamed ? undefined : message.text
    const row = this.#messages.get(message.id)
    if (!row) return null
    row.isDone = true
    return this.#rowOf(row)
  }

  /** The page has answered a call: the turn goes on. */
  goOn(callId: string): void {
    this.#runState = 'running'
    for (const message of this.#messages.values()) {
      const calls = message.calls.map((call) => (call['id'] === callId ? { ...call, status: 'in_progress' } : call))
      if (message.calls.some(({ id }) => id === callId)) this.#touch(message, { calls })
    }
  }

  /** It is not followed any more: another turn may begin. */
  abandon(): void {
    this.#runState = ''
  }

  /** Returns the records of what has changed. Never throws, whatever the input. */
  apply(updates: readonly unknown[], at: number): WireRecord[] {
    const before = this.#runState
    for (const update of updates) if (isObject(update)) this.#update(update, at)
    return this.#records(this.#runState !== before)
  }

  /** The whole chat, as answers to GETs. */
  snapshot(): { chat: JsonObject; page: JsonObject } {
    const items = [...this.#messages.values()].map((message) => this.#rowOf(message))
    return { chat: this.#chat(), page: { items, has_next: false } }
  }

  #update({ message, delta, turn, error }: JsonObject, at: number): void {
    // A turn that has ended stays ended, and says nothing more.
    if (this.isOver) return
    if (isObject(message)) this.#write({ createdAt: at, ...message })
    if (isObject(delta) && typeof delta['id'] === 'string') {
      const known = this.#messages.get(delta['id']) ?? this.#write({ id: delta['id'], createdAt: at })
      const [text, reasoning] = [textOf(delta['text']), textOf(delta['reasoning'])]
      if (known && !known.isDone && (text || reasoning)) {
        this.#touch(known, { text: known.text + (text ?? ''), reasoning: known.reasoning + (reasoning ?? '') })
      }
    }
    if (typeof error === 'string') this.#error = error
    const state = typeof turn === 'string' && Object.hasOwn(runStates, turn) ? runStates[turn] : undefined
    if (state === undefined) return
    this.#runState = state
    if (this.isOver) for (const one of this.#messages.values()) if (!one.isDone) this.#touch(one, { isDone: true })
  }

  #write(update: JsonObject): Message | undefined {
    const { id, toolCalls, files, createdAt } = update
    if (typeof id !== 'string' || id === '') return undefined
    const known = this.#messages.get(id)
    if (known?.isDone) return known
    if (!known && update['role'] === 'user' && this.#echo !== undefined && update['text'] === this.#echo) {
      this.#echo = undefined
      return undefined
    }
    const message: Message = known ?? {
      id,
      order: this.#messages.size + 1,
      role: textOf(update['role']) ?? 'assistant',
      runId: this.#turns > 0 ? `run-${this.#turns}` : null,
      text: '',
      reasoning: '',
      calls: [],
      files: [],
      createdAt: typeof createdAt === 'number' ? createdAt : null,
      isDone: false,
    }
    this.#messages.set(id, message)
    this.#touch(message, {
      text: textOf(update['text']) ?? message.text,
      reasoning: textOf(update['reasoning']) ?? message.reasoning,
      calls: Array.isArray(toolCalls) ? toolCalls.filter(isObject) : message.calls,
      files: Array.isArray(files) ? files.filter(isFile) : message.files,
    })
    return message
  }

  #touch(message: Message, change: Partial<Message>): void {
    Object.assign(message, change)
    this.#changed.add(message.id)
  }

  #records(hasTurnChanged: boolean): WireRecord[] {
    const rows = [...this.#changed].flatMap((id) => this.#messages.get(id) ?? [])
    this.#changed.clear()
    const records: WireRecord[] = rows.map((row) => ({ event: 'chat_messages', data: this.#rowOf(row) }))
    // The end comes behind its texts.
    if (hasTurnChanged) records.push({ event: 'chats', data: this.#chat() })
    return records
  }

  #chat(): JsonObject {
    const status = this.isBusy ? 'busy' : this.isOver ? 'idle' : 'awaiting_input'
    const run = {
      id: `run-${this.#turns}`,
      chat_id: this.#chatId,
      state: this.#runState,
      user_message_id: this.#messageId,
      error: this.#runState === 'failed' ? (this.#error ?? 'The turn failed.') : undefined,
    }
    return { id: this.#chatId, status, active_run: this.#turns > 0 ? run : null }
  }

  #rowOf({ id, order, role, runId, text, reasoning, calls, files, createdAt, isDone }: Message): JsonObject {
    const isLast = runId === `run-${this.#turns}`
    const ended =
      isLast && this.#runState === 'failed' ? 'failed' : isLast && this.#runState === 'canceled' ? 'cancelled' : 'ready'
    return {
      id,
      chat_id: this.#chatId,
      order,
      role,
      agent_run_id: runId,
      status: role === 'user' ? 'ready' : isDone ? ended : 'pending',
      ...(isDone && ended === 'failed' && role !== 'user' && { error: this.#error }),
      ...(createdAt !== null && { created_at: new Date(createdAt).toISOString() }),
      content: [
        ...(reasoning === '' ? [] : [{ type: 'reasoning', reasoning, text: reasoning }]),
        ...(text === '' ? [] : [{ type: 'text', text }]),
        ...files.map((file) =>
          file.content_type?.startsWith('image/') ? { type: 'image', image: file } : { type: 'file', file },
        ),
      ],
      tool_invocations: calls.map(invocationOf),
    }
  }
}

function isFile(value: unknown): value is FileRef {
  return isObject(value) && typeof value['uri'] === 'string'
}

function invocationOf(call: JsonObject): JsonObject {
  const { id, name, args, type, status, result, editable }: Partial<Record<keyof AgentToolCall, unknown>> = call
  return {
    id,
    type: type ?? 'internal',
    status,
    result,
    editable,
    function: { name, arguments: isObject(args) ? args : {} },
  }
}
