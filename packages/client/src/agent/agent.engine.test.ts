// `Agent` against the local engine: what the reference promises, and what people do to a conversation.
import type { Agent, AgentEvent, AgentToolCall, ClientTools } from './agent-types.ts'
import { createEngine } from '@inferstream/engine'
import type { Engine } from '@inferstream/engine'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { inference } from '../index.ts'
import type { InferenceOptions } from '../index.ts'

let engine: Engine

beforeAll(async () => {
  vi.stubEnv('OPENAI_BASE_URL', undefined)
  vi.stubEnv('OPENAI_API_KEY', undefined)
  engine = await createEngine({ speed: 20, heartbeatMs: 500 })
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await engine.close()
})

const connect = (options: InferenceOptions = {}) => inference({ baseUrl: engine.url, ...options })
const assistant = 'my-org/assistant@latest'

/** Resolves when the agent's state says so. */
function when(agent: Agent, isSo: (agent: Agent) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (!isSo(agent)) return
      unsubscribe()
      resolve()
    }
    const unsubscribe = agent.subscribe(check)
    queueMicrotask(check)
  })
}

const executeTool = async (name: string, args: Record<string, unknown>) => `${name} of ${String(args['topic'])}`

/** A tool that the engine's assistant has not, and an agent that has it. */
const weather = (execute: ClientTools[string]['execute']): ClientTools => ({
  get_weather: {
    description: 'Weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    execute,
  },
})
const clerk = { core_app: { ref: 'local/assistant' }, system_prompt: 'You are a weather clerk. Answer in upper case.' }

/** The call that waits for approval. */
async function asked(agent: Agent): Promise<AgentToolCall> {
  await when(agent, ({ state }) => state.status === 'awaiting_approval')
  const call = agent.state.messages.at(-1)?.parts.find((part) => part.type === 'tool-call')
  if (!call) throw new Error('Nothing waits for approval.')
  return call
}

/** The same conversation twice; what it asks for waits in both. */
async function twice(question: string, status: 'awaiting_input' | 'awaiting_approval') {
  const one = connect().agent(assistant)
  await one.sendMessage('What is 1 + 1?')
  const turn = one.sendMessage(question)
  const two = connect().agent(assistant, { chatId: one.state.chatId ?? '' })
  for (const agent of [one, two]) await when(agent, ({ state }) => state.status === status)
  const call = one.state.messages.at(-1)?.parts.find((part) => part.type === 'tool-call')
  return { one, two, turn, callId: call?.id ?? '' }
}

describe("the reference's example", () => {
  it('runs as printed: text piece by piece, thinking marked, the tool called once, its result goes on', async () => {
    const client = connect()
    const output: string[] = []
    const lines: string[] = []
    const process = { stdout: { write: (text: string) => output.push(text) } }
    const console = { log: (line: string) => lines.push(line) }

    // As printed in the reference.
    const agent = client.agent('my-org/assistant@latest')

    const response = await agent.sendMessage('Explain quantum entanglement', {
      onMessage: (msg) => {
        if (msg.content) {
          // Stream text as it arrives
          process.stdout.write(msg.content)
        }

        if (msg.type === 'thinking') {
          console.log(`\n[Thinking: ${msg.content}]`)
        }
      },
      onToolCall: async (call) => {
        console.log(`\n[Calling tool: ${call.name}]`)
        const result = await executeTool(call.name, call.args)
        // oxlint-disable-next-line typescript/no-floating-promises -- as printed
        agent.submitToolResult(call.id, result)
      },
    })

    expect(response).toMatchObject({ status: 'completed', text: 'look_up says: look_up of quantum entanglement' })
    expect(response.toolCalls).toMatchObject([{ name: 'look_up', type: 'client', status: 'completed' }])
    expect(lines.filter((line) => line.includes('Calling tool'))).toEqual(['\n[Calling tool: look_up]'])
    expect(lines.filter((line) => line.includes('Thinking')).length).toBeGreaterThan(0)
    expect(output.length).toBeGreaterThan(4)
    expect(output.join('')).toContain(response.text)
  })
})

describe('a turn', () => {
  it.each(['sse', 'ndjson'] as const)('tells its text in pieces that add up, over %s', async (format) => {
    const agent = connect({ format }).agent(assistant)
    const events: AgentEvent[] = []
    const reply = await agent.sendMessage('What is 17 * 23?', { onMessage: (event) => void events.push(event) })
    const texts = events.filter(({ type }) => type === 'text')
    expect(texts.map(({ content }) => content).join('')).toBe('17 * 23 = 391.')
    expect(texts.at(-1)).toMatchObject({ text: '17 * 23 = 391.', status: 'done', role: 'assistant' })
    expect(events.some(({ type }) => type === 'thinking')).toBe(true)
    expect(reply).toMatchObject({ text: '17 * 23 = 391.', status: 'completed', output: null })
    expect(reply.toolCalls).toMatchObject([{ name: 'calculate', args: { expression: '17 * 23' }, status: 'completed' }])
    expect(agent.state).toMatchObject({ chatId: reply.chatId, status: 'idle', connection: 'idle', error: null })
    expect(agent.state.messages.map(({ role, status }) => `${role} ${status}`)).toEqual([
      'user done',
      'assistant done',
      'assistant done',
    ])
  })

  it('follows another in the same chat', async () => {
    const agent = connect().agent(assistant)
    const first = await agent.sendMessage('What is 2 + 3?')
    const second = await agent.sendMessage('What is 4 + 5?')
    expect(second.chatId).toBe(first.chatId)
    expect(second.text).toBe('4 + 5 = 9.')
    expect(second.messages.every(({ id }) => !first.messages.some((message) => message.id === id))).toBe(true)
  })

  it('shows what was typed before anybody has answered', async () => {
    const agent = connect().agent(assistant)
    const seen: string[] = []
    agent.subscribe(() => {
      const last = agent.state.messages.at(-1)
      seen.push(`${agent.state.status}: ${last?.role} ${last?.status}`)
    })
    await agent.sendMessage('What is 1 + 1?')
    expect(seen[0]).toBe('submitted: user sending')
    expect(seen.at(-1)).toBe('idle: assistant done')
  })

  it('is queued while another is under way, and answered after it', async () => {
    const agent = connect().agent(assistant)
    const first = agent.sendMessage('Tell me a story in 300 words')
    const second = agent.sendMessage('What is 6 * 7?')
    await when(agent, ({ state }) => state.queued.some(({ status }) => status === 'queued'))
    expect(agent.state.queued).toMatchObject([{ role: 'user', parts: [{ type: 'text', text: 'What is 6 * 7?' }] }])
    expect((await first).text.length).toBeGreaterThan(200)
    expect((await second).text).toBe('6 * 7 = 42.')
    expect(agent.state.queued).toEqual([])
  })

  it('that is queued can be taken back', async () => {
    const agent = connect().agent(assistant)
    const first = agent.sendMessage('Tell me a story in 300 words')
    const second = agent.sendMessage('What is 6 * 7?')
    await when(agent, ({ state }) => state.queued.some(({ status }) => status === 'queued'))
    await agent.cancelMessage(agent.state.queued[0]!.id)
    expect(await second).toMatchObject({ status: 'stopped', text: '' })
    expect(agent.state.queued).toEqual([])
    await first
    expect(agent.state.messages.filter(({ role }) => role === 'user')).toHaveLength(1)
  })

  it('stops, and what was there so far stays', async () => {
    const agent = connect().agent(assistant)
    const turn = agent.sendMessage('Tell me a story in 20000 words', {
      onMessage: ({ text }) => {
        if (text.length > 100) void agent.stop()
      },
    })
    const reply = await turn
    expect(reply.status).toBe('stopped')
    expect(reply.text.length).toBeGreaterThan(100)
    expect(agent.state).toMatchObject({ status: 'idle', error: null })
  })

  it('is stopped by its signal, and says so at once', async () => {
    const agent = connect().agent(assistant)
    const controller = new AbortController()
    const turn = agent.sendMessage('Tell me a story in 20000 words', {
      signal: controller.signal,
      onMessage: ({ text }) => {
        if (text.length > 50) controller.abort()
      },
    })
    await expect(turn).rejects.toMatchObject({ name: 'AbortError' })
    await when(agent, ({ state }) => state.status === 'idle')
    expect(agent.state.messages.at(-1)?.status).toBe('cancelled')
  })

  it('rejects where there is no such agent; what was typed stays', async () => {
    const agent = connect().agent('local/asistant')
    await expect(agent.sendMessage('Hi')).rejects.toMatchObject({ code: 'not_found' })
    expect(agent.state).toMatchObject({ status: 'error', error: { code: 'not_found' } })
    expect(agent.state.messages).toMatchObject([{ role: 'user', status: 'failed', parts: [{ text: 'Hi' }] }])
  })

  it('refuses to send nothing', async () => {
    await expect(connect().agent(assistant).sendMessage('  ')).rejects.toMatchObject({ code: 'config' })
  })
})

describe('tools', () => {
  it('registered with an agent of its own run by themselves; prompt, tools and a file are all used', async () => {
    const execute = vi.fn(async () => ({ sky: 'clear', degrees: 21 }))
    const onToolCall = vi.fn()
    const agent = connect().agent(clerk, { tools: weather(execute) })
    const file = new Blob(['line one\nline two\n'], { type: 'text/plain' })
    const reply = await agent.sendMessage('What is the weather in Paris?', { files: [file], onToolCall })
    expect(execute).toHaveBeenCalledExactlyOnceWith(
      { city: 'Paris' },
      { callId: reply.toolCalls[0]?.id, signal: expect.any(AbortSignal) },
    )
    expect(onToolCall).not.toHaveBeenCalled()
    expect(reply.text).toContain('GET_WEATHER SAYS: SKY: CLEAR, DEGREES: 21')
    expect(reply.text).toContain('TEXT/PLAIN, 18 BYTES')
    expect(agent.state.messages[0]?.parts).toMatchObject([
      { type: 'text' },
      { type: 'file', file: { uri: expect.any(String) } },
    ])
  })

  it('see the images and files of a message, which are shown as what they are', async () => {
    const agent = connect().agent(assistant, { context: { place: 'Paris', plan: 'free' } })
    const image = new File([new Uint8Array([137, 80, 78, 71])], 'dot.png', { type: 'image/png' })
    const notes = new File(['one\ntwo'], 'notes.txt', { type: 'text/plain' })
    const turn = agent.sendMessage('What is 1 + 1?', { files: [image, notes] })
    await turn
    const parts = agent.state.messages[0]?.parts ?? []
    expect(parts).toMatchObject([
      { type: 'text', text: 'What is 1 + 1?' },
      { type: 'image', uri: expect.stringContaining(engine.url) },
      {
        type: 'file',
        file: { uri: expect.stringContaining(engine.url), filename: 'notes.txt', content_type: 'text/plain' },
      },
    ])
    const uris = parts.flatMap((part) =>
      part.type === 'image' ? [part.uri] : part.type === 'file' ? [part.file.uri] : [],
    )
    const stored = await Promise.all(uris.map(async (uri) => (await fetch(uri)).bytes()))
    expect(stored.map(({ length }) => length)).toEqual([4, 7])
    const chat = await fetch(`${engine.url}/chats/${agent.state.chatId}`).then(async (response) => response.json())
    expect(chat).toMatchObject({ data: { context: { place: 'Paris', plan: 'free' } } })
  })

  it('that throw tell the agent what went wrong', async () => {
    const agent = connect().agent(clerk, {
      tools: weather(() => {
        throw new Error('The station is closed.')
      }),
    })
    const reply = await agent.sendMessage('What is the weather in Paris?')
    expect(reply.status).toBe('completed')
    expect(reply.text).toContain('THE STATION IS CLOSED.')
  })

  it('answered by what the handler returns, or by what it throws', async () => {
    const agent = connect().agent(assistant)
    const returned = await agent.sendMessage('Explain entropy', {
      onToolCall: async ({ args }) => `it is ${String(args['topic'])}`,
    })
    expect(returned.text).toBe('look_up says: it is entropy')
    const thrown = await agent.sendMessage('Explain energy', {
      onToolCall: () => {
        throw new Error('nobody home')
      },
    })
    expect(thrown.text).toContain('nobody home')
  })

  it('answered twice take the first result', async () => {
    const agent = connect().agent(assistant)
    const reply = await agent.sendMessage('Explain entropy', {
      onToolCall: ({ id }) => {
        void agent.submitToolResult(id, 'first')
        void agent.submitToolResult(id, 'second')
        return 'third'
      },
    })
    expect(reply.text).toBe('look_up says: first')
  })

  it('without a handler wait, and say so, until they are answered', async () => {
    const agent = connect().agent(assistant)
    const turn = agent.sendMessage('Explain entropy')
    await when(agent, ({ state }) => state.status === 'awaiting_input')
    const call = agent.state.messages.at(-1)?.parts.find((part) => part.type === 'tool-call')
    expect(call).toMatchObject({ name: 'look_up', toolType: 'client', args: { topic: 'entropy' } })
    await agent.submitToolResult(call?.id ?? '', 'late')
    expect((await turn).text).toBe('look_up says: late')
  })

  it('that never answer are left by stop', async () => {
    let signal: AbortSignal | undefined
    const agent = connect().agent(clerk, {
      tools: weather((_, context) => {
        ;({ signal } = context)
        return new Promise(() => {})
      }),
    })
    const turn = agent.sendMessage('What is the weather in Paris?')
    await vi.waitFor(() => expect(signal).toBeDefined(), 60_000)
    await agent.stop()
    expect((await turn).status).toBe('stopped')
    expect(signal?.aborted).toBe(true)
  })

  it('that need approval wait for it, and run once they have it', async () => {
    const agent = connect().agent(assistant)
    const turn = agent.sendMessage('Remember that my name is Ada')
    const call = await asked(agent)
    expect(call).toMatchObject({ name: 'remember', status: 'awaiting_approval' })
    await agent.approveTool(call.id)
    const reply = await turn
    expect(reply).toMatchObject({ status: 'completed', toolCalls: [{ name: 'remember', status: 'completed' }] })
  })

  it('that need approval run with the arguments of who allowed them', async () => {
    const agent = connect().agent(assistant)
    const turn = agent.sendMessage('Remember that my name is Ada')
    const call = await asked(agent)
    expect(call).toMatchObject({ editable: true })
    await agent.approveTool(call.id, { args: { ...call.args, value: 'Grace' } })
    const { toolCalls } = await turn
    expect(toolCalls).toMatchObject([{ status: 'completed', args: { ...call.args, value: 'Grace' } }])
    expect(toolCalls[0]).not.toHaveProperty('editable')
    await expect(agent.approveTool(call.id, { args: {} })).rejects.toMatchObject({ code: 'config' })
  })

  it.each(['allow', 'deny'] as const)('that interrupt a turn are decided by the interrupt: %s', async (decision) => {
    const agent = connect().agent(assistant)
    const turn = agent.sendMessage('Remember that my name is Ada')
    const call = await asked(agent)
    await when(agent, ({ state }) => state.interrupts.length > 0)
    const { interrupts } = agent.state
    expect(interrupts).toEqual([
      {
        id: expect.any(String),
        reason: 'tool_approval',
        callId: call.id,
        toolName: 'remember',
        args: call.args,
        expiresAt: expect.any(Number),
      },
    ])
    const deciding = agent.resolveInterrupt(interrupts[0]!.id, { decision })
    expect(agent.state.interrupts).toEqual([])
    await deciding
    const status = decision === 'allow' ? 'completed' : 'cancelled'
    expect(await turn).toMatchObject({ status: 'completed', toolCalls: [{ status }] })
    // Decided already, which is what was wanted.
    await agent.resolveInterrupt(interrupts[0]!.id, { decision })
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- possible in untyped code
    await expect(agent.resolveInterrupt('x', {} as never)).rejects.toMatchObject({ code: 'config' })
    expect(agent.state.interrupts).toEqual([])
  })

  it('that are rejected do not run', async () => {
    const agent = connect().agent(assistant)
    const turn = agent.sendMessage('Remember that my name is Ada')
    const call = await asked(agent)
    await agent.rejectTool(call.id, 'none of your business')
    expect(await turn).toMatchObject({ status: 'completed', toolCalls: [{ status: 'cancelled' }] })
  })

  it('that are always allowed ask no second time', async () => {
    const agent = connect().agent(assistant)
    const turn = agent.sendMessage('Remember that my name is Ada')
    const call = await asked(agent)
    await agent.alwaysAllowTool(call.id)
    await turn
    const second = await agent.sendMessage('Remember that my dog is Rex')
    expect(second.toolCalls).toMatchObject([{ name: 'remember', status: 'completed' }])
  })
})

describe('a call answered in two places', () => {
  it('takes the first result, and the second is no error', async () => {
    const { one, two, turn, callId } = await twice('Explain entropy', 'awaiting_input')
    await one.submitToolResult(callId, 'first')
    await two.submitToolResult(callId, 'second')
    expect((await turn).text).toBe('look_up says: first')
    await when(two, ({ state }) => state.status === 'idle')
    expect([one.state.error, two.state.error]).toEqual([null, null])
  })

  it('takes the first decision, and the second is no error', async () => {
    const { one, two, turn, callId } = await twice('Remember that my name is Ada', 'awaiting_approval')
    await one.approveTool(callId)
    await Promise.all([one.approveTool(callId), two.rejectTool(callId), two.alwaysAllowTool(callId)])
    expect((await turn).toolCalls).toMatchObject([{ name: 'remember', status: 'completed' }])
    await when(two, ({ state }) => state.status === 'idle')
    expect([one.state.error, two.state.error]).toEqual([null, null])
  })

  it('with what it does not wait for is an error, and the call still waits', async () => {
    const { one, turn, callId } = await twice('Remember that my name is Ada', 'awaiting_approval')
    await expect(one.submitToolResult(callId, 'yes')).rejects.toMatchObject({ status: 409 })
    expect(one.state).toMatchObject({ status: 'awaiting_approval', error: { status: 409 } })
    await one.approveTool(callId)
    await turn
  })
})

describe('a chat begun elsewhere', () => {
  it('is loaded by its first subscriber, page by page', async () => {
    const first = connect().agent(assistant)
    for (let index = 0; index < 3; index++) await first.sendMessage(`What is ${index} + 1?`)
    const again = connect().agent(assistant, { chatId: first.state.chatId ?? '' })
    await when(again, ({ state }) => state.messages.length > 0)
    // How long it thought, and what a message was called before the service had it, is known only to those who were there.
    const told = JSON.stringify(first.state.messages).replaceAll(/,"duration":\d+|"id":"local-\d+",/g, '')
    const toldAgain = JSON.stringify(again.state.messages).replaceAll(/"id":"\w+",("role":"user")/g, '$1')
    expect(toldAgain).toBe(told)
    expect(again.state).toMatchObject({ status: 'idle', hasOlder: false })
    expect(await again.loadOlder()).toBe(false)
  })

  it('is followed to the end of what it is at', async () => {
    const first = connect().agent(assistant)
    const turn = first.sendMessage('Tell me a story in 300 words')
    await when(first, ({ state }) => state.status === 'streaming')
    const again = connect().agent(assistant, { chatId: first.state.chatId ?? '' })
    await when(again, ({ state }) => state.status === 'streaming')
    await when(again, ({ state }) => state.status === 'idle')
    const { text } = await turn
    expect(again.state.messages.at(-1)?.parts.find((part) => part.type === 'text')).toEqual({ type: 'text', text })
  })

  it('that is gone says so', async () => {
    const agent = connect().agent(assistant, { chatId: 'nosuchchat' })
    await when(agent, ({ state }) => state.status === 'error')
    expect(agent.state.error).toMatchObject({ code: 'not_found' })
  })
})

describe('faults', () => {
  it.each(['cut=700', 'drop=0.3', 'dup=0.5', 'bytewise', 'delay=30', 'html429=1'])(
    'of the wire (%s) change neither the answer nor its pieces',
    async (chaos) => {
      const faulty = await createEngine({ speed: 20, heartbeatMs: 200, chaos })
      try {
        const client = inference({ baseUrl: faulty.url, retry: { baseDelay: 10, maxDelay: 50 }, idleTimeoutMs: 2_000 })
        const pieces = new Map<string, string>()
        const onMessage = ({ id, type, content }: AgentEvent) => {
          if (type === 'text') pieces.set(id, (pieces.get(id) ?? '') + content)
        }
        const agent = client.agent(assistant, { tools: { look_up: { execute: () => 'a word for disorder' } } })
        const explained = await agent.sendMessage('Explain entropy', { onMessage })
        expect(explained).toMatchObject({ status: 'completed', text: 'look_up says: a word for disorder' })
        const story = await agent.sendMessage('Tell me a story in 300 words', { onMessage })
        expect(story.status).toBe('completed')
        const { text } = story
        expect([...pieces.values()].at(-1)).toBe(text)
        expect(text.length).toBeGreaterThan(500)
      } finally {
        await faulty.close()
      }
    },
    30_000,
  )
})
