import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Engine } from '@inferstream/engine'
import { createEngine } from '@inferstream/engine'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { call } from '../testing/engine-client.ts'
import { ask, messagesOf, settled, textOf } from '../testing/chat-client.ts'

// A server that speaks the streaming format of OpenAI's chat completions, as its reference describes it: `data:` blocks,
// each with one chunk, the last one with a finish_reason, then [DONE].
interface Completion {
  model: string
  stream: boolean
  messages: { role: string; content: unknown; tool_calls?: unknown; tool_call_id?: string }[]
  tools?: { function: { name: string } }[]
}
type Answer = { status?: number; deltas?: object[]; finish?: string | null; error?: string }

const requests: { body: Completion; authorization: string | undefined }[] = []
let answer: (body: Completion) => Answer = () => ({})

const server = createServer((incoming, outgoing) => {
  let text = ''
  incoming.on('data', (chunk: Buffer) => (text += chunk.toString()))
  incoming.on('end', () => {
    const body = JSON.parse(text) as Completion
    requests.push({ body, authorization: incoming.headers.authorization })
    const { status = 200, deltas = [], finish = 'stop', error } = answer(body)
    if (error !== undefined) {
      outgoing.writeHead(status, { 'content-type': 'application/json' })
      outgoing.end(JSON.stringify({ error: { message: error, type: 'invalid_request_error', code: null } }))
      return
    }
    outgoing.writeHead(200, { 'content-type': 'text/event-stream' })
    const chunk = (choice: object) =>
      outgoing.write(
        `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: body.model, choices: [choice] })}\n\n`,
      )
    chunk({ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null })
    for (const delta of deltas) chunk({ index: 0, delta, finish_reason: null })
    if (finish !== null) chunk({ index: 0, delta: {}, finish_reason: finish })
    outgoing.end(finish === null ? '' : 'data: [DONE]\n\n')
  })
})

/** A tool call as it is streamed: its name first, then its arguments in pieces. */
function callDeltas(index: number, id: string, name: string, pieces: string[]): object[] {
  return [
    { tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] },
    ...pieces.map((piece) => ({ tool_calls: [{ index, function: { arguments: piece } }] })),
  ]
}

// A busy machine may be slow.
vi.setConfig({ testTimeout: 60_000 })

let engine: Engine
beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  vi.stubEnv('OPENAI_BASE_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`)
  vi.stubEnv('OPENAI_API_KEY', 'sk-secret')
  vi.stubEnv('OPENAI_MODEL', 'test-model')
  engine = await createEngine({ speed: 20 })
})
afterEach(() => void requests.splice(0))
afterAll(async () => {
  vi.unstubAllEnvs()
  await engine.close()
  await new Promise((resolve) => void server.close(resolve))
})

describe('a model behind the assistant', () => {
  it('is asked with prompt, conversation and tools, and its text and thinking arrive as they come', async () => {
    answer = () => ({ deltas: [{ reasoning_content: 'A greeting.' }, { content: 'Good ' }, { content: 'day.' }] })
    const config = { core_app: { ref: 'local/assistant' }, system_prompt: 'Be kind.' }
    const chatId = await ask(engine.url, 'Hello', { agent: undefined, agent_config: config })
    await settled(engine.url, chatId)
    const messages = await messagesOf(engine.url, chatId)
    expect(messages.at(-1)).toMatchObject({
      status: 'ready',
      content: [
        { type: 'reasoning', text: 'A greeting.' },
        { type: 'text', text: 'Good day.' },
      ],
    })
    expect(requests).toHaveLength(1)
    const [{ body, authorization } = { body: undefined, authorization: undefined }] = requests
    expect(authorization).toBe('Bearer sk-secret')
    expect(body).toMatchObject({
      model: 'test-model',
      stream: true,
      messages: [
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: 'Hello' },
      ],
    })
    expect(body?.tools?.map((tool) => tool.function.name)).toContain('calculate')
  })

  it('calls tools, whose arguments come in pieces, and gets their results', async () => {
    answer = ({ messages }) => {
      const results = messages.filter(({ role }) => role === 'tool').map(({ content }) => content)
      if (results.length > 0) return { deltas: [{ content: `They are ${results.join(' and ')}.` }] }
      const deltas = [
        ...callDeltas(0, 'call_a', 'calculate', ['{"expr', 'ession": "6', ' * 7"}']),
        ...callDeltas(1, 'call_b', 'calculate', ['{"expression":"1+1"}']),
      ]
      return { deltas, finish: 'tool_calls' }
    }
    const chatId = await ask(engine.url, 'Six times seven, and one and one?')
    await settled(engine.url, chatId)
    const messages = await messagesOf(engine.url, chatId)
    expect(textOf(messages.at(-1))).toBe('They are 42 and 2.')
    expect(messages[1]).toMatchObject({
      tool_invocations: [
        {
          type: 'internal',
          status: 'completed',
          tool_invocation_id: 'call_a',
          result: '42',
          function: { arguments: { expression: '6 * 7' } },
        },
        { status: 'completed', tool_invocation_id: 'call_b', result: '2' },
      ],
    })
    expect(requests[1]?.body.messages.slice(-3)).toMatchObject([
      {
        role: 'assistant',
        tool_calls: [{ id: 'call_a', type: 'function', function: { name: 'calculate' } }, { id: 'call_b' }],
      },
      { role: 'tool', tool_call_id: 'call_a', content: '42' },
      { role: 'tool', tool_call_id: 'call_b', content: '2' },
    ])
  })

  it('gets an image that was uploaded, and the text of a file', async () => {
    answer = () => ({ deltas: [{ content: 'Seen.' }] })
    const upload = async (filename: string, content_type: string, bytes: string) => {
      const { json } = await call(engine.url, 'POST', '/files', {
        files: [{ filename, content_type, size: bytes.length }],
      })
      const [{ uri, upload_url }] = json['data'] as [{ uri: string; upload_url: string }]
      await fetch(upload_url, { method: 'PUT', body: bytes })
      return uri
    }
    const images = [await upload('dot.png', 'image/png', 'PNG!')]
    const files = [await upload('notes.txt', 'text/plain', 'buy milk')]
    const chatId = await ask(engine.url, 'What is this?', { input: { text: 'What is this?', images, files } })
    await settled(engine.url, chatId)
    expect(requests[0]?.body.messages[0]?.content).toEqual([
      { type: 'text', text: 'What is this?' },
      { type: 'text', text: 'Attached file notes.txt (text/plain): \nbuy milk' },
      { type: 'image_url', image_url: { url: `data:image/png;base64,${Buffer.from('PNG!').toString('base64')}` } },
    ])
  })

  it.each([
    [
      'refuses',
      { status: 401, error: 'Incorrect API key provided: sk-secret.' },
      /could not answer: 401 Incorrect API key provided: …/,
    ],
    ['cuts its answer off', { deltas: [{ content: 'Half of' }], finish: null }, /cut before the answer was whole/],
    ['has too little room', { status: 400, error: 'Too long.' }, /could not answer: 400 Too long/],
  ])('fails the turn with the reason, and never with the key, when it %s', async (_name, given, reason) => {
    answer = () => given
    const chatId = await ask(engine.url, 'Hello')
    const chat = await settled(engine.url, chatId)
    expect(chat).toMatchObject({
      status: 'idle',
      active_run: { state: 'failed', error: expect.stringMatching(reason) },
    })
    const messages = await messagesOf(engine.url, chatId)
    expect(messages.at(-1)).toMatchObject({ status: 'failed' })
    expect(JSON.stringify(messages) + JSON.stringify(chat)).not.toContain('sk-secret')
  })
})
