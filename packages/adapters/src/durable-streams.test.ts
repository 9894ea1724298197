// What only durable streams have; whole runs and cuts are in conformance.ts.
import { Server } from 'node:http'
import { DurableStream } from '@durable-streams/client'
import { DurableStreamTestServer } from '@durable-streams/server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { inference } from '@inferstream/client'
import type { BackendUpdate } from '@inferstream/client'
import { durableStreams } from './durable-streams.ts'

let server: DurableStreamTestServer
let origin: string
beforeEach(async () => {
  server = new DurableStreamTestServer({ port: 0, host: '127.0.0.1', longPollTimeout: 50 })
  origin = await server.start()
})
afterEach(async () => {
  const inner: unknown = Reflect.get(server, 'server')
  const stopped = server.stop()
  if (inner instanceof Server) inner.closeAllConnections()
  await stopped
})

const url = (taskId: string) => `${origin}/runs/${taskId}`
const run = { app: 'writer', input: null }

function open(fetch?: typeof globalThis.fetch) {
  const retry = { maxAttempts: 5, baseDelay: 1, maxDelay: 2 }
  return inference({ retry, transport: durableStreams({ url, start: async () => 'r1', fetch }) })
}

async function writer(contentType = 'application/json') {
  const stream = await DurableStream.create({ url: url('r1'), contentType })
  return { stream, say: async (update: BackendUpdate) => stream.append(JSON.stringify(update)) }
}

describe('a run', () => {
  it('whose stream is made after it was started is waited for', async () => {
    const stream = await inference({
      retry: { baseDelay: 20, maxAttempts: 50 },
      transport: durableStreams({ url, start: async () => 'r1' }),
    }).run(run, { stream: true })
    const { say, stream: sink } = await writer()
    await say({ status: 'completed', output: 1 })
    await sink.close()
    expect((await stream.result).output).toBe(1)
  })

  it('goes on where the server ends a live response, as it does about once a minute', async () => {
    const { say, stream: sink } = await writer()
    let requests = 0
    const shown: string[] = []
    // Each response ends behind its second control event.
    const ending: typeof fetch = async (input, init) => {
      requests += 1
      const response = await fetch(input, init)
      const { body, headers, status } = response
      const reader = body!.getReader()
      let text = ''
      for (;;) {
        const { value } = await reader.read()
        text += new TextDecoder().decode(value)
        if (text.split('event: control').length > 2) break
      }
      await reader.cancel()
      return new Response(text, { headers, status })
    }
    await say({ status: 'running', logs: ['one'] })
    const stream = await open(ending).run(run, { stream: true })
    stream.subscribe(() => shown.push(stream.state.connection))
    await expect.poll(() => stream.state.logs.length).toBe(1)
    await say({ logs: ['two'] })
    await expect.poll(() => stream.state.logs.length).toBe(2)
    await say({ status: 'completed', output: 1, logs: ['three'] })
    await sink.close()
    expect([...(await stream.result).logs]).toEqual(['one', 'two', 'three'])
    expect(requests).toBeGreaterThan(2)
    expect(shown).not.toContain('reconnecting')
  })

  it('whose writer closes the stream without a final status has not completed', async () => {
    const { say, stream: sink } = await writer()
    await say({ status: 'running', logs: ['one'] })
    await sink.close()
    const stream = await open().run(run, { stream: true })
    await expect(stream.result).rejects.toMatchObject({
      code: 'protocol',
      message: expect.stringContaining('without a final'),
    })
    expect([...stream.state.logs]).toEqual(['one'])
  })

  it('whose batch has several updates, and messages that are none', async () => {
    const { stream: sink } = await writer()
    const updates = [
      { logs: ['a'] },
      7,
      null,
      'x',
      { logs: 3 },
      { status: 'nonsense' },
      { status: 'completed', output: 2 },
    ]
    await Promise.all(updates.map((update) => sink.append(JSON.stringify(update))))
    await sink.close()
    expect(await open().run(run)).toMatchObject({ output: 2, logs: ['a'] })
  })

  it('of a text stream is its text', async () => {
    const { stream: sink } = await writer('text/plain')
    await sink.append('The lake ')
    await sink.append('lay still.')
    const stream = await open().run(run, { stream: true })
    await expect.poll(() => stream.state.partialOutput).toEqual({ response: 'The lake lay still.' })
    stream.close()
  })
})

describe('a stream that cannot be read', () => {
  it('because it never was', async () => {
    await expect(open().tasks.stream('never').result).rejects.toMatchObject({ code: 'not_found', status: 404 })
  })

  it('because it is not made in time', async () => {
    await expect(open().run(run)).rejects.toMatchObject({ code: 'not_found', status: 404, retryable: true })
  })

  it.each([
    [410, 'not_found'],
    [400, 'validation'],
    [401, 'auth'],
  ] as const)('because the server says %i', async (status, code) => {
    const refusing = async () => new Response('Nope.', { status })
    await expect(open(refusing).tasks.stream('r1').result).rejects.toMatchObject({ code, status })
  })

  it('because it answers with a page', async () => {
    await expect(
      open(async () => new Response('<p>', { headers: { 'content-type': 'text/html' } })).tasks.stream('r1').result,
    ).rejects.toMatchObject({ code: 'protocol' })
  })
})

it('without cancel it cannot be stopped, and says so', async () => {
  await writer()
  const stream = await open().run(run, { stream: true })
  await expect(stream.cancel()).rejects.toMatchObject({ code: 'config' })
  stream.close()
})
