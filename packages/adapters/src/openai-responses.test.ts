import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import OpenAI from 'openai'
import { afterEach, describe, expect, it } from 'vitest'
import { inference } from '@inferstream/client'
import type { AgentOptions } from '@inferstream/client'
import { responsesServer } from '../test/responses-server.ts'
import type { Script } from '../test/wire.ts'
import { openAIResponses } from './openai-responses.ts'

const closing: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const quick = { retry: { maxAttempts: 3, baseDelay: 1, maxDelay: 2 } }
const words: Script = async function* words() {
  yield { status: 'running' }
  for (const text of ['The ', 'lake ', 'lay still.']) yield { text }
}

async function serve(script: Script) {
  const server = await responsesServer(script)
  closing.push(() => server.close())
  return { server, client: inference({ ...quick, transport: openAIResponses({ baseUrl: server.url }) }) }
}

describe('the server of these tests is one for the official client too', () => {
  it('which creates, streams, resumes, retrieves and cancels', async () => {
    const { server } = await serve(words)
    const openai = new OpenAI({ apiKey: 'x', baseURL: server.url, maxRetries: 0 })
    const params = { model: 'gpt-5', input: 'x', background: true, stream: true } as const
    const seen: { sequence_number: number; type: string }[] = []
    for await (const event of await openai.responses.create(params)) seen.push(event)
    expect(seen.at(-1)?.type).toBe('response.completed')
    const rest = []
    for await (const event of await openai.responses.retrieve('resp_1', { stream: true, starting_after: 3 }))
      rest.push(event)
    expect(rest).toEqual(seen.slice(4))
    expect((await openai.responses.retrieve('resp_1')).output_text).toBe('The lake lay still.')
    await expect(openai.responses.retrieve('resp_9')).rejects.toMatchObject({ status: 404 })
    await expect(openai.responses.cancel('resp_1')).rejects.toMatchObject({ status: 400 })
  })
})

/** A service that answers the start with these events, and everything else with `answer`. */
async function saying(events: readonly object[], answer: object = {}) {
  const bodies: Record<string, unknown>[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += String(chunk)))
    request.on('end', () => {
      if (request.method === 'POST' && request.url === '/responses') {
        bodies.push(JSON.parse(body) as Record<string, unknown>)
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.end(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''))
      } else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => void server.close())
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { bodies, client: inference({ ...quick, transport: openAIResponses({ baseUrl }) }) }
}

const created = { type: 'response.created', sequence_number: 0, response: { id: 'r1', status: 'queued' } }
const ended = (status: string, more: object = {}) => ({
  type: `response.${status}`,
  sequence_number: 99,
  response: { id: 'r1', status, output: [], ...more },
})
const message = { type: 'message', content: [{ type: 'output_text', text: 'Half a' }] }

const numbered = (text: string, number?: number) => ({
  type: 'response.output_text.delta',
  delta: text,
  ...(number !== undefined && { sequence_number: number }),
})

describe('a response', () => {
  it('is asked for as it was written', async () => {
    const { bodies, client } = await saying([created, ended('completed')])
    await client.run({ app: 'gpt-5', input: 'x' })
    await client.run({ app: 'gpt-5', input: { input: 'x', instructions: 'Be kind.' } })
    await client.run({ app: 'gpt-5', input: [{ role: 'user', content: 'x' }] })
    const flags = { model: 'gpt-5', background: true, stream: true, store: true }
    expect(bodies).toEqual([
      { ...flags, input: 'x' },
      { ...flags, input: 'x', instructions: 'Be kind.' },
      { ...flags, input: [{ role: 'user', content: 'x' }] },
    ])
  })

  it('that is cut short by its limit has completed, and says why', async () => {
    const incomplete = ended('incomplete', { output: [message], incomplete_details: { reason: 'max_output_tokens' } })
    const { client } = await saying([created, incomplete])
    const { output } = await client.run({ app: 'gpt-5', input: 'x' })
    expect(output).toEqual({ response: 'Half a', incomplete: 'max_output_tokens' })
  })

  it('has its reasoning, calls, pictures and usage', async () => {
    const output = [
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }] },
      message,
      { type: 'function_call', id: 'f1', call_id: 'c1', name: 'look', arguments: '{"at":"la' },
      { type: 'image_generation_call', result: 'AAAA', output_format: 'webp' },
    ]
    const partial = {
      type: 'response.image_generation_call.partial_image',
      sequence_number: 5,
      partial_image_b64: 'AA',
    }
    const { client } = await saying([created, partial, ended('completed', { output, usage: { total_tokens: 7 } })])
    const partials: unknown[] = []
    const result = await client.run(
      { app: 'gpt-5', input: 'x' },
      { onUpdate: (update) => partials.push(update.partial_output) },
    )
    expect(partials).toContainEqual({ images: ['data:image/png;base64,AA'] })
    expect(result.output).toEqual({
      response: 'Half a',
      reasoning: 'Hm.',
      tool_calls: [{ index: 2, id: 'c1', type: 'function', function: { name: 'look', arguments: '{"at":"la' } }],
      images: ['data:image/webp;base64,AAAA'],
      usage: { total_tokens: 7 },
    })
  })

  it('whose events are no objects, have no numbers, or come too late is still whole', async () => {
    const odd = [null, 7, [], { type: 9 }, { type: 'response.output_item.added' }, { type: 'response.completed' }]
    const events = [
      created,
      ...odd,
      numbered('a', 3),
      numbered('late', 2),
      numbered('a', 3),
      numbered('b'),
      ended('failed', { error: { message: 'No.' } }),
    ]
    const { client } = await saying(events as object[])
    const stream = await client.run({ app: 'gpt-5', input: 'x' }, { stream: true })
    await expect(stream.result).rejects.toMatchObject({ code: 'task_failed', message: 'No.' })
    expect(stream.state.partialOutput).toEqual({ response: 'ab' })
  })

  it('whose stream reports an error is asked for how it ended', async () => {
    const error = { type: 'error', sequence_number: 4, code: 'server_error', message: 'Oops.' }
    const { client } = await saying([created, error], { id: 'r1', status: 'failed', error: { message: 'Overloaded.' } })
    await expect(client.run({ app: 'gpt-5', input: 'x' })).rejects.toMatchObject({
      code: 'task_failed',
      message: 'Overloaded.',
    })
  })

  it('that names itself nowhere may have started', async () => {
    const { client } = await saying([{ type: 'response.created' }])
    await expect(client.run({ app: 'gpt-5', input: 'x' })).rejects.toMatchObject({
      code: 'protocol',
      mayHaveStarted: true,
    })
  })

  it('that has ended is not cancelled any more, which is no error', async () => {
    const { client, server } = await serve(words)
    const { taskId } = await client.run({ app: 'gpt-5', input: 'x' })
    await client.tasks.cancel(taskId)
    expect((await client.tasks.get(taskId)).output).toEqual({ response: 'The lake lay still.' })
    expect(server.starts).toBe(1)
  })
})

/** Each request is answered by the next list of events. */
async function chat(turns: readonly (readonly object[])[], options: AgentOptions = {}) {
  const bodies: Record<string, unknown>[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += String(chunk)))
    request.on('end', () => {
      bodies.push(JSON.parse(body) as Record<string, unknown>)
      const id = `r${bodies.length}`
      const events = [
        { type: 'response.created', response: { id, status: 'in_progress' } },
        ...(turns[bodies.length - 1] ?? []),
      ]
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.end(
        events.map((event, index) => `data: ${JSON.stringify({ ...event, sequence_number: index })}\n\n`).join(''),
      )
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => void server.close())
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { bodies, agent: inference({ ...quick, transport: openAIResponses({ baseUrl }) }).agent('gpt-5', options) }
}
const text = (delta: string) => ({ type: 'response.output_text.delta', delta })
const completed = { type: 'response.completed', response: { status: 'completed', output: [] } }

const functionCall = (name: string) => ({
  type: 'response.output_item.done',
  item: { type: 'function_call', call_id: `c-${name}`, name, arguments: '{}' },
})
const execute = () => ({ ok: true })

describe('a chat', () => {
  it('of two turns: the second names the first', async () => {
    const { agent, bodies } = await chat([
      [text('Still.'), completed],
      [text('Deep.'), completed],
    ])
    expect(await agent.sendMessage('How was the lake?')).toMatchObject({
      status: 'completed',
      text: 'Still.',
      chatId: 'r1',
    })
    expect(await agent.sendMessage('How deep?')).toMatchObject({ text: 'Deep.', chatId: 'r1' })
    expect(bodies).toMatchObject([{ model: 'gpt-5' }, { previous_response_id: 'r1' }])
    expect(bodies[0]).not.toHaveProperty('previous_response_id')
  })

  it('runs tools of the page, several at once, and sends all results together', async () => {
    const tools = { one: { execute, parameters: { type: 'object' } }, two: { execute } }
    const { agent, bodies } = await chat(
      [
        [functionCall('one'), functionCall('two'), completed],
        [text('Both.'), completed],
      ],
      { tools },
    )
    expect(await agent.sendMessage('Run both')).toMatchObject({ status: 'completed', text: 'Both.' })
    expect(bodies).toHaveLength(2)
    expect(bodies[1]).toMatchObject({
      previous_response_id: 'r1',
      tools: [{ type: 'function', name: 'one' }, { name: 'two' }],
      input: expect.arrayContaining([
        { type: 'function_call_output', call_id: 'c-one', output: '{"ok":true}' },
        { type: 'function_call_output', call_id: 'c-two', output: '{"ok":true}' },
      ]),
    })
  })

  it('asks for approvals of MCP servers', async () => {
    const item = { type: 'mcp_approval_request', id: 'm1', name: 'delete', arguments: '{"all":true}' }
    const { agent, bodies } = await chat([
      [{ type: 'response.output_item.done', item }, completed],
      [text('Kept.'), completed],
    ])
    const turn = agent.sendMessage('Delete all')
    await expect.poll(() => agent.state.status).toBe('awaiting_approval')
    await agent.rejectTool('m1', 'No.')
    expect(await turn).toMatchObject({ status: 'completed', text: 'Kept.' })
    expect(bodies[1]!['input']).toEqual([
      { type: 'mcp_approval_response', approval_request_id: 'm1', approve: false, reason: 'No.' },
    ])
  })
})
