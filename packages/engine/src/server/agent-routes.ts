import type { Context } from 'hono'
import { agentIds, agentName, agentNames, assistantInfo, knownAgent } from '../agents/agent-setup.ts'
import type { Chat } from '../agents/chat.ts'
import { interruptDto, messageDto } from '../agents/chat-dto.ts'
import type { Message } from '../agents/chat-state.ts'
import { findMessage } from '../agents/chat-state.ts'
import { RunReader } from '../agents/run-reader.ts'
import type { Tool } from '../agents/tool.ts'
import type { JsonObject } from '../apps/app.ts'
import { shortId } from '../ids.ts'
import { newChat, requestedAgent } from './agent-requests.ts'
import { findChat } from './chat-routes.ts'
import { isObject, readJsonObject } from './json-body.ts'
import { checkRoom, readInput } from './message-input.ts'
import { page } from './paging.ts'
import { ProblemError, invalidRequest, notFound } from './problems.ts'
import type { Route, ServerEnv } from './route.ts'
import { enveloped } from './route.ts'
import type { Services } from './services.ts'
import { streamResponse } from './stream-response.ts'

export function agentRoutes(services: Services): Route[] {
  const { turns, limits, chats } = services

  const runAgent = async (context: Context<ServerEnv>): Promise<Response> => {
    const body = await readJsonObject(context.req.raw, limits.bodyBytes)
    if (!isObject(body['input'])) {
      throw new ProblemError(invalidRequest('The body has no message: send "input": {"text": "…"}.', 422))
    }
    const input = readInput(services, body['input'])
    const chat = chatFor(services, body, context.var.baseUrl)
    checkRoom(services, chat)
    const messageId = turns.ask(chat, input)
    const asked = findMessage(chat.state, messageId)
    const answer = answerTo(chat, asked)
    if (body['stream'] === true && answer) {
      return streamResponse(context, {
        read: () => new RunReader(chat, answer),
        heartbeatMs: services.heartbeatMs,
        onMore: (listener) => chat.onEvent(listener),
      })
    }
    return enveloped({
      user_message: asked ? messageDto(chat.id, asked) : null,
      ...(answer ? { assistant_message: messageDto(chat.id, answer) } : {}),
    })
  }

  return [
    { method: 'POST', path: '/agents/run', handle: runAgent },
    {
      method: 'POST',
      path: '/agents/list',
      handle: async (context) =>
        enveloped(page(agentNames.map(agentDto), await readJsonObject(context.req.raw, limits.bodyBytes))),
    },
    {
      method: 'GET',
      path: '/agents/:namespace/:name',
      handle: (context) => {
        const ref = `${context.req.param('namespace') ?? ''}/${context.req.param('name') ?? ''}`
        const name = agentName(ref)
        if (name !== null) return enveloped(agentDto(name))
        const detail = `There is no agent ${JSON.stringify(ref.slice(0, 120))}; the agents are ${agentNames.join(' and ')}.`
        throw new ProblemError(notFound(detail))
      },
    },
    {
      method: 'GET',
      path: '/agent-runs/:id/interrupts',
      handle: (context) => {
        const id = context.req.param('id') ?? ''
        const chat = chats.ofRun(id)
        if (!chat) throw new ProblemError(notFound(`There is no agent run ${JSON.stringify(id.slice(0, 64))}.`))
        const interrupts = chat.state.interrupts.filter(({ runId, status }) => runId === id && status === 'pending')
        return enveloped(interrupts.map((interrupt) => interruptDto(chat.state, interrupt)))
      },
    },
  ]
}

/** The chat that the body names, or a new one. An agent or tools sent for an existing chat apply from this turn on. */
function chatFor(services: Services, body: JsonObject, baseUrl: string): Chat {
  const id = body['chat_id']
  const namesAgent = isObject(body['agent_config']) || (typeof body['agent'] === 'string' && body['agent'] !== '')
  if (typeof id !== 'string' || id === '') {
    return newChat(services, { setup: requestedAgent(body), body, baseUrl })
  }
  const chat = findChat(services, id)
  chat.baseUrl = baseUrl
  if (namesAgent) chat.setup = requestedAgent(body)
  return chat
}

/** The row of the answer; undefined while the message is queued. */
function answerTo({ state }: Chat, asked: Message | undefined): Message | undefined {
  if (!asked || asked.status === 'queued') return undefined
  return state.messages.find(({ role, runId }) => role === 'assistant' && runId === asked.runId)
}

const madeAt = '2026-01-01T00:00:00.000000Z'

function agentDto(name: string): JsonObject {
  const { agent_id: id, agent_version_id: versionId } = agentIds(name)
  const [namespace, short] = name.split('/')
  const { title, description, examplePrompts } = assistantInfo
  return {
    ...base(id),
    namespace,
    name: short,
    title,
    images: { card: '', thumbnail: '', banner: '' },
    version_id: versionId,
    version: {
      ...base(versionId),
      description,
      system_prompt: '',
      example_prompts: examplePrompts,
      tools: knownAgent(name, []).tools.map(toolDto),
      skills: [],
    },
  }
}

function toolDto({ name, displayName, description, type, needsApproval, app, parameters }: Tool): JsonObject {
  return {
    name,
    display_name: displayName,
    description,
    type,
    require_approval: needsApproval,
    ...(app ? { app: { ref: app.ref, input: app.input } } : { [type]: { input_schema: parameters } }),
  }
}

function base(id: string): JsonObject {
  return {
    id,
    short_id: shortId(id),
    created_at: madeAt,
    updated_at: madeAt,
    deleted_at: null,
    user_id: 'local',
    team_id: 'local',
    visibility: 'public',
  }
}
