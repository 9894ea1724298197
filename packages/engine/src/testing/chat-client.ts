/* oxlint-disable typescript/no-unsafe-type-assertion -- a test's reading of the wire: what it asserts is what is tested */
// A plain client for tests of chats: it reads the raw wire, without @inferstream/client.
import type { StreamRequest, WireLine } from './engine-client.ts'
import { call, streamOf } from './engine-client.ts'

export interface InvocationDto {
  id: string
  type: string
  status: string
  execution_id: string | null
  function: { name: string; arguments: Record<string, unknown> }
  result: string | null
}

export interface MessageDto {
  id: string
  chat_id: string
  agent_run_id: string | null
  order: number
  role: string
  status: string
  updated_at: string
  content: { type: string; text?: string; image?: string; file?: string; error?: string }[]
  tool_invocations: InvocationDto[]
}

export interface ChatDto {
  id: string
  status: string
  updated_at: string
  active_run: { id: string; state: string; error: string | null } | null
  pending_interrupts: { id: string; reason: string; resource_id: string; meta: Record<string, unknown> }[]
  agent_data: { memory: Record<string, string>; always_allowed_tools: string[] }
}

/** Sends a message by POST /agents/run and returns the id of its chat. */
export async function ask(url: string, text: string, more: object = {}): Promise<string> {
  const body = { agent: 'local/assistant', input: { text }, ...more }
  const { status, json, text: raw } = await call(url, 'POST', '/agents/run', body)
  if (status !== 200) throw new Error(`The message was refused: ${status} ${raw}`)
  return (json['data'] as { user_message: MessageDto }).user_message.chat_id
}

export async function chatOf(url: string, id: string): Promise<ChatDto> {
  return (await call(url, 'GET', `/chats/${id}`)).json['data'] as ChatDto
}

export async function messagesOf(url: string, id: string, query = ''): Promise<MessageDto[]> {
  return ((await call(url, 'GET', `/chats/${id}/messages${query}`)).json['data'] as { items: MessageDto[] }).items
}

export function textOf(message: MessageDto | undefined): string {
  return (message?.content ?? []).map(({ type, text }) => (type === 'text' ? (text ?? '') : '')).join('')
}

/** The lines of a chat's stream, up to and including the first one that matches. */
export async function chatLines(
  url: string,
  id: string,
  enough: (line: WireLine, lines: WireLine[]) => boolean,
  request: StreamRequest = {},
): Promise<WireLine[]> {
  const lines: WireLine[] = []
  for await (const line of streamOf(`${url}/chats/${id}/stream`, request)) {
    lines.push(line)
    if (enough(line, lines)) break
  }
  return lines
}

export function isIdle({ event, payload }: WireLine): boolean {
  return event === 'chats' && payload?.['status'] === 'idle'
}

/** Resolves to the chat once it is idle. */
export async function settled(url: string, id: string): Promise<ChatDto> {
  const lines = await chatLines(url, id, isIdle)
  return lines.at(-1)?.payload as unknown as ChatDto
}

/** Resolves to the first call that has the status. */
export async function callThat(url: string, chatId: string, status: string): Promise<InvocationDto> {
  const has = ({ event, payload }: WireLine) =>
    event === 'chat_messages' &&
    (payload as unknown as MessageDto).tool_invocations.some((each) => each.status === status)
  const lines = await chatLines(url, chatId, (line) => has(line) || isIdle(line))
  if (lines.some(isIdle)) throw new Error(`The turn ended without a call that was ${status}.`)
  const message = lines.at(-1)?.payload as unknown as MessageDto
  return message.tool_invocations.find((each) => each.status === status) as InvocationDto
}
