// The chat endpoints (protocol §6).
import type { Http } from '../../http/http-types.ts'
import { isTaskId } from '../../http/task-id.ts'
import { startError } from '../../http/post-error.ts'
import type { AdHocAgent, ClientTools } from '../agent-types.ts'
import type { ChatApi, OutgoingMessage } from '../chat-io.ts'
import { InferstreamError } from '../../core/errors.ts'
import { isObject } from '../../core/json.ts'
import type { Platform } from '../../core/platform.ts'
import { delay, retryDelay } from '../../core/retry.ts'
import type { FileRef } from '../../core/types.ts'

/** Messages asked for at a time. */
const pageSize = 50

export function chatApi(http: Http, platform: Platform): ChatApi {
  const post = async (path: string, body?: object, signal?: AbortSignal) => http.request('POST', path, body, signal)
  return {
    async send(target, message, signal) {
      try {
        const answer = await post('/agents/run', bodyOf(target, message), signal)
        const rows = isObject(answer) ? [answer['assistant_message'], answer['user_message'], answer] : []
        const ids = rows.map((one) => (isObject(one) ? one['chat_id'] : undefined))
        const chatId = [...ids, message.chatId].find(isTaskId)
        if (isObject(answer) && chatId !== undefined) return { chatId, answer }
      } catch (error) {
        throw startError(error)
      }
      throw new InferstreamError(
        'protocol',
        `${http.to.url} accepted the message and named no chat. Check the address.`,
      )
    },
    async read(chatId, signal) {
      const [chat, page] = await Promise.all([http.read(`/chats/${chatId}`, signal), http.read(pageOf(chatId), signal)])
      return { chat, page }
    },
    async load(chatId, signal) {
      const get = async (path: string) => http.request('GET', path, undefined, signal)
      const [chat, page] = await Promise.all([get(`/chats/${chatId}`), get(pageOf(chatId))])
      return { chat, page }
    },
    status: async (chatId, signal) => http.read(`/chats/${chatId}/status`, signal),
    older: async (chatId, cursor) => http.request('GET', `${pageOf(chatId)}&cursor=${encodeURIComponent(cursor)}`),
    stop: async (chatId) => post(`/chats/${chatId}/stop`),
    cancelMessage: async (messageId) => post(`/chats/messages/${encodeURIComponent(messageId)}/cancel`),
    async submit(callId, result, signal) {
      for (let repeats = 1; ; repeats++) {
        try {
          await post(`/tools/${encodeURIComponent(callId)}`, { result }, signal)
          return
        } catch (error) {
          if (!(error instanceof InferstreamError)) throw error
          if (!error.retryable || repeats > http.retry.maxAttempts) throw error
          await delay(platform, retryDelay(repeats, http.retry, platform.random(), error), signal)
        }
      }
    },
    approve: async (callId, args) => post(`/tools/${encodeURIComponent(callId)}/invoke`, args && { arguments: args }),
    reject: async (callId, reason) => post(`/tools/${encodeURIComponent(callId)}/reject`, { reason }),
    alwaysAllow: async (chatId, callId, name) =>
      post(`/chats/${chatId}/tools/${encodeURIComponent(callId)}/always-allow`, { tool_name: name }),
    resolve: async (interruptId, { decision, payload }) =>
      post(`/interrupts/${encodeURIComponent(interruptId)}/resolve`, { decision, payload }),
  }
}

function pageOf(chatId: string): string {
  return `/chats/${chatId}/messages?limit=${pageSize}`
}

/** The request body. An agent described by the caller is sent in full, system prompt and tools included. */
function bodyOf(target: string | AdHocAgent, { chatId, text, files, context, tools }: OutgoingMessage): object {
  const images = files.filter(isImage).map(({ uri }) => uri)
  const others = files.filter((file) => !isImage(file)).map(({ uri }) => uri)
  return {
    chat_id: chatId,
    ...(typeof target === 'string' ? { agent: target } : configOf(target, tools)),
    context,
    input: {
      text,
      images: images.length > 0 ? images : undefined,
      files: others.length > 0 ? others : undefined,
      attachments: files.length > 0 ? files : undefined,
      role: 'user',
      context: [],
      system_prompt: '',
      context_size: 0,
    },
  }
}

function isImage({ content_type: type }: FileRef): boolean {
  return type?.startsWith('image/') === true
}

function configOf(agent: AdHocAgent, tools: ClientTools): object {
  const declared = Array.isArray(agent.tools) ? agent.tools : []
  const names = new Set(declared.map((tool) => (isObject(tool) ? tool['name'] : undefined)))
  const own = Object.entries(tools)
    .filter(([name]) => !names.has(name))
    .map(([name, { description = '', parameters = { type: 'object', properties: {} } }]) => ({
      name,
      display_name: name,
      description,
      type: 'client',
      client: { input_schema: parameters },
    }))
  const all = [...declared, ...own]
  const name = typeof agent['name'] === 'string' ? agent['name'] : undefined
  return { agent_config: all.length > 0 ? { ...agent, tools: all } : agent, agent_name: name }
}
