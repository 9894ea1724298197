// What routes of the AI SDK say, and what they say when something is wrong; whole runs and cuts are in conformance.ts.
import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { inference } from '@inferstream/client'
import { aiSdk } from './ai-sdk.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

const sse = (response: ServerResponse, chunks: readonly unknown[]) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.end(chunks.map((chunk) => `data: ${typeof chunk === 'string' ? chunk : JSON.stringify(chunk)}\n\n`).join(''))
}

/** A route that answers the POST with these chunks, and the GET by `resume`. */
async function route(chunks: readonly unknown[], resume = (response: ServerResponse) => sse(response, chunks)) {
  const bodies: Record<string, unknown>[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += String(chunk)))
    request.on('end', () => {
      if (request.method !== 'POST') return resume(response)
      bodies.push(JSON.parse(body) as Record<string, unknown>)
      return sse(response, chunks)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => void server.close())
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}/chat`
  const client = inference({ retry: { maxAttempts: 3, baseDelay: 1, maxDelay: 2 }, transport: aiSdk({ api }) })
  return { bodies, client }
}

const page = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>')
const run = { app: 'chat', input: 'x' }
const start = { type: 'start' }
const finish = { type: 'finish' }
const delta = (text: string) => ({ type: 'text-delta', id: '1', delta: text })

describe('the request', () => {
  it('has a string as a message, an array as messages, an object as body', async () => {
    const { bodies, client } = await route([start, finish, '[DONE]'])
    await client.run({ app: 'chat', input: 'Hello' })
    await client.run({ app: 'chat', input: [{ id: 'm', role: 'user', parts: [] }] })
    await client.run({ app: 'chat', input: { messages: [], model: 'fast' } })
    expect(bodies).toMatchObject([
      {
        id: expect.any(String),
        trigger: 'submit-message',
        messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hello' }] }],
      },
      { messages: [{ id: 'm' }] },
      { messages: [], model: 'fast' },
    ])
  })
})

const paragraph = (id: string) => [
  { type: 'text-start', id },
  { type: 'text-delta', id, delta: id },
  { type: 'text-end', id },
]

describe('a run', () => {
  it('has its reasoning, calls, files, data and metadata', async () => {
    const { client } = await route([
      { ...start, messageMetadata: { model: 'fast' } },
      { type: 'reasoning-delta', id: 'r', delta: 'Hm.' },
      { type: 'tool-input-start', toolCallId: 'c1', toolName: 'look' },
      { type: 'tool-input-delta', toolCallId: 'c1', inputTextDelta: '{"at":"la' },
      { type: 'tool-input-available', toolCallId: 'c1', toolName: 'look', input: { at: 'lake' } },
      { type: 'tool-output-available', toolCallId: 'c1', output: { deep: true } },
      { type: 'tool-input-available', toolCallId: 'c2', toolName: 'walk', input: {} },
      { type: 'tool-output-error', toolCallId: 'c2', errorText: 'No legs.' },
      { type: 'file', url: 'data:,x', mediaType: 'text/plain' },
      { type: 'data-weather', data: { rain: 3 } },
      { type: 'data-log', data: ['one', { text: 'two' }] },
      { type: 'data-progress', data: { current: 3, total: 4, unit: 'pages' } },
      delta('Deep.'),
      finish,
    ])
    const stream = await client.run(run, { stream: true })
    const { output, logs } = await stream.result
    expect(output).toEqual({
      response: 'Deep.',
      reasoning: 'Hm.',
      tool_calls: [
        {
          index: 0,
          id: 'c1',
          type: 'function',
          result: { deep: true },
          function: { name: 'look', arguments: '{"at":"la' },
        },
        { index: 1, id: 'c2', type: 'function', error: 'No legs.', function: { name: 'walk', arguments: '{}' } },
      ],
      files: [{ uri: 'data:,x', content_type: 'text/plain' }],
      data: { weather: { rain: 3 } },
      metadata: { model: 'fast' },
    })
    expect([...logs]).toEqual(['one', 'two'])
    expect(stream.state.progress).toMatchObject({ current: 3, total: 4, unit: 'pages' })
  })

  it('of two texts has them as paragraphs', async () => {
    const { client } = await route([start, ...paragraph('a'), ...paragraph('b'), finish])
    expect((await client.run(run)).output).toEqual({ response: 'a\n\nb' })
  })

  it('of a stream that was written by hand, without start and finish, has completed where it ends', async () => {
    const { client } = await route([{ type: 'data-log', data: 'one' }, delta('Done.'), '[DONE]'])
    expect(await client.run(run)).toMatchObject({ output: { response: 'Done.' }, logs: ['one'] })
  })

  it('that began with start and ends without finish was cut: it is never taken for completed', async () => {
    const { client } = await route([start, delta('Half'), '[DONE]'])
    await expect(client.run(run)).rejects.toMatchObject({ code: 'network', retryable: true })
  })

  it('that says an error, or that it was aborted, ends so', async () => {
    const failed = await route([start, { type: 'error', errorText: 'No tokens.' }, finish])
    await expect(failed.client.run(run)).rejects.toMatchObject({ code: 'task_failed', message: 'No tokens.' })
    const aborted = await route([start, { type: 'abort' }])
    await expect(aborted.client.run(run)).rejects.toMatchObject({ code: 'task_cancelled' })
  })

  it('is whole whatever else comes', async () => {
    const odd = [
      '{',
      'null',
      '7',
      '[]',
      '{"type":4}',
      {},
      { type: 'text-delta' },
      { type: 'tool-output-available' },
      { type: 'tool-input-available' },
    ]
    const data = [
      { type: 'data-log' },
      { type: 'data-progress', data: 'x' },
      { type: 'data-status', data: 'completed' },
      { type: 'data-' },
    ]
    const { client } = await route([start, ...odd, ...data, { type: 'source-url' }, delta('Done.'), finish])
    expect((await client.run(run)).output).toMatchObject({ response: 'Done.' })
  })

  it('without stop cannot be stopped, says so, and goes on', async () => {
    const { client } = await route([start, delta('Done.'), finish])
    const stream = await client.run(run, { stream: true })
    await expect(client.tasks.cancel(stream.taskId)).rejects.toMatchObject({ code: 'config' })
    expect((await stream.result).output).toEqual({ response: 'Done.' })
  })
})

it('a run of a workflow is joined by the id that the workflow gave it', async () => {
  const urls: string[] = []
  const fetch: typeof globalThis.fetch = async (input) => {
    urls.push(input instanceof Request ? input.url : input.toString())
    const chunks = [start, delta('Done.'), ...(urls.length === 1 ? [] : [finish])]
    const text = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')
    return new Response(text, { headers: { 'content-type': 'text/event-stream', 'x-workflow-run-id': 'wrun_7' } })
  }
  const transport = aiSdk({ api: 'https://app.test/chat', fetch })
  const client = inference({ retry: { baseDelay: 1 }, transport })
  const { taskId, result } = await client.run(run, { stream: true })
  expect(taskId).toBe('wrun_7')
  expect((await result).output).toEqual({ response: 'Done.' })
  expect(urls).toEqual(['https://app.test/chat', 'https://app.test/chat/wrun_7/stream'])
})

describe('a run that was lost', () => {
  it.each([204, 404, 405])('and that the route does not have any more is not found: %i', async (status) => {
    const { client } = await route([start, delta('Half')], (response) => response.writeHead(status).end())
    const stream = await client.run(run, { stream: true })
    await expect(stream.result).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('not known'),
    })
    expect(stream.state).toMatchObject({ status: 'error', partialOutput: { response: 'Half' } })
  })

  it('and whose route answers with something else ends with an error', async () => {
    const { client } = await route([start, delta('Half')], page)
    await expect(client.run(run)).rejects.toMatchObject({ code: 'protocol' })
  })
})

it.each([
  ['an address that it cannot be', { api: '/api/chat' }, /outside of a browser it must be absolute/],
  [
    'headers that cannot be had',
    { api: 'https://app.test/chat', headers: () => Promise.reject(new Error('No token.')) },
    /headers failed: No token/,
  ],
])('%s sends nothing', async (_, options, message) => {
  const client = inference({ transport: aiSdk(options) })
  await expect(client.run(run)).rejects.toMatchObject({ code: 'config', message: expect.stringMatching(message) })
})

it('a stop that the route refuses is refused', async () => {
  const transport = aiSdk({
    api: 'https://app.test/chat',
    fetch: async () => new Response(new ReadableStream(), { headers: { 'content-type': 'text/event-stream' } }),
    stop: async () => new Response('{"detail":"Not yours."}', { status: 403 }),
  })
  const stream = await inference({ transport }).run(run, { stream: true })
  await expect(stream.cancel()).rejects.toMatchObject({ code: 'forbidden', message: 'Not yours.' })
  expect(stream.state.status).not.toBe('cancelling')
  stream.close()
})

it('a route that answers the start with JSON is no route of the AI SDK', async () => {
  const client = inference({
    transport: aiSdk({ api: 'https://app.test/chat', fetch: async () => Response.json({ text: 'Hello' }) }),
  })
  await expect(client.run(run)).rejects.toMatchObject({ code: 'protocol', mayHaveStarted: true })
})
