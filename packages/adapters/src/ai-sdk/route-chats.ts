// Chats over a route of the AI SDK. Loaded with the first message.
import { InferstreamError } from '@inferstream/client'
import type { AgentToolCall, ChatMessageInput, ChatUpdate, FileRef } from '@inferstream/client'
import type { ServerSentEvent } from '@inferstream/client/backend'
import { isObject, parseJson } from '../json.ts'
import { MessageBuilder } from './message-builder.ts'
import type { UIPart } from './message-builder.ts'

export interface Route {
  /** Sends the request, and resolves to the id of its answer, a stream. */
  readonly post: (chatId: string, body: object, signal: AbortSignal) => Promise<string>
  readonly events: (streamId: string, signal: AbortSignal) => Promise<AsyncIterable<readonly ServerSentEvent[]>>
  readonly newId: () => string
}

interface UIMessage {
  id: string
  role: 'user' | 'assistant'
  parts: readonly UIPart[]
}

/** Chats that this page has begun or joined, with the messages that the route is sent. */
export class RouteChats {
  readonly #route: Route
  readonly #chats = new Map<string, UIMessage[]>()
  /** The latest stream of each chat. */
  readonly #streams = new Map<string, string>()

  constructor(route: Route) {
    this.#route = route
  }

  async send({ chatId, text, files }: ChatMessageInput, { signal }: { signal: AbortSignal }) {
    const id = chatId ?? this.#route.newId()
    const messages = this.#chats.get(id) ?? []
    const parts: UIPart[] = files.map(({ uri, content_type: mediaType, filename }: FileRef) => ({
      type: 'file',
      url: uri,
      mediaType: mediaType ?? 'application/octet-stream',
      ...(filename !== undefined && { filename }),
    }))
    if (text !== '') parts.push({ type: 'text', text })
    const message: UIMessage = { id: this.#route.newId(), role: 'user', parts }
    await this.#post(id, [...messages, message], signal)
    return { chatId: id, messageId: message.id }
  }

  async *follow(chatId: string, signal: AbortSignal): AsyncGenerator<readonly ChatUpdate[], void, undefined> {
    const messages = this.#chats.get(chatId) ?? []
    if (messages.some((message) => message.parts.some(isUnanswered))) {
      // Other calls of the same answer wait still.
      yield [{ turn: 'awaiting_input' }]
      return
    }
    const last = messages.at(-1)
    const isContinued = last?.role === 'assistant'
    const builder = new MessageBuilder(isContinued ? last.parts : [])
    const id = isContinued ? last.id : `${last?.id ?? chatId}-answer`
    const earlier = isContinued ? messages.slice(0, -1) : messages
    for await (const events of await this.#route.events(this.#streams.get(chatId) ?? chatId, signal)) {
      // One update for each event: a repeated stream is matched by position.
      const updates = events.map(({ data }) =>
        updateOf(builder, id, data === '[DONE]' ? { type: '[DONE]' } : parseJson(data)),
      )
      // The follower leaves with the end.
      if (builder.isOver) this.#chats.set(chatId, [...earlier, { id, role: 'assistant', parts: builder.parts }])
      yield updates
    }
  }

  async approve(
    callId: string,
    { approved, args, reason }: { approved: boolean; args?: object | undefined; reason?: string | undefined },
    { chatId, signal }: { chatId: string; signal: AbortSignal },
  ): Promise<void> {
    if (args) throw new InferstreamError('config', 'A route of the AI SDK takes no other arguments for a call.')
    await this.#answer(chatId, callId, signal, ({ approval }) => ({
      state: 'approval-responded',
      approval: { ...(isObject(approval) && approval), approved, ...(reason !== undefined && { reason }) },
    }))
  }

  async submit(callId: string, result: string, { chatId, signal }: { chatId: string; signal: AbortSignal }) {
    const value = parseJson(result)
    await this.#answer(chatId, callId, signal, () => ({
      state: 'output-available',
      output: value === undefined ? result : value,
    }))
  }

  /** The answer to the last call that waits is sent, with those to the others. */
  async #answer(chatId: string, callId: string, signal: AbortSignal, change: (part: UIPart) => object): Promise<void> {
    const messages = this.#chats.get(chatId) ?? []
    const answered = messages.map(({ id, role, parts }) => ({
      id,
      role,
      parts: parts.map((part) => (part['toolCallId'] === callId ? Object.assign({}, part, change(part)) : part)),
    }))
    if (answered.some(({ parts }) => parts.some(isUnanswered))) this.#chats.set(chatId, answered)
    else await this.#post(chatId, answered, signal)
  }

  async #post(chatId: string, messages: UIMessage[], signal: AbortSignal): Promise<void> {
    this.#streams.set(chatId, await this.#route.post(chatId, { messages }, signal))
    this.#chats.set(chatId, messages)
  }
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '')

const isUnanswered = ({ state, isForPage }: UIPart) =>
  state === 'approval-requested' || (state === 'input-available' && isForPage === true)

function updateOf(builder: MessageBuilder, id: string, chunk: unknown): ChatUpdate {
  if (!isObject(chunk)) return {}
  const { type, delta } = chunk
  const hadText = builder.parts.some((part) => part.type === 'text' && part['text'] !== '')
  builder.add(chunk)
  if (typeof type !== 'string') return {}
  // Another text is another paragraph.
  if (type === 'text-start' && hadText) return { delta: { id, text: '\n\n' } }
  if (type === 'text-delta' && typeof delta === 'string') return { delta: { id, text: delta } }
  if (type === 'reasoning-delta' && typeof delta === 'string') return { delta: { id, reasoning: delta } }
  if (type === 'error') return { turn: 'failed', error: textOf(chunk['errorText']) || 'The turn failed.' }
  if (type === 'abort') return { turn: 'stopped' }
  if (type === 'finish' || (type === '[DONE]' && builder.isOver)) {
    const isWaiting = builder.parts.some(isUnanswered)
    return { message: { id, toolCalls: callsOf(builder.parts) }, turn: isWaiting ? 'awaiting_input' : 'completed' }
  }
  if (type === 'file') return { message: { id, files: filesOf(builder.parts) } }
  return type.startsWith('tool-') ? { message: { id, toolCalls: callsOf(builder.parts) } } : {}
}

const statuses: Readonly<Record<string, AgentToolCall['status']>> = {
  'input-streaming': 'pending',
  'input-available': 'in_progress',
  'approval-requested': 'awaiting_approval',
  'approval-responded': 'in_progress',
  'output-available': 'completed',
  'output-error': 'failed',
  'output-denied': 'cancelled',
}

function callsOf(parts: readonly UIPart[]): AgentToolCall[] {
  return parts.flatMap((part) => {
    const { toolCallId: id, toolName, type, state, input, output, errorText, isForPage } = part
    if (typeof id !== 'string') return []
    const name = typeof toolName === 'string' ? toolName : type.replace(/^tool-/, '')
    const call: AgentToolCall = {
      id,
      name,
      args: isObject(input) ? input : {},
      type: isForPage === true ? 'client' : 'internal',
      status:
        isForPage === true && state === 'input-available' ? 'awaiting_input' : (statuses[String(state)] ?? 'pending'),
    }
    const result = output ?? errorText
    if (result !== undefined) call.result = result
    return [call]
  })
}

function filesOf(parts: readonly UIPart[]): FileRef[] {
  return parts.flatMap(({ type, url, mediaType }) =>
    type === 'file' && typeof url === 'string'
      ? [{ uri: url, ...(typeof mediaType === 'string' && { content_type: mediaType }) }]
      : [],
  )
}
