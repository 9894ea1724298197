import { AbstractChat } from 'ai'
import type { ChatInit, ChatState, ChatTransport, UIMessage } from 'ai'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createEngine } from '@inferstream/engine'
import type { Engine } from '@inferstream/engine'
import { inference } from '@inferstream/client'
import type { AgentOptions } from '@inferstream/client'
import { agentChatTransport } from './ai-sdk.ts'

let engine: Engine
let slow: Engine
beforeAll(async () => {
  vi.stubEnv('OPENAI_BASE_URL', undefined)
  vi.stubEnv('OPENAI_API_KEY', undefined)
  engine = await createEngine({ speed: 20, heartbeatMs: 500 })
  slow = await createEngine({ heartbeatMs: 500 })
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await engine.close()
  await slow.close()
})

const assistant = 'my-org/assistant@latest'
const clerk = { core_app: { ref: 'local/assistant' }, system_prompt: 'You are a weather clerk.' }

/** What `useChat` is built on, without React. */
class Chat extends AbstractChat<UIMessage> {
  constructor(init: ChatInit<UIMessage>) {
    const state: ChatState<UIMessage> = {
      status: 'ready',
      error: undefined,
      messages: init.messages ?? [],
      pushMessage(message) {
        state.messages = [...state.messages, message]
      },
      popMessage() {
        state.messages = state.messages.slice(0, -1)
      },
      replaceMessage(index, message) {
        state.messages = state.messages.map((one, at) => (at === index ? structuredClone(message) : one))
      },
      snapshot: (thing) => structuredClone(thing),
    }
    super({ ...init, state })
  }
}

function open(
  target: Parameters<ReturnType<typeof inference>['agent']>[0] = assistant,
  options: AgentOptions = {},
  { url } = engine,
) {
  const agent = inference({ baseUrl: url }).agent(target, options)
  // Also a check of types: `useChat` takes it as it is.
  const transport: ChatTransport<UIMessage> = agentChatTransport(agent)
  return { agent, chat: new Chat({ transport }) }
}

const textOf = (message: UIMessage | undefined) =>
  message?.parts.map((part) => (part.type === 'text' ? part.text : '')).join('') ?? ''
const toolsOf = (message: UIMessage | undefined) => message?.parts.filter((part) => part.type === 'dynamic-tool') ?? []

it('an answer is the text that the agent has', async () => {
  const { agent, chat } = open()
  await chat.sendMessage({ text: 'What is 2 + 3?' })
  expect(chat.status).toBe('ready')
  expect(chat.messages.map(({ role }) => role)).toEqual(['user', 'assistant'])
  const reply = agent.state.messages.filter(({ role }) => role === 'assistant')
  const texts = reply.flatMap(({ parts }) => parts.map((part) => (part.type === 'text' ? part.text : '')))
  expect(textOf(chat.messages[1])).toBe(texts.join(''))
  await chat.sendMessage({ text: 'And 4 + 4?' })
  expect(textOf(chat.messages[3])).toMatch(/8/)
})

it('text comes piece by piece, and reasoning is marked as such', async () => {
  const { chat } = open()
  const seen: number[] = []
  const turn = chat.sendMessage({ text: 'Think hard: what is 12 * 12?' })
  const timer = setInterval(() => seen.push(textOf(chat.lastMessage)?.length ?? 0), 1)
  await turn
  clearInterval(timer)
  expect(chat.status).toBe('ready')
  expect(textOf(chat.lastMessage)).toMatch(/144/)
  expect(chat.lastMessage?.parts.every((part) => !('state' in part) || part.state !== 'streaming')).toBe(true)
})

describe('a tool that needs approval', () => {
  it.each([true, false])('goes on once the page has answered: %s', async (approved) => {
    const { chat } = open()
    await chat.sendMessage({ text: 'Remember that my name is Ada' })
    expect(chat.status).toBe('ready')
    const [call] = toolsOf(chat.lastMessage)
    expect(call).toMatchObject({ toolName: 'remember', state: 'approval-requested', input: expect.any(Object) })
    await chat.addToolApprovalResponse({ id: call!.approval!.id, approved })
    await chat.sendMessage()
    expect(chat.error).toBeUndefined()
    expect(chat.messages).toHaveLength(2)
    expect(toolsOf(chat.lastMessage)[0]?.state).toBe(approved ? 'output-available' : 'output-error')
    expect(textOf(chat.lastMessage)).not.toBe('')
    await chat.sendMessage({ text: 'What is 1 + 1?' })
    expect(textOf(chat.lastMessage)).toMatch(/2/)
  })
})

describe('a client tool', () => {
  it('whose code the agent has runs by itself', async () => {
    const execute = vi.fn(() => 'rain')
    const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
    const { chat } = open(clerk, { tools: { get_weather: { description: 'Weather of a city', parameters, execute } } })
    await chat.sendMessage({ text: 'What is the weather in Paris?' })
    expect(execute).toHaveBeenCalledOnce()
    expect(toolsOf(chat.lastMessage)).toMatchObject([{ toolName: 'get_weather', state: 'output-available' }])
    expect(textOf(chat.lastMessage)).toMatch(/rain/i)
  })

  it('whose code the page has waits for its result', async () => {
    const { chat } = open()
    await chat.sendMessage({ text: 'Explain entropy' })
    const [call] = toolsOf(chat.lastMessage)
    expect(call).toMatchObject({ toolName: 'look_up', state: 'input-available', input: { topic: 'entropy' } })
    await chat.addToolOutput({ tool: 'look_up', toolCallId: call!.toolCallId, output: 'a measure of disorder' })
    await chat.sendMessage()
    expect(textOf(chat.lastMessage)).toMatch(/a measure of disorder/)
  })
})

it('stop() stops the turn at the service', async () => {
  const { agent, chat } = open()
  const turn = chat.sendMessage({ text: 'Write a long story about the sea' })
  await vi.waitFor(() => expect(textOf(chat.lastMessage)).not.toBe(''), 60_000)
  await chat.stop()
  await turn
  await vi.waitFor(() => expect(agent.state.status).toBe('idle'), 60_000)
  expect(agent.state.messages.at(-1)?.status).toBe('cancelled')
})

it('what cannot be sent is an error of the chat', async () => {
  const agent = inference({ baseUrl: 'http://127.0.0.1:9', retry: false }).agent(assistant)
  const chat = new Chat({ transport: agentChatTransport(agent) })
  await chat.sendMessage({ text: 'Hello?' })
  expect(chat.status).toBe('error')
  expect(chat.error?.message).toMatch(/No answer from/)
})

it('regenerate() says why it cannot', async () => {
  const { chat } = open()
  await chat.sendMessage({ text: 'What is 1 + 1?' })
  await chat.regenerate()
  expect(chat.error?.message).toMatch(/cannot give an answer again/)
})

describe('a page that was reloaded', () => {
  it('goes on with the turn that is under way, from its beginning', async () => {
    const { agent, chat } = open(assistant, {}, slow)
    void chat.sendMessage({ text: 'Write a long story about the sea' })
    await vi.waitFor(() => expect(textOf(chat.lastMessage)).not.toBe(''), 60_000)
    const { chat: again } = open(assistant, { chatId: agent.state.chatId ?? '' }, slow)
    await again.resumeStream()
    expect(again.error).toBeUndefined()
    expect(again.status).toBe('ready')
    await vi.waitFor(() => expect(agent.state.status).toBe('idle'), 60_000)
    expect(textOf(again.lastMessage)).toBe(
      agent.state.messages
        .filter(({ role }) => role === 'assistant')
        .flatMap(({ parts }) => parts.map((part) => (part.type === 'text' ? part.text : '')))
        .join(''),
    )
  })

  it('has nothing to go on with where nothing is under way', async () => {
    const { chat } = open()
    await chat.resumeStream()
    expect(chat.messages).toEqual([])
    const { agent, chat: first } = open()
    await first.sendMessage({ text: 'What is 1 + 1?' })
    const { chat: second } = open(assistant, { chatId: agent.state.chatId ?? '' })
    await second.resumeStream()
    expect(second.status).toBe('ready')
    expect(second.messages).toEqual([])
  })
})
