import { request } from 'node:http'
import { connect } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Engine } from '@inferstream/engine'
import { createEngine } from '@inferstream/engine'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { call, collect, dataOf, decode, get, merged, reached, readUntil, start } from './testing/engine-client.ts'

// Real servers and threads, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 })

setFlagsFromString('--expose_gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Bytes in buffers that are still referenced. */
function bufferedBytes(): number {
  collectGarbage()
  return process.memoryUsage().arrayBuffers
}

let engine: Engine
beforeAll(async () => {
  engine = await createEngine({ speed: 20, heartbeatMs: 60, workers: 3 })
})
afterAll(() => engine.close())

describe('a stream', () => {
  it.each(['sse', 'ndjson'] as const)('sends a whole run as %s, then closes', async (format) => {
    const id = await start(engine.url, 'local/echo', { message: 'hi' })
    const lines = (await collect(engine.url, id, { format })).filter(({ payload }) => payload)
    const [first, ...partials] = lines
    expect(first?.payload).toMatchObject({ id, input: { message: 'hi' }, logs: expect.any(Array) })
    for (const { payload } of partials) {
      expect(Object.keys(payload ?? {})).toEqual(['data', 'fields'])
      const data = payload?.['data'] as object
      const named = Object.keys(data).filter((key) => key !== 'id' && key !== 'updated_at')
      expect(named).toEqual(payload?.['fields'])
    }
    expect(lines.at(-1)?.payload).toMatchObject({
      data: { status: 10, status_text: 'completed', output: { message: 'hi' } },
    })
    const end = merged(lines)
    expect(end).toEqual({ ...(await get(engine.url, id)), updated_at: end.updated_at })
    expect(end.events.map(({ status }) => status)).toEqual([1, 2, 3, 4, 5, 6, 7, 9, 10])
  })

  it('sends the whole task first on every connect, even after the end', async () => {
    const id = await start(engine.url, 'local/echo')
    await collect(engine.url, id)
    const lines = await collect(engine.url, id)
    expect(lines).toHaveLength(1)
    expect(lines[0]?.payload).toMatchObject({ id, status: 10, logs: expect.any(Array) })
  })

  it.each([
    ['text/event-stream', 'text/event-stream'],
    ['*/*', 'text/event-stream'],
    ['application/x-ndjson', 'application/x-ndjson'],
    ['application/jsonl', 'application/x-ndjson'],
  ])('answers Accept: %s with %s, and forbids buffering on the way', async (accept, type) => {
    const id = await start(engine.url, 'local/echo')
    const response = await fetch(`${engine.url}/tasks/${id}/stream`, { headers: { accept } })
    expect(response.headers.get('content-type')).toBe(type)
    expect(response.headers.get('cache-control')).toBe('no-cache, no-transform')
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    expect(response.headers.get('content-encoding')).toBeNull()
    await response.text()
  })

  it.each([
    ['text/event-stream', /^: heartbeat$/m],
    ['application/x-ndjson', /^\{"type":"heartbeat"\}$/m],
  ])('sends heartbeats as %s while nothing happens', async (accept, heartbeat) => {
    const id = await start(engine.url, 'local/slow', { seconds: 60 })
    const response = await fetch(`${engine.url}/tasks/${id}/stream`, { headers: { accept } })
    let text = ''
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk).toString()
      if (heartbeat.test(text)) break
    }
    expect(text).toMatch(heartbeat)
    await call(engine.url, 'POST', `/tasks/${id}/cancel`)
  })

  it('sends browsers a retry delay', async () => {
    const id = await start(engine.url, 'local/echo')
    const text = await (await fetch(`${engine.url}/tasks/${id}/stream`)).text()
    expect(text).toMatch(/^retry: \d+\nid: \d+\ndata: \{/)
  })

  it('resumes by Last-Event-ID, in a header or the query, with exactly the missed frames', async () => {
    const id = await start(engine.url, 'local/story', { tokens: 30 })
    const whole = (await collect(engine.url, id)).filter(({ payload }) => payload)
    expect(whole.map((line) => Number(line.id))).toEqual([...new Set(whole.map((line) => Number(line.id)))])
    for (const place of [0, 3, Math.floor(whole.length / 2), whole.length - 2]) {
      const lastEventId = whole[place]?.id ?? ''
      const [snapshot, ...rest] = await collect(engine.url, id, { lastEventId })
      expect(snapshot).toMatchObject({ id: null, payload: { id } })
      expect(rest).toEqual(whole.slice(place + 1))
      const byQuery = await collect(engine.url, id, { query: `?last_event_id=${lastEventId}` })
      expect(byQuery.slice(1)).toEqual(rest)
    }
  })

  it('sends a log up to 256 KiB as one growing record, and the rest as lines with their position', async () => {
    const id = await start(engine.url, 'local/flood', { lines: 3_000, rate: 100_000 })
    const lines = await collect(engine.url, id, { format: 'ndjson' })
    const arrays = lines.map(dataOf).filter((data) => typeof data['offset'] === 'number')
    const numbers = arrays.flatMap((data) => (data['logs'] as string[]).map((line) => Number(/\d+/.exec(line)?.[0])))
    expect(numbers).toEqual(Array.from({ length: 3_000 }, (_, index) => index))
    let next = 0
    for (const data of arrays) {
      expect(data['offset']).toBe(next)
      next += (data['logs'] as string[]).length
    }
    const task = await get(engine.url, id)
    expect(decode(task.logs.find(({ log_type: type }) => type === 4)?.content ?? '').split('\n')).toHaveLength(3_001)
  })

  it('switches from the record to lines without losing or repeating one', async () => {
    // A progress bar of some 60 bytes, many times: more than a record holds.
    const id = await start(engine.url, 'local/slow', { seconds: 1_500 })
    const seen = await readUntil(engine.url, id, (_line, lines) => lines.length > 40)
    const records = seen
      .map(dataOf)
      .flatMap((data) => (Array.isArray(data['logs']) ? (data['logs'] as { log_type: number; content: string }[]) : []))
    const texts = records.filter((record) => record.log_type === 4).map((record) => decode(record.content))
    for (const [index, text] of texts.entries()) expect(text.startsWith(texts[index - 1] ?? '')).toBe(true)
    await call(engine.url, 'POST', `/tasks/${id}/cancel`)
  })

  it('sends every frame to each of many readers', async () => {
    // Held in the queue until all of them are connected.
    const before = await Promise.all([1, 2, 3].map(() => start(engine.url, 'local/slow')))
    const id = await start(engine.url, 'local/story', { tokens: 40 })
    const reading = Promise.all(Array.from({ length: 50 }, () => collect(engine.url, id)))
    await reached(engine.url, id, 2)
    await Promise.all(before.map((other) => call(engine.url, 'POST', `/tasks/${other}/cancel`)))
    const readers = await reading
    const [first] = readers
    for (const lines of readers) {
      const frames = lines.filter((line) => line.id !== null).slice(1)
      const ids = frames.map((line) => Number(line.id))
      expect(ids).toEqual(Array.from({ length: ids.length }, (_, index) => Number(ids[0]) + index))
      expect(lines.at(-1)).toEqual(first?.at(-1))
    }
  })

  it('buffers little for a reader that does not read, and sends it the end when it reads again', async () => {
    const id = await start(engine.url, 'local/flood', { lines: 600_000, rate: 1_000_000 })
    const socket = connect(engine.port, '127.0.0.1')
    socket.write(`GET /tasks/${id}/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/x-ndjson\r\n\r\n`)
    await new Promise((resolve) => void socket.once('data', resolve))
    socket.pause()
    const before = bufferedBytes()
    const status = async () => (await call(engine.url, 'GET', `/tasks/${id}/status`)).json['data'] as { status: number }
    await expect.poll(async () => (await status()).status, { timeout: 30_000 }).toBe(10)
    expect(bufferedBytes() - before).toBeLessThan(2 * 1024 * 1024)
    let text = ''
    socket.on('data', (chunk: Buffer) => (text = (text + chunk.toString()).slice(-4_000)))
    socket.resume()
    await expect.poll(() => text, { timeout: 30_000 }).toContain('"status":10')
    socket.destroy()
  })

  it('is not opened by HEAD', async () => {
    const id = await start(engine.url, 'local/slow')
    const { status, headers } = await fetch(`${engine.url}/tasks/${id}/stream`, { method: 'HEAD' })
    expect([status, headers.get('content-type')]).toEqual([200, 'text/event-stream'])
    await call(engine.url, 'POST', `/tasks/${id}/cancel`)
  })

  it('is released when its reader disconnects, and the run goes on', async () => {
    const id = await start(engine.url, 'local/story', { tokens: 60 })
    await readUntil(engine.url, id, (line) => line.event === 'delta')
    await reached(engine.url, id, 10)
    expect((await get(engine.url, id)).output).toMatchObject({ response: expect.any(String) })
  })
})

/** Status of a call with this Host header, which fetch cannot set. */
function statusFor(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ port: engine.port, host: '127.0.0.1', path: '/', headers: { host } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })
}

describe('a Host header', () => {
  it.each(['localhost', 'localhost:1234', '127.0.0.1', '[::1]:80', 'engine.localhost'])(
    '%s is this machine',
    async (host) => {
      expect(await statusFor(host)).toBe(200)
    },
  )

  it.each(['example.com', 'localhost.example.com', '10.0.0.1', '127.0.0.1.nip.io', 'a b', '[::2]'])(
    '%s is not, to prevent DNS rebinding',
    async (host) => {
      expect(await statusFor(host)).toBeGreaterThanOrEqual(400)
    },
  )
})
