// Chats of background responses: each turn is a response that names the one before. Loaded with the first message.
import type { AdHocAgent, AgentToolCall, ChatMessageInput, ChatUpdate, ClientTools, FileRef } from '@inferstream/client'
import type { PlacedChatUpdate } from '@inferstream/client'
import { InferstreamError } from '@inferstream/client'
import type { ServerSentEvent } from '@inferstream/client/backend'
import { isObject, parseJson } from '../json.ts'
import type { JsonObject } from '../json.ts'
import { snapshotOf, updateOf } from './updates.ts'

export interface Responses {
  /** Begins a response, and resolves to its id. */
  readonly create: (body: object, signal: AbortSignal) => Promise<string>
  readonly events: (
    id: string,
    after: number | null,
    signal: AbortSignal,
  ) => Promise<AsyncIterable<readonly ServerSentEvent[]>>
  readonly read: (id: string, signal: AbortSignal) => Promise<unknown>
  readonly cancel: (id: string, signal: AbortSignal) => Promise<void>
}

interface Chat {
  latest: string
  /** What each request of the chat has, such as model and tools. */
  request: object
  /** Calls of the latest response, by their ids. */
  calls: Map<string, AgentToolCall>
  /** Answers to them that were not sent yet. */
  answers: object[]
}

interface Context {
  chatId: string
  signal: AbortSignal
}

export class ResponseChats {
  readonly #responses: Responses
  readonly #chats = new Map<string, Chat>()

  constructor(responses: Responses) {
    this.#responses = responses
  }

  /** A chat that this page has not begun goes on from the response of that id. */
  #chat(chatId: string): Chat {
    const chat = this.#chats.get(chatId) ?? { latest: chatId, request: {}, calls: new Map(), answers: [] }
    this.#chats.set(chatId, chat)
    return chat
  }

  async send({ chatId, text, files, agent, tools }: ChatMessageInput, { signal }: { signal: AbortSignal }) {
    const known = chatId === null ? undefined : this.#chat(chatId)
    const request = requestOf(agent, tools)
    const content = [...(text === '' ? [] : [{ type: 'input_text', text }]), ...files.map(inputOf)]
    const previous = known && { previous_response_id: known.latest }
    const latest = await this.#responses.create({ ...request, ...previous, input: [{ role: 'user', content }] }, signal)
    const id = chatId ?? latest
    this.#chats.set(id, { latest, request, calls: new Map(), answers: [] })
    return { chatId: id, messageId: `${latest}-input` }
  }

  async *follow(
    chatId: string,
    { after, signal }: { after: number | null; signal: AbortSignal },
  ): AsyncGenerator<readonly PlacedChatUpdate<number>[], void, undefined> {
    const chat = this.#chat(chatId)
    const id = chat.latest
    if (isWaiting(chat)) {
      yield [{ turn: 'awaiting_input' }]
      return
    }
    let last = after ?? -1
    for await (const events of await this.#responses.events(id, after, signal)) {
      const updates: PlacedChatUpdate<number>[] = []
      for (const { data } of events) {
        const event = parseJson(data)
        if (!isObject(event)) continue
        const number = event['sequence_number']
        if (typeof number === 'number' && number <= last) continue
        const update: PlacedChatUpdate<number> = chatUpdateOf(chat, id, event)
        if (typeof number === 'number') update.cursor = last = number
        updates.push(update)
      }
      yield updates
    }
    // There is no event for a response that was cancelled.
    const { status, error } = snapshotOf(await this.#responses.read(id, signal))
    if (status === 'cancelled') yield [{ turn: 'stopped' }]
    if (status === 'failed') yield [{ turn: 'failed', error: String(error) }]
  }

  async submit(callId: string, output: string, context: Context): Promise<void> {
    await this.#answer(callId, { type: 'function_call_output', call_id: callId, output }, context)
  }

  async approve(
    callId: string,
    { approved, args, reason }: { approved: boolean; args?: object | undefined; reason?: string | undefined },
    context: Context,
  ): Promise<void> {
    if (args) throw new InferstreamError('config', 'This service takes no other arguments for a call.')
    const answer = { type: 'mcp_approval_response', approval_request_id: callId, approve: approved }
    await this.#answer(callId, { ...answer, ...(reason !== undefined && { reason }) }, context)
  }

  async stop(chatId: string, { signal }: { signal: AbortSignal }): Promise<void> {
    await this.#responses.cancel(this.#chat(chatId).latest, signal)
  }

  /** The answer to the last call that waits is sent, with those to the others. */
  async #answer(callId: string, answer: object, { chatId, signal }: Context): Promise<void> {
    const chat = this.#chat(chatId)
    const call = chat.calls.get(callId)
    if (!call) throw new InferstreamError('not_found', 'This call is not one of the latest answer.')
    const answers = [...chat.answers, answer]
    const rest = [...chat.calls.values()].filter((one) => one.id !== callId && needsAnswer(one))
    if (rest.length === 0) {
      const body = { ...chat.request, previous_response_id: chat.latest, input: answers }
      chat.latest = await this.#responses.create(body, signal)
      chat.calls = new Map()
      chat.answers = []
    } else {
      chat.answers = answers
      chat.calls.set(callId, { ...call, status: 'in_progress' })
    }
  }
}

const needsAnswer = ({ status }: AgentToolCall) => status === 'awaiting_input' || status === 'awaiting_approval'
const isWaiting = ({ calls, answers }: Chat) => answers.length > 0 && [...calls.values()].some(needsAnswer)

function chatUpdateOf(chat: Chat, id: string, event: JsonObject): ChatUpdate {
  const { type, item } = event
  if ((type === 'response.output_item.added' || type === 'response.output_item.done') && isObject(item)) {
    const call = callOf(item, type === 'response.output_item.done')
    if (!call) return {}
    chat.calls.set(call.id, call)
    return { message: { id, toolCalls: [...chat.calls.values()] } }
  }
  const { status, error, delta } = updateOf(event)
  if (status === 'completed')
    return { turn: [...chat.calls.values()].some(needsAnswer) ? 'awaiting_input' : 'completed' }
  if (status === 'failed') return { turn: 'failed', error: String(error) }
  if (status === 'cancelled') return { turn: 'stopped' }
  if (!isObject(delta)) return {}
  const { response: text, reasoning } = delta
  return {
    delta: {
      id,
      ...(typeof text === 'string' && { text }),
      ...(typeof reasoning === 'string' && { reasoning }),
    },
  }
}

function callOf(
  { type, id, call_id: callId, name, arguments: args, output }: JsonObject,
  isDone: boolean,
): AgentToolCall | undefined {
  const key = callId ?? id
  if (typeof key !== 'string' || typeof name !== 'string') return undefined
  const parsed = typeof args === 'string' ? parseJson(args) : undefined
  const call = { id: key, name, args: isObject(parsed) ? parsed : {} }
  if (type === 'function_call') return { ...call, type: 'client', status: isDone ? 'awaiting_input' : 'pending' }
  if (type === 'mcp_approval_request') return { ...call, type: 'mcp', status: isDone ? 'awaiting_approval' : 'pending' }
  if (type !== 'mcp_call') return undefined
  return {
    ...call,
    type: 'mcp',
    status: isDone ? 'completed' : 'in_progress',
    ...(isDone && { result: output ?? null }),
  }
}

function requestOf(agent: string | AdHocAgent, tools: ClientTools): object {
  const [model, instructions] =
    typeof agent === 'string' ? [agent, undefined] : [agent.core_app.ref, agent.system_prompt]
  const declared = typeof agent !== 'string' && Array.isArray(agent.tools) ? agent.tools : []
  const own = Object.entries(tools).map(([name, { description, parameters = { type: 'object', properties: {} } }]) => ({
    type: 'function',
    name,
    description,
    parameters,
    strict: false,
  }))
  const all = [...declared, ...own]
  return { model, ...(instructions !== undefined && { instructions }), ...(all.length > 0 && { tools: all }) }
}

function inputOf({ uri, content_type: type, filename }: FileRef): object {
  if (type?.startsWith('image/')) return { type: 'input_image', image_url: uri }
  const name = filename !== undefined && { filename }
  return { type: 'input_file', ...name, ...(uri.startsWith('data:') ? { file_data: uri } : { file_url: uri }) }
}
