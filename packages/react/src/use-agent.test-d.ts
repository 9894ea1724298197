import { describe, expectTypeOf, it } from 'vitest'
import { inference, useAgent } from './index.ts'
import type {
  Agent,
  AgentMessage,
  AgentPart,
  AgentReply,
  AgentState,
  AgentToolCall,
  InferstreamError,
  UseAgentResult,
} from './index.ts'

describe('the types of useAgent', () => {
  it('flow into callbacks and tools', () => {
    useAgent('ns/agent@latest', {
      tools: {
        weather: {
          description: 'Weather of a city',
          parameters: { type: 'object' },
          execute: (args, { callId, signal }) => {
            expectTypeOf(args).toEqualTypeOf<Record<string, unknown>>()
            expectTypeOf(callId).toBeString()
            expectTypeOf(signal).toEqualTypeOf<AbortSignal>()
            return { sky: 'clear' }
          },
        },
      },
      onToolCall: (call) => expectTypeOf(call).toEqualTypeOf<AgentToolCall>(),
      onFinish: (reply) => expectTypeOf(reply).toEqualTypeOf<AgentReply>(),
      onError: (error) => expectTypeOf(error).toEqualTypeOf<InferstreamError>(),
    })
    // @ts-expect-error -- a tool needs something to execute
    useAgent('ns/agent', { tools: { weather: { description: 'Weather' } } })
  })

  it('take an agent by reference or by its own words', () => {
    const own = { core_app: { ref: 'ns/model' }, system_prompt: 'Be brief.', tools: [], temperature: 0 }
    expectTypeOf(useAgent(own)).toEqualTypeOf<UseAgentResult>()
    // @ts-expect-error -- an agent of one's own says what it runs on
    useAgent({ system_prompt: 'Be brief.' })
    // @ts-expect-error -- an agent is needed
    useAgent()
  })

  it('are those of a state with actions', () => {
    const agent = useAgent('ns/agent')
    expectTypeOf(agent).toExtend<AgentState>()
    expectTypeOf(agent).toEqualTypeOf<UseAgentResult>()
    expectTypeOf(agent.messages).toEqualTypeOf<readonly AgentMessage[]>()
    expectTypeOf(
      agent.sendMessage('Hi', { files: [new Blob(), { uri: 'https://x.test/a.png' }] }),
    ).resolves.toEqualTypeOf<AgentReply>()
    expectTypeOf(agent.regenerate()).resolves.toEqualTypeOf<AgentReply>()
    expectTypeOf(agent.loadOlder()).resolves.toBeBoolean()
    // As in onClick={stop}.
    expectTypeOf(agent.stop).toExtend<(event: MouseEvent) => unknown>()
    // @ts-expect-error -- what is sent is a text
    void agent.sendMessage(1)
    // @ts-expect-error -- a status that no chat has
    void (agent.status === 'done')
  })

  it('tell the parts of a message apart', () => {
    expectTypeOf<Extract<AgentPart, { type: 'text' | 'reasoning' }>['text']>().toBeString()
    expectTypeOf<Extract<AgentPart, { type: 'tool-call' }>['args']>().toEqualTypeOf<Record<string, unknown>>()
    expectTypeOf<Extract<AgentPart, { type: 'tool-call' }>['status']>().toEqualTypeOf<AgentToolCall['status']>()
    expectTypeOf<Extract<AgentPart, { type: 'image' }>['uri']>().toBeString()
  })
})

describe("the types of the client's agent", () => {
  it('let handlers return nothing, a result, or a promise of either', () => {
    const agent = inference().agent('ns/agent', { chatId: 'c1', context: { user: 'ada' } })
    expectTypeOf(agent).toEqualTypeOf<Agent>()
    void agent.sendMessage('Hi', { onToolCall: () => {} })
    void agent.sendMessage('Hi', { onToolCall: async () => {} })
    void agent.sendMessage('Hi', { onToolCall: async ({ args }) => ({ echo: args }) })
    void agent.sendMessage('Hi', { onMessage: ({ type }) => expectTypeOf(type).toEqualTypeOf<'text' | 'thinking'>() })
    // @ts-expect-error -- a signal is no controller
    void agent.sendMessage('Hi', { signal: new AbortController() })
  })
})
