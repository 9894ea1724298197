import type { Context } from 'hono'
import type { Chat } from '../agents/chat.ts'
import { interruptDto, invocationDto } from '../agents/chat-dto.ts'
import type { Invocation } from '../agents/chat-state.ts'
import { findInvocation } from '../agents/chat-state.ts'
import type { JsonObject } from '../apps/app.ts'
import { isObject, readJsonObject } from './json-body.ts'
import { checkLength } from './message-input.ts'
import { ProblemError, invalidRequest, notFound } from './problems.ts'
import type { Route, ServerEnv } from './route.ts'
import { enveloped } from './route.ts'
import type { Services } from './services.ts'

export function toolRoutes(services: Services): Route[] {
  const { chats, turns, limits } = services
  const bodyOf = (context: Context<ServerEnv>) => readJsonObject(context.req.raw, limits.bodyBytes)

  const callOf = (context: Context<ServerEnv>, chatId?: string): { chat: Chat; invocation: Invocation } => {
    const id = context.req.param('id') ?? ''
    const found = chats.ofInvocation(id)
    if (found && (chatId === undefined || found.chat.id === chatId)) return found
    throw new ProblemError(notFound(`There is no tool call ${JSON.stringify(id.slice(0, 64))}.`))
  }
  const allow = (invocation: Invocation, args?: JsonObject) => {
    if (invocation.status !== 'awaiting_approval') throw notWaiting(invocation, 'an approval')
    turns.reply(invocation.id, { type: 'allow', arguments: args })
  }

  return [
    {
      method: 'POST',
      path: '/tools/:id',
      handle: async (context) => {
        const { chat, invocation } = callOf(context)
        const result = checkLength(limits.chat.messageCharacters, readResult(await bodyOf(context)))
        // The same result again is a repeated request whose answer was lost.
        const repeated = invocation.status === 'completed' && invocation.result === result
        if (!repeated) {
          if (invocation.status !== 'awaiting_input') throw notWaiting(invocation, 'a result')
          turns.reply(invocation.id, { type: 'result', result })
        }
        return answer(chat, invocation)
      },
    },
    {
      method: 'POST',
      path: '/tools/:id/invoke',
      handle: async (context) => {
        const { chat, invocation } = callOf(context)
        const { arguments: args } = await bodyOf(context)
        if (args !== undefined && !isObject(args)) {
          throw new ProblemError(invalidRequest('arguments must be a JSON object.', 422))
        }
        allow(invocation, args)
        return answer(chat, invocation)
      },
    },
    {
      method: 'POST',
      path: '/tools/:id/reject',
      handle: async (context) => {
        const { chat, invocation } = callOf(context)
        const { reason } = await bodyOf(context)
        deny(services, invocation, typeof reason === 'string' ? reason : '')
        return answer(chat, invocation)
      },
    },
    {
      method: 'POST',
      path: '/chats/:chatId/tools/:id/always-allow',
      handle: async (context) => {
        const { chat, invocation } = callOf(context, context.req.param('chatId'))
        const { tool_name: name } = await bodyOf(context)
        if (name !== undefined && name !== invocation.name) {
          throw new ProblemError(
            invalidRequest(`The call belongs to the tool ${invocation.name}, not to another one.`, 422),
          )
        }
        allow(invocation)
        chat.apply({ type: 'tool-always-allowed', name: invocation.name })
        return answer(chat, invocation)
      },
    },
    {
      method: 'POST',
      path: '/interrupts/:id/resolve',
      handle: async (context) => {
        const id = context.req.param('id') ?? ''
        const found = chats.ofInterrupt(id)
        if (!found) throw new ProblemError(notFound(`There is no interrupt ${JSON.stringify(id.slice(0, 64))}.`))
        const { chat, interrupt } = found
        const { decision } = await bodyOf(context)
        const invocation = findInvocation(chat.state, interrupt.invocationId)
        if (interrupt.status !== 'pending' || !invocation) {
          const detail = `The interrupt is already ${interrupt.status}.`
          throw new ProblemError({ status: 409, code: 'conflict', title: 'Nothing to decide', detail })
        }
        if (decision === 'allow') allow(invocation)
        else if (decision === 'deny') deny(services, invocation, '')
        else throw new ProblemError(invalidRequest('decision must be "allow" or "deny".', 422))
        return enveloped(interruptDto(chat.state, chats.ofInterrupt(id)?.interrupt ?? interrupt))
      },
    },
  ]
}

function answer(chat: Chat, { id }: Invocation): Response {
  const invocation = findInvocation(chat.state, id)
  return enveloped(invocation ? invocationDto(invocation) : null)
}

function deny({ turns }: Services, invocation: Invocation, reason: string): void {
  const waits = invocation.status === 'awaiting_approval' || invocation.status === 'awaiting_input'
  if (!waits) throw notWaiting(invocation, 'a decision')
  turns.reply(invocation.id, { type: 'deny', reason: reason.slice(0, 1_000) })
}

/** Text unchanged; a widget's action and anything else as JSON (protocol §6). */
function readResult(body: JsonObject): string {
  if (!('result' in body) && !('action' in body)) {
    throw new ProblemError(invalidRequest('The body has no result: send {"result": "…"}.', 422))
  }
  const result = 'result' in body ? body['result'] : body
  return typeof result === 'string' ? result : JSON.stringify(result)
}

function notWaiting({ name, status }: Invocation, what: string): ProblemError {
  const detail = `This call of ${name} is not waiting for ${what}: it is ${status}.`
  return new ProblemError({ status: 409, code: 'conflict', title: 'Nothing to answer', detail })
}
