import type { Engine } from '@inferstream/engine'
import { createEngine } from '@inferstream/engine'
import { afterEach, beforeAll, afterAll, describe, expect, it, vi } from 'vitest'
import type { WireLine } from './testing/engine-client.ts'
import { call, collect, merged, start, stream } from './testing/engine-client.ts'

// Real servers and threads, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 })

let engine: Engine
beforeAll(async () => {
  engine = await createEngine({ speed: 20, heartbeatMs: 50 })
})
afterEach(() => call(engine.url, 'DELETE', '/__chaos'))
afterAll(() => engine.close())

const setChaos = (rules: unknown, taskId?: string) => call(engine.url, 'POST', '/__chaos', { rules, taskId })

/** Reads until the connection ends, normally or not. */
async function readWhatComes(
  id: string,
  request: Parameters<typeof stream>[2] = {},
): Promise<{ lines: WireLine[]; reset: boolean }> {
  const lines: WireLine[] = []
  try {
    for await (const line of stream(engine.url, id, request)) lines.push(line)
    return { lines, reset: false }
  } catch {
    return { lines, reset: true }
  }
}

async function ended(): Promise<{ id: string; whole: WireLine[] }> {
  const id = await start(engine.url, 'local/story', { tokens: 40 })
  return { id, whole: await collect(engine.url, id) }
}

const payloads = (lines: readonly WireLine[]) =>
  lines.map(({ payload }) => payload).filter((payload) => payload !== null)

describe('chaos', () => {
  it('drop: resets the connection between frames, and a reader that reconnects misses nothing', async () => {
    const { id, whole } = await ended()
    await setChaos('drop=0.3 seed=5')
    const frames: WireLine[] = []
    let lastEventId = whole[0]?.id ?? '1'
    let resets = 0
    while (!frames.some((line) => line.id === whole.at(-1)?.id) && resets < 500) {
      const { lines, reset } = await readWhatComes(id, { lastEventId })
      const numbered = lines.filter((line) => line.id !== null)
      frames.push(...numbered)
      lastEventId = numbered.at(-1)?.id ?? lastEventId
      if (reset) resets++
    }
    expect(resets).toBeGreaterThan(3)
    expect(frames).toEqual(whole.filter((line) => line.id !== null).slice(1))
  })

  it('cut: resets after so many bytes', async () => {
    const { id } = await ended()
    await setChaos('cut=300')
    const response = await fetch(`${engine.url}/tasks/${id}/stream`)
    let bytes = 0
    const reading = async () => {
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) bytes += chunk.byteLength
    }
    await expect(reading()).rejects.toThrow('terminated')
    expect(bytes).toBe(300)
  })

  it('end: ends normally after so many bytes', async () => {
    const { id } = await ended()
    await setChaos('end=300')
    const text = await (await fetch(`${engine.url}/tasks/${id}/stream`)).text()
    expect(text).toHaveLength(300)
  })

  it('stall: falls silent after the first frame, heartbeats included', async () => {
    const id = await start(engine.url, 'local/slow')
    const before = performance.now()
    const seen: number[] = []
    for await (const _ of stream(engine.url, id, { query: '?chaos=stall=400' })) {
      seen.push(performance.now() - before)
      if (seen.length === 2) break
    }
    expect(seen[1]).toBeGreaterThan(390)
    await call(engine.url, 'POST', `/tasks/${id}/cancel`)
  })

  it('delay: delays every answer', async () => {
    await setChaos('delay=150')
    const before = performance.now()
    await call(engine.url, 'GET', '/')
    expect(performance.now() - before).toBeGreaterThan(140)
  })

  it('dup: sends frames twice, with the same id', async () => {
    const { id, whole } = await ended()
    await setChaos('dup=1')
    const { lines } = await readWhatComes(id, { lastEventId: whole.at(-4)?.id ?? '' })
    expect(payloads(lines.slice(2))).toEqual(payloads(whole.slice(-3)).flatMap((payload) => [payload, payload]))
    expect(lines[2]?.id).toBe(lines[3]?.id)
  })

  it('malformed: inserts lines of invalid JSON', async () => {
    const { id } = await ended()
    const text = await (
      await fetch(`${engine.url}/tasks/${id}/stream?chaos=malformed=1`, { headers: { accept: 'application/x-ndjson' } })
    ).text()
    const [broken = '', good = ''] = text.split('\n')
    expect(() => JSON.parse(broken) as unknown).toThrow(SyntaxError)
    expect(JSON.parse(good)).toMatchObject({ id })
  })

  it('bytewise: sends everything one byte at a time', async () => {
    const { id, whole } = await ended()
    await setChaos('bytewise')
    const { lines, reset } = await readWhatComes(id, { lastEventId: whole.at(-2)?.id ?? '' })
    expect(reset).toBe(false)
    expect(merged(lines)).toMatchObject({ status: 10 })
  })

  it.each([
    ['html429=1', 429, 'text/html'],
    ['http503=1', 503, 'application/problem+json'],
    ['http500=1', 500, 'application/problem+json'],
  ])('%s: refuses only the next call, streams included', async (rules, status, type) => {
    const { id } = await ended()
    await setChaos(rules)
    const refused = await fetch(`${engine.url}/tasks/${id}/stream`)
    expect([refused.status, refused.headers.get('content-type')]).toEqual([status, type])
    await refused.text()
    expect((await fetch(`${engine.url}/tasks/${id}`)).status).toBe(200)
  })

  it('affects one task if it names one, or if it was part of the call that started it', async () => {
    const { id } = await ended()
    const other = await ended()
    await setChaos('end=100', id)
    expect((await (await fetch(`${engine.url}/tasks/${id}/stream`)).text()).length).toBe(100)
    expect((await (await fetch(`${engine.url}/tasks/${other.id}/stream`)).text()).length).toBeGreaterThan(100)
    const { json } = await call(engine.url, 'POST', '/apps/run?chaos=end=50', { app: 'local/echo', input: {} })
    const { id: own } = json['data'] as { id: string }
    expect((await (await fetch(`${engine.url}/tasks/${own}/stream`)).text()).length).toBe(50)
  })

  it('sent with a run does not affect the call that starts the run', async () => {
    const { status, json } = await call(engine.url, 'POST', '/apps/run?chaos=http503=1', {
      app: 'local/echo',
      input: {},
    })
    expect(status).toBe(200)
    expect((await call(engine.url, 'POST', '/apps/run?chaos=mayhem', { app: 'local/echo', input: {} })).status).toBe(
      422,
    )
    const { id } = json['data'] as { id: string }
    expect((await call(engine.url, 'GET', `/tasks/${id}/stream`)).status).toBe(503)
    expect((await call(engine.url, 'GET', `/tasks/${id}/stream`)).status).toBe(200)
  })

  it('refuses with headers that let a page read the answer', async () => {
    await setChaos('html429=1')
    const { status, headers } = await call(engine.url, 'GET', '/apps', undefined, { origin: 'http://localhost:1' })
    expect([status, headers.get('access-control-allow-origin')]).toEqual([429, 'http://localhost:1'])
  })

  it('restart: closes listener and sockets for a while and keeps tasks and files', async () => {
    const id = await start(engine.url, 'local/slow')
    const reading = readWhatComes(id)
    await setChaos('restart=600')
    expect((await reading).reset).toBe(true)
    await expect(fetch(engine.url)).rejects.toThrow('fetch failed')
    await expect
      .poll(
        () =>
          fetch(engine.url).then(
            (answer) => answer.status,
            () => 0,
          ),
        { timeout: 30_000 },
      )
      .toBe(200)
    expect((await call(engine.url, 'GET', `/tasks/${id}`)).json['data']).toMatchObject({ id })
    await call(engine.url, 'POST', `/tasks/${id}/cancel`)
  })

  it('can be set at the start', async () => {
    const own = await createEngine({ chaos: 'http502=1' })
    expect((await fetch(own.url)).status).toBe(502)
    expect((await fetch(own.url)).status).toBe(200)
    await own.close()
  })
})
