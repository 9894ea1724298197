import type { Engine } from '@inferstream/engine'
import { createEngine } from '@inferstream/engine'
import { JSDOM } from 'jsdom'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { importBundled } from './testing/bundle.ts'
import type * as OfficialChat from './testing/official-chat.tsx'

// The official SDK's React provider and hooks, unmodified.
type Mount = typeof OfficialChat.mountOfficialChat

/** A busy machine may be slow. */
const patience = 30_000
vi.setConfig({ testTimeout: 2 * patience })
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: patience })

let engine: Engine
let mountOfficialChat: Mount
let removeBundle: () => Promise<void>
let mounted: ReturnType<Mount> | undefined

beforeAll(async () => {
  vi.stubEnv('OPENAI_BASE_URL', undefined)
  vi.stubEnv('OPENAI_API_KEY', undefined)
  // React needs a DOM when it is loaded; jsdom's environment would replace Node's fetch and streams, so it is not used.
  const { window } = new JSDOM('', { url: 'http://localhost/' })
  vi.stubGlobal('window', window)
  vi.stubGlobal('document', window.document)
  vi.stubGlobal('navigator', window.navigator)
  engine = await createEngine({ speed: 20, heartbeatMs: 100 })
  const { module, remove } = await importBundled(`export * from './official-chat.tsx'`)
  mountOfficialChat = (module as typeof OfficialChat).mountOfficialChat
  removeBundle = remove
})
afterEach(() => mounted?.unmount())
afterAll(async () => {
  vi.unstubAllEnvs()
  await engine.close()
  await removeBundle()
})

function mount(props: Omit<Parameters<Mount>[0], 'baseUrl'>) {
  mounted = mountOfficialChat({ baseUrl: engine.url, ...props })
  const { seen } = mounted
  const texts = (role: string) =>
    (seen.state?.messages ?? [])
      .filter((message) => message.role === role)
      .map(({ content }) => content.map(({ type, text }) => (type === 'text' ? text : '')).join(''))
      .filter((text) => text !== '')
  const send = async (text: string) => {
    await eventually(() => seen.actions).not.toBeNull()
    await seen.actions?.sendMessage(text)
  }
  const calls = () => (seen.state?.messages ?? []).flatMap(({ tool_invocations: invocations }) => invocations ?? [])
  return {
    seen,
    texts,
    send,
    calls,
    answered: (count: number) => eventually(() => texts('assistant').length).toBe(count),
  }
}

describe("the official SDK's React provider", () => {
  it('shows two turns and the description of the agent, and is idle at the end', async () => {
    const chat = mount({ agentConfig: { agent: 'my-org/assistant@latest' } })
    await chat.send('What is 17 * 23?')
    await eventually(() => chat.texts('assistant')).toEqual(['17 * 23 = 391.'])
    await eventually(() => chat.seen.state?.chat?.status).toBe('idle')
    await chat.send('Hello!')
    await eventually(() => chat.texts('assistant')[1]).toMatch(/^Hello! I am the local assistant.*look up\.$/)
    expect(chat.texts('user')).toEqual(['What is 17 * 23?', 'Hello!'])
    expect(chat.seen.state?.agentInfo?.example_prompts?.length).toBeGreaterThan(0)
  })

  it('calls its client tool, and shows the result', async () => {
    const asked: unknown[] = []
    const handler = (args: unknown) => {
      asked.push(args)
      return Promise.resolve('Two particles share one state.')
    }
    const chat = mount({
      agentConfig: { agent: 'my-org/assistant@latest' },
      clientToolHandlers: new Map([['look_up', handler]]),
    })
    await chat.send('Explain quantum entanglement')
    await eventually(() => chat.texts('assistant')).toEqual(['look_up says: Two particles share one state.'])
    expect(asked).toEqual([{ topic: 'quantum entanglement' }])
  })

  it('queues a message sent during a turn, and cancels it', async () => {
    const chat = mount({ agentConfig: { agent: 'my-org/assistant' } })
    await chat.send('Tell me a story in 2000 words')
    // It has the chat id from the next render on; until then a message would start another chat.
    await eventually(() => chat.seen.state?.chatId).not.toBeNull()
    await chat.send('What is 2 + 3?')
    await eventually(() => chat.seen.state?.messages.filter(({ status }) => status === 'queued').length).toBe(1)
    const queued = chat.seen.state?.messages.find(({ status }) => status === 'queued')
    await chat.seen.actions?.cancelMessage(queued?.id ?? '')
    await eventually(() => chat.seen.state?.messages.find(({ id }) => id === queued?.id)?.status).toBe('cancelled')
    chat.seen.actions?.stopGeneration()
    await eventually(() => chat.seen.state?.chat?.status).toBe('idle')
    expect(chat.texts('user')).toEqual(['Tell me a story in 2000 words', 'What is 2 + 3?'])
  })

  it.each(['approveTool', 'alwaysAllowTool', 'rejectTool', 'resolveInterrupt'] as const)(
    'decides on a tool that needs approval by %s',
    async (action) => {
      const chat = mount({ agentConfig: { agent: 'my-org/assistant' } })
      await chat.send('Remember that my name is Ada')
      await eventually(() => chat.calls()[0]?.status).toBe('awaiting_approval')
      const id = chat.calls()[0]?.id ?? ''
      const interrupt = chat.seen.state?.chat?.pending_interrupts?.[0]
      if (action === 'approveTool') await chat.seen.actions?.approveTool(id)
      else if (action === 'alwaysAllowTool') await chat.seen.actions?.alwaysAllowTool(id, 'remember')
      else if (action === 'rejectTool') await chat.seen.actions?.rejectTool(id, 'not today')
      else await chat.seen.actions?.resolveInterrupt(interrupt?.id ?? '', 'allow')
      await chat.answered(1)
      await eventually(() => chat.texts('assistant')[0]).toBe(
        action === 'rejectTool'
          ? 'I did not run remember. The user did not allow this: not today'
          : 'I will remember that your name is Ada.',
      )
      await eventually(() => chat.seen.state?.chat?.status).toBe('idle')
      expect(chat.seen.state?.chat?.agent_data.always_allowed_tools).toEqual(
        action === 'alwaysAllowTool' ? ['remember'] : [],
      )
    },
  )

  it('reopens a chat, and loads older messages', async () => {
    const first = mount({ agentConfig: { agent: 'my-org/assistant' } })
    for (let turn = 1; turn <= 15; turn++) {
      await first.send(`What is ${turn} + 1?`)
      await first.answered(turn)
      await eventually(() => first.seen.state?.chat?.status).toBe('idle')
    }
    const chatId = first.seen.state?.chatId
    mounted?.unmount()
    const again = mount({ agentConfig: { agent: 'my-org/assistant' }, ...(chatId ? { chatId } : {}) })
    await eventually(() => again.texts('assistant').at(-1)).toBe('15 + 1 = 16.')
    expect(again.texts('assistant')).not.toContain('1 + 1 = 2.')
    expect(again.seen.state?.hasOlderMessages).toBe(true)
    expect(await again.seen.actions?.loadOlderMessages()).toBe(false)
    await eventually(() => again.texts('assistant')[0]).toBe('1 + 1 = 2.')
    expect(again.texts('assistant')).toHaveLength(15)
  })
})
