import type { AgentSetup } from '../agents/agent-setup.ts'
import { agentName, agentNames, describedAgent, knownAgent } from '../agents/agent-setup.ts'
import { Chat } from '../agents/chat.ts'
import type { ToolError } from '../agents/declared-tools.ts'
import { readTools } from '../agents/declared-tools.ts'
import type { Tool } from '../agents/tool.ts'
import type { JsonObject } from '../apps/app.ts'
import { isObject } from './json-body.ts'
import { ProblemError, invalidRequest, notFound } from './problems.ts'
import type { Services } from './services.ts'

/** The agent that a body names (`agent`) or describes (`agent_config`), with its tools. */
export function requestedAgent(body: JsonObject): AgentSetup {
  const config = body['agent_config']
  if (!isObject(config)) return namedAgent(body['agent'], checkedTools(body['tools'], '/tools'))
  const core = config['core_app']
  const ref = isObject(core) ? core['ref'] : core
  const tools = checkedTools(config['tools'], '/agent_config/tools')
  return describedAgent(knownName(ref, 'agent_config.core_app.ref'), config, tools)
}

export function namedAgent(ref: unknown, tools: readonly Tool[]): AgentSetup {
  return knownAgent(knownName(ref, 'agent'), tools)
}

/** Starts a chat. Throws a problem if the limit is reached and all chats are busy. */
export function newChat(
  { chats, clock, limits }: Services,
  { setup, body, baseUrl }: { setup: AgentSetup; body: JsonObject; baseUrl: string },
): Chat {
  if (chats.full) {
    throw new ProblemError({
      status: 429,
      code: 'rate_limited',
      title: 'Too many chats',
      detail: 'The limit of chats is reached and all of them are busy. Try again after one has finished its turn.',
      headers: { 'retry-after': '5' },
    })
  }
  const chat = new Chat({ setup, context: readContext(body['context']), baseUrl }, clock, limits.chat)
  chats.add(chat)
  return chat
}

function knownName(ref: unknown, field: string): string {
  if (typeof ref !== 'string' || ref === '') {
    const detail = 'The body has no agent: send {"agent": "local/assistant", "input": {"text": "…"}}.'
    throw new ProblemError({
      ...invalidRequest(detail, 422),
      extra: { errors: [{ pointer: `/${field.replaceAll('.', '/')}`, detail: 'is required' }] },
    })
  }
  const name = agentName(ref)
  if (name !== null) return name
  throw new ProblemError(
    notFound(`There is no agent ${JSON.stringify(ref.slice(0, 120))}; the agents are ${agentNames.join(' and ')}.`),
  )
}

function checkedTools(value: unknown, pointer: string): Tool[] {
  const { tools, errors } = readTools(value)
  const [first] = errors
  if (!first) return tools
  const place = ({ index, detail }: ToolError) => ({ pointer: `${pointer}/${index}`, detail })
  const detail = `Invalid tool: ${pointer.slice(1).replaceAll('/', '.')}[${first.index}]: ${first.detail}.`
  throw new ProblemError({ ...invalidRequest(detail, 422), extra: { errors: errors.map(place) } })
}

function readContext(value: unknown): Record<string, string> {
  if (!isObject(value)) return {}
  const entries = Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return Object.fromEntries(entries.slice(0, 100))
}
