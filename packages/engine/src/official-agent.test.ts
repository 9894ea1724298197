import type * as Sdk from '@inferencesh/sdk'
import type { Engine } from '@inferstream/engine'
import { createEngine } from '@inferstream/engine'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { importBundled } from './testing/bundle.ts'

// The official SDK's agent, unchanged, as a guest.
// A busy machine may be slow.
vi.setConfig({ testTimeout: 60_000 })

let engine: Engine
let sdk: typeof Sdk
let removeBundle: () => Promise<void>

beforeAll(async () => {
  vi.stubEnv('OPENAI_BASE_URL', undefined)
  vi.stubEnv('OPENAI_API_KEY', undefined)
  engine = await createEngine({ speed: 20, heartbeatMs: 100 })
  const { module, remove } = await importBundled(`export * from '@inferencesh/sdk'`)
  sdk = module as typeof Sdk
  removeBundle = remove
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await engine.close()
  await removeBundle()
})

const connect = (options: object = {}) =>
  sdk.inference({ apiKey: 'inf_guest', baseUrl: engine.url, pollIntervalMs: 20, ...options })

/** Text blocks of a message. */
function textOf(message: Sdk.ChatMessageDTO | undefined): string {
  return (message?.content ?? []).map(({ type, text }) => (type === 'text' ? (text ?? '') : '')).join('')
}

/** The messages that the callbacks received, each in its last state. */
function collector() {
  const messages = new Map<string, Sdk.ChatMessageDTO>()
  return {
    onMessage: (message: Sdk.ChatMessageDTO) => void messages.set(message.id, message),
    answers: () =>
      [...messages.values()]
        .filter(({ role }) => role === 'assistant')
        .map(textOf)
        .filter((text) => text !== ''),
  }
}

describe("the official SDK's agent", () => {
  it('streams an answer: deltas that add up to the text, thinking, and the tool that was called', async () => {
    const agent = connect().agent('my-org/assistant@latest')
    const { onMessage, answers } = collector()
    const deltas = new Map<string, Sdk.LLMOutput>()
    let pieces = 0
    await agent.sendMessage('What is 17 * 23?', {
      onMessage,
      onDelta: ({ messageId, output }) => {
        pieces++
        deltas.set(messageId, output)
      },
    })
    agent.disconnect()
    expect(answers()).toEqual(['17 * 23 = 391.'])
    expect([...deltas.values()].map(({ response }) => response).filter(Boolean)).toEqual(['17 * 23 = 391.'])
    expect([...deltas.values()].every(({ reasoning }) => (reasoning ?? '') !== '')).toBe(true)
    expect(pieces).toBeGreaterThan(4)
  })

  it('receives the same by polling', async () => {
    const agent = connect({ stream: false }).agent('my-org/assistant')
    const { onMessage, answers } = collector()
    const seen: unknown[] = []
    await agent.sendMessage('What is 17 * 23?', { onMessage, onChat: ({ status }) => void seen.push(status) })
    expect(seen.at(-1)).toBe('idle')
    expect(answers()).toEqual(['17 * 23 = 391.'])
  })

  it.each([{ stream: true }, { stream: false }])(
    'has a client tool called once, and goes on with its result: %o',
    async (mode) => {
      const agent = connect(mode).agent('my-org/assistant@latest')
      const { onMessage } = collector()
      const calls: unknown[] = []
      await agent.sendMessage('Explain quantum entanglement', {
        onMessage,
        onToolCall: ({ id, name, args }) => {
          calls.push({ name, args })
          void agent.submitToolResult(id, 'Two particles share one state.')
        },
      })
      agent.disconnect()
      expect(calls).toEqual([{ name: 'look_up', args: { topic: 'quantum entanglement' } }])
      const { data } = await connect().http.request<{ items: Sdk.ChatMessageDTO[] }>(
        'get',
        `/chats/${agent.currentChatId}/messages`,
      )
      expect(textOf(data.items.at(-1))).toBe('look_up says: Two particles share one state.')
    },
  )

  it('takes a second turn in the same chat', async () => {
    const agent = connect().agent('my-org/assistant@latest')
    const { onMessage, answers } = collector()
    await agent.sendMessage('What is 2 + 3?', { onMessage })
    const chatId = agent.currentChatId
    await agent.sendMessage('Hello!', { onMessage })
    agent.disconnect()
    expect(agent.currentChatId).toBe(chatId)
    expect(answers()).toHaveLength(2)
    expect(answers()[1]).toMatch(/^Hello! I am the local assistant/)
  })

  it('can define its own agent: prompt, tools and a file are used', async () => {
    const client = connect()
    const { tool, string } = sdk
    const agent = client.agent({
      core_app: { ref: 'local/assistant' },
      system_prompt: 'You are a weather clerk. Answer in upper case.',
      tools: [tool('get_weather').describe('Weather of a city').param('city', string('The city')).build()],
    })
    const { onMessage, answers } = collector()
    const calls: unknown[] = []
    const file = new Blob(['line one\nline two\n'], { type: 'text/plain' })
    await agent.sendMessage('What is the weather in Paris?', {
      files: [file],
      onMessage,
      onToolCall: ({ id, name, args }) => {
        calls.push({ name, args })
        void agent.submitToolResult(id, JSON.stringify({ sky: 'clear', degrees: 21 }))
      },
    })
    agent.disconnect()
    expect(calls).toEqual([{ name: 'get_weather', args: { city: 'Paris' } }])
    expect(answers().at(-1)).toContain('GET_WEATHER SAYS: SKY: CLEAR, DEGREES: 21')
    expect(answers().at(-1)).toContain('TEXT/PLAIN, 18 BYTES')
  })

  it('stops an answer, and the text so far is kept', async () => {
    const agent = connect().agent('my-org/assistant')
    const { onMessage, answers } = collector()
    const turn = agent.sendMessage('Tell me a story in 20000 words', {
      onMessage,
      onDelta: ({ output }) => {
        if ((output.response ?? '').length > 100) void agent.stopChat()
      },
    })
    await turn
    agent.disconnect()
    expect(answers()[0]?.length).toBeGreaterThan(100)
    expect(answers()[0]?.length).toBeLessThan(50_000)
  })

  it('gets an error for an unknown agent', async () => {
    const answer = connect()
      .agent('local/asistant')
      .sendMessage('Hi', { onMessage: () => {} })
    await expect(answer).rejects.toMatchObject({ statusCode: 404, message: expect.stringContaining('local/assistant') })
  })

  it('reads the description of an agent', async () => {
    const { data } = await connect().agents.getByName('my-org', 'assistant@latest')
    expect(data).toMatchObject({ namespace: 'my-org', name: 'assistant' })
    expect(data.version?.example_prompts.length).toBeGreaterThan(0)
  })
})
