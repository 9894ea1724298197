import type { Context } from 'hono'
import type { Chat } from '../agents/chat.ts'
import { chatDto, messageDto, wholeChatDto } from '../agents/chat-dto.ts'
import { ChatReader } from '../agents/chat-reader.ts'
import { findMessage } from '../agents/chat-state.ts'
import { namedAgent, newChat, requestedAgent } from './agent-requests.ts'
import { isObject, readJsonObject } from './json-body.ts'
import { checkRoom, readInput } from './message-input.ts'
import { page, pageBack } from './paging.ts'
import { ProblemError, invalidRequest, notFound } from './problems.ts'
import type { Route, ServerEnv } from './route.ts'
import { enveloped } from './route.ts'
import type { Services } from './services.ts'
import { streamResponse } from './stream-response.ts'

export function chatRoutes(services: Services): Route[] {
  const { chats, turns, limits } = services
  const bodyOf = (context: Context<ServerEnv>) => readJsonObject(context.req.raw, limits.bodyBytes)
  const chatOf = (context: Context<ServerEnv>) => findChat(services, context.req.param('id') ?? '')

  return [
    {
      method: 'POST',
      path: '/chats',
      handle: async (context) => {
        const body = await bodyOf(context)
        const chat = newChat(services, { setup: requestedAgent(body), body, baseUrl: context.var.baseUrl })
        return enveloped(dto(chat))
      },
    },
    {
      method: 'POST',
      path: '/chats/list',
      handle: async (context) => {
        const body = await bodyOf(context)
        chats.expire()
        return enveloped(page(chats.list().map(dto), body))
      },
    },
    {
      method: 'POST',
      path: '/chats/messages/:id/cancel',
      handle: (context) => {
        const id = context.req.param('id') ?? ''
        const chat = chats.ofMessage(id)
        const message = chat && findMessage(chat.state, id)
        if (!chat || !message) throw new ProblemError(notFound(`There is no message ${quote(id)}.`))
        if (!chat.apply({ type: 'message-cancelled', messageId: id }) && message.status !== 'cancelled') {
          const detail = `Only a queued message can be cancelled; this one is ${message.status}.`
          throw new ProblemError({ status: 409, code: 'conflict', title: 'Message is not queued', detail })
        }
        return enveloped(messageDto(chat.id, findMessage(chat.state, id) ?? message))
      },
    },
    {
      method: 'GET',
      path: '/chats/:id',
      handle: (context) => {
        const chat = chatOf(context)
        return enveloped(wholeChatDto(chat.state, chat))
      },
    },
    {
      method: 'POST',
      path: '/chats/:id',
      handle: async (context) => {
        const chat = chatOf(context)
        const { name } = await bodyOf(context)
        if (typeof name !== 'string') throw new ProblemError(invalidRequest('Send {"name": "…"}.', 422))
        chat.apply({ type: 'renamed', name: name.slice(0, 200) })
        return enveloped(dto(chat))
      },
    },
    {
      method: 'DELETE',
      path: '/chats/:id',
      handle: (context) => {
        const chat = chatOf(context)
        chats.delete(chat.id)
        turns.drop(chat)
        return enveloped({ id: chat.id, deleted: true })
      },
    },
    {
      method: 'GET',
      path: '/chats/:id/status',
      handle: (context) => {
        const { id, status, updatedAt } = chatOf(context).state
        return enveloped({ id, status, updated_at: updatedAt })
      },
    },
    {
      method: 'GET',
      path: '/chats/:id/messages',
      handle: (context) => {
        const { id, messages } = chatOf(context).state
        const { items, ...rest } = pageBack(messages, context.req.query())
        return enveloped({ items: items.map((message) => messageDto(id, message)), ...rest })
      },
    },
    {
      method: 'POST',
      path: '/chats/:id/messages',
      handle: async (context) => {
        const chat = chatOf(context)
        const { message } = await bodyOf(context)
        const input = readInput(services, isObject(message) ? message : { text: message })
        checkRoom(services, chat)
        chat.baseUrl = context.var.baseUrl
        const id = turns.ask(chat, input)
        const row = findMessage(chat.state, id)
        return enveloped(row ? messageDto(chat.id, row) : null)
      },
    },
    {
      method: 'GET',
      path: '/chats/:id/stream',
      handle: (context) => {
        const chat = chatOf(context)
        return streamResponse(context, {
          read: (position) => new ChatReader(chat, position),
          heartbeatMs: services.heartbeatMs,
          onMore: (listener) => chat.onEvent(listener),
        })
      },
    },
    {
      method: 'POST',
      path: '/chats/:id/stop',
      handle: (context) => {
        const chat = chatOf(context)
        turns.stop(chat)
        return enveloped(dto(chat))
      },
    },
    {
      method: 'POST',
      path: '/chats/:id/agent',
      handle: async (context) => {
        const chat = chatOf(context)
        const { agent } = await bodyOf(context)
        chat.switchAgent(namedAgent(agent, []))
        return enveloped(dto(chat))
      },
    },
  ]
}

export function findChat({ chats }: Services, id: string): Chat {
  const chat = chats.get(id)
  if (chat) return chat
  throw new ProblemError(notFound(`There is no chat ${quote(id)}. It may have expired, or the engine was restarted.`))
}

function dto(chat: Chat) {
  return chatDto(chat.state, chat)
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 64))
}
