// useAgent's agent over a route that is written with the AI SDK: models of the mock kind, everything else is real.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { convertToModelMessages, jsonSchema, stepCountIs, streamText, tool } from 'ai'
import type { ToolSet, UIMessage } from 'ai'
import { MockLanguageModelV3, simulateReadableStream } from 'ai/test'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { inference } from '@inferstream/client'
import type { Agent, AgentOptions } from '@inferstream/client'
import { aiSdk } from './ai-sdk.ts'

type Part = Awaited<ReturnType<MockLanguageModelV3['doStream']>>['stream'] extends ReadableStream<infer T> ? T : never

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
}
const finish = (unified: 'stop' | 'tool-calls'): Part => ({
  type: 'finish',
  usage,
  finishReason: { unified, raw: undefined },
})
const say = (...words: string[]): Part[] => [
  { type: 'text-start', id: '1' },
  ...words.map((delta): Part => ({ type: 'text-delta', id: '1', delta })),
  { type: 'text-end', id: '1' },
  finish('stop'),
]
const call = (toolName: string, input: object): Part[] => [
  { type: 'tool-call', toolCallId: `call-${toolName}`, toolName, input: JSON.stringify(input) },
  finish('tool-calls'),
]

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A route whose model says these steps, one after the other. */
async function route(steps: readonly Part[][], tools: ToolSet = {}) {
  const bodies: { id: string; messages: UIMessage[] }[] = []
  let step = 0
  const model = new MockLanguageModelV3({
    doStream: async () => ({ stream: simulateReadableStream({ chunks: steps[step++] ?? say('No more.') }) }),
  })
  const server = createServer((request, response) => {
    void (async () => {
      let body = ''
      for await (const chunk of request) body += String(chunk)
      const given = JSON.parse(body) as { id: string; messages: UIMessage[] }
      bodies.push(given)
      const result = streamText({
        model,
        messages: await convertToModelMessages(given.messages),
        tools,
        stopWhen: stepCountIs(5),
      })
      const answer = result.toUIMessageStreamResponse({ onError: (error) => String(error) })
      response.writeHead(answer.status, Object.fromEntries(answer.headers))
      Readable.fromWeb(answer.body as never).pipe(response)
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/chat`
  const open = (options: AgentOptions = {}) => inference({ transport: aiSdk({ api }) }).agent('route', options)
  return { bodies, open }
}

const textOf = (agent: Agent) =>
  agent.state.messages.flatMap(({ role, parts }) =>
    role === 'assistant' ? parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])) : [],
  )

async function until(agent: Agent, status: Agent['state']['status']): Promise<void> {
  const leave = agent.subscribe(() => {})
  await vi.waitFor(() => expect(agent.state.status).toBe(status), 60_000)
  leave()
}

it('a chat of two turns: the second request has what was said before', async () => {
  const { bodies, open } = await route([say('The lake ', 'lay still.'), say('Deep.')])
  const agent = open()
  expect(await agent.sendMessage('How was the lake?')).toMatchObject({
    status: 'completed',
    text: 'The lake lay still.',
  })
  await agent.sendMessage('And how deep?')
  expect(textOf(agent)).toEqual(['The lake lay still.', 'Deep.'])
  expect(bodies.map(({ messages }) => messages.map(({ role }) => role))).toEqual([
    ['user'],
    ['user', 'assistant', 'user'],
  ])
  expect(new Set(bodies.map(({ id }) => id)).size).toBe(1)
})

describe('a tool', () => {
  const depth = jsonSchema<{ lake: string }>({ type: 'object', properties: { lake: { type: 'string' } } })

  it('that the route runs is shown with its result', async () => {
    const { open } = await route([call('depth', { lake: 'Como' }), say('400 m.')], {
      depth: tool({ inputSchema: depth, execute: async () => ({ metres: 400 }) }),
    })
    const agent = open()
    const reply = await agent.sendMessage('How deep?')
    expect(reply).toMatchObject({ status: 'completed', text: '400 m.' })
    expect(reply.toolCalls).toMatchObject([
      { name: 'depth', status: 'completed', args: { lake: 'Como' }, result: { metres: 400 } },
    ])
  })

  it('that needs approval waits for it, and the turn goes on', async () => {
    const execute = vi.fn(async () => ({ metres: 400 }))
    const { bodies, open } = await route([call('depth', { lake: 'Como' }), say('400 m.')], {
      depth: tool({ inputSchema: depth, needsApproval: true, execute }),
    })
    const agent = open()
    const turn = agent.sendMessage('How deep?')
    await until(agent, 'awaiting_approval')
    expect(execute).not.toHaveBeenCalled()
    await agent.approveTool('call-depth')
    expect(await turn).toMatchObject({ status: 'completed', text: '400 m.' })
    expect(execute).toHaveBeenCalledOnce()
    expect(bodies).toHaveLength(2)
  })

  it('that is rejected does not run', async () => {
    const execute = vi.fn(async () => ({ metres: 400 }))
    const { open } = await route([call('depth', { lake: 'Como' }), say('Then I do not know.')], {
      depth: tool({ inputSchema: depth, needsApproval: true, execute }),
    })
    const agent = open()
    const turn = agent.sendMessage('How deep?')
    await until(agent, 'awaiting_approval')
    await agent.rejectTool('call-depth', 'Too costly.')
    expect(await turn).toMatchObject({ status: 'completed', text: 'Then I do not know.' })
    expect(execute).not.toHaveBeenCalled()
  })

  it('of the page runs here, and its result goes to the route', async () => {
    const { bodies, open } = await route([call('place', {}), say('You are in Como.')], {
      place: tool({ inputSchema: jsonSchema({ type: 'object', properties: {} }) }),
    })
    const agent = open({ tools: { place: { execute: () => ({ town: 'Como' }) } } })
    expect(await agent.sendMessage('Where am I?')).toMatchObject({ status: 'completed', text: 'You are in Como.' })
    expect(bodies[1]!.messages.at(-1)!.parts).toContainEqual(
      expect.objectContaining({ type: 'tool-place', state: 'output-available', output: { town: 'Como' } }),
    )
  })
})

it('an error of the model is the error of the turn', async () => {
  const { open } = await route([[{ type: 'error', error: new Error('Out of tokens.') }]])
  const agent = open()
  expect(await agent.sendMessage('x')).toMatchObject({ status: 'failed' })
  expect(agent.state.error?.message).toMatch(/Out of tokens/)
})
