import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Engine } from '@inferstream/engine'
import { createEngine } from '@inferstream/engine'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { call, collect, get, reached, start } from './testing/engine-client.ts'

// Real servers and threads, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 })

let engine: Engine
beforeAll(async () => {
  engine = await createEngine({ speed: 20 })
})
afterAll(() => engine.close())

const run = (more: object) => call(engine.url, 'POST', '/apps/run', { app: 'local/echo', input: {}, ...more })
const soon = (ms: number) => new Date(Date.now() + ms).toISOString()

/** The requests that a local webhook received, and its answer. */
async function listener(status = 200) {
  const received: { method: string | undefined; body: Record<string, unknown> }[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => {
      received.push({ method: request.method, body: JSON.parse(text) as Record<string, unknown> })
      response.writeHead(status, { location: '/elsewhere' }).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { received, url: `http://127.0.0.1:${port}/done`, close: () => server.close() }
}

describe('run_at', () => {
  it('keeps a run queued until then, and starts others before it', async () => {
    const runAt = soon(1_500)
    const { json } = await run({ run_at: runAt })
    const { id } = json['data'] as { id: string }
    expect(json['data']).toMatchObject({ run_at: runAt })
    await collect(engine.url, await start(engine.url, 'local/echo'))
    // The last query of the time, as the machine may be slow: from then on it may begin.
    const waiting = await get(engine.url, id)
    expect(waiting.status === 2 || Date.now() >= Date.parse(runAt)).toBe(true)
    await reached(engine.url, id, 10)
    const { events } = await get(engine.url, id)
    const began = events.find(({ status }) => status === 3)?.event_time ?? ''
    expect(Date.parse(began)).toBeGreaterThanOrEqual(Date.parse(runAt))
  })

  it('in the past starts at once, and a waiting run can be cancelled', async () => {
    await reached(engine.url, await start(engine.url, 'local/echo', {}, { run_at: '2001-01-01T00:00:00Z' }), 10)
    const id = await start(engine.url, 'local/echo', {}, { run_at: soon(3_600_000) })
    await call(engine.url, 'POST', `/tasks/${id}/cancel`)
    expect((await get(engine.url, id)).status).toBe(12)
  })

  it.each(['tomorrow', 5, {}])('that is not a time is refused: %j', async (time) => {
    expect(await run({ run_at: time })).toMatchObject({ status: 422 })
  })
})

describe('webhook', () => {
  it.each([
    ['completed', 'local/echo', 10],
    ['failed', 'local/fail', 11],
  ])('of this machine is called once, with the whole task: %s', async (_, app, status) => {
    const { received, url, close } = await listener()
    const id = await start(engine.url, app, {}, { webhook: url })
    await vi.waitFor(() => expect(received).toMatchObject([{ method: 'POST', body: { id, status } }]), 60_000)
    close()
  })

  it('that redirects is not followed', async () => {
    const { received, url, close } = await listener(307)
    await reached(engine.url, await start(engine.url, 'local/echo', {}, { webhook: url }), 10)
    await vi.waitFor(() => expect(received).toHaveLength(1), 60_000)
    await collect(engine.url, await start(engine.url, 'local/echo'))
    expect(received).toHaveLength(1)
    close()
  })

  it.each(['https://example.com/done', 'http://169.254.1.1/', 'http://127.0.0.1.example.com/', 'file:///etc/passwd'])(
    'elsewhere is not called, and a notice says so: %s',
    async (webhook) => {
      const { status, json } = await run({ webhook })
      expect(status).toBe(200)
      expect(json['messages']).toMatchObject([{ level: 'warning', code: 'webhook_not_called' }])
    },
  )

  it('that is not a URL is refused, and an unreachable one changes nothing', async () => {
    expect(await run({ webhook: 'not an address' })).toMatchObject({ status: 422 })
    await reached(engine.url, await start(engine.url, 'local/echo', {}, { webhook: 'http://127.0.0.1:9/' }), 10)
  })
})

describe('DELETE /tasks/{id}', () => {
  it('forgets a task that has ended, and refuses one that has not', async () => {
    const slow = await start(engine.url, 'local/slow')
    expect((await call(engine.url, 'DELETE', `/tasks/${slow}`)).status).toBe(409)
    await call(engine.url, 'POST', `/tasks/${slow}/cancel`)
    await reached(engine.url, slow, 12)
    expect((await call(engine.url, 'DELETE', `/tasks/${slow}`)).json['data']).toEqual({ id: slow, deleted: true })
    for (const method of ['GET', 'DELETE']) expect((await call(engine.url, method, `/tasks/${slow}`)).status).toBe(404)
  })
})
