import { createHash } from 'node:crypto'
import type { JsonObject } from '../apps/app.ts'
import { assistantTools, lookUp } from './assistant/assistant-tools.ts'
import type { Tool } from './tool.ts'

/** The agent of a chat: a known one, or one that the caller described. */
export interface AgentSetup {
  /** The name that was requested, without a version. */
  readonly ref: string
  readonly systemPrompt: string
  readonly tools: readonly Tool[]
}

export const assistantRef = 'local/assistant'

/** Names of the assistant; the second one is for the reference's example. */
export const agentNames: readonly string[] = [assistantRef, 'my-org/assistant']

export const assistantInfo = {
  title: 'Assistant',
  description:
    'A rule-based assistant: no language model, but a few rules with real tools behind them. It calculates, renders, searches the documentation, tells stories and remembers.',
  examplePrompts: [
    'What is 17 * 23?',
    'Render a glass marble at sunset',
    'How does a task resume after a lost connection?',
    'Remember that my favourite colour is green',
    'Tell me a story about a train',
  ],
}

/** `name[@version]` → the name, if an agent has it. Any version of a known name is accepted. */
export function agentName(ref: string): string | null {
  const name = ref.split('@', 1).join('')
  return agentNames.includes(name) ? name : null
}

/** A known agent. Tools that the caller declares replace the default `look_up` tool. */
export function knownAgent(ref: string, callersTools: readonly Tool[]): AgentSetup {
  return {
    ref,
    systemPrompt: '',
    tools: callersTools.length === 0 ? [...assistantTools, lookUp] : withOwn(callersTools),
  }
}

/** An agent as the caller describes it: its prompt and tools, with the assistant behind it. */
export function describedAgent(ref: string, config: JsonObject, tools: readonly Tool[]): AgentSetup {
  const prompt = config['system_prompt']
  return { ref, systemPrompt: typeof prompt === 'string' ? prompt : '', tools: withOwn(tools) }
}

/** The caller's tool wins over one of the same name. */
function withOwn(tools: readonly Tool[]): Tool[] {
  return [...tools, ...assistantTools.filter(({ name }) => tools.every((own) => own.name !== name))]
}

/** An agent has the same ids in every engine. */
export function agentIds(ref: string): { agent_id: string; agent_version_id: string } {
  const id = (kind: string) => createHash('sha256').update(`${kind}:${ref}`).digest('hex').slice(0, 26)
  return { agent_id: id('agent'), agent_version_id: id('agent-version') }
}
