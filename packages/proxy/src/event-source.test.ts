import type { ServerResponse } from 'node:http'
import { createEngine, type Engine } from '@inferstream/engine'
import { chromium, type Browser } from 'playwright'
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { launchOptions } from '../../../scripts/chromium.mjs'
import { serve, serveUpstream } from '../test/upstream.ts'
import { createProxy } from './index.ts'
import { createNodeHandler } from './node.ts'

// Real servers and threads, on machines that may be busy with other things.
vi.setConfig({ testTimeout: 60_000 })

let engine: Engine
beforeAll(async () => {
  engine = await createEngine({ speed: 10, heartbeatMs: 100 })
})
afterAll(() => engine.close())

interface Update {
  taskId: string
  status: string
  statusCode: number
  logs: string[]
  output?: unknown
  error?: string
}

async function start(app: string, input: object): Promise<string> {
  const response = await fetch(`${engine.url}/apps/run`, { method: 'POST', body: JSON.stringify({ app, input }) })
  return ((await response.json()) as { data: { id: string } }).data.id
}

type Proxy = (request: Request) => Promise<Response>

const open = (proxy: Proxy, taskId: string, lastEventId?: string) => {
  const headers: HeadersInit = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
  return proxy(new Request(`http://app.example/api/inference/stream?taskId=${taskId}`, { headers }))
}

interface Event {
  id: string | undefined
  update: Update
}

/** The events of an answer, until it ends or `isEnough`. */
async function read(response: Response, isEnough: (events: Event[]) => boolean = () => false): Promise<Event[]> {
  const events: Event[] = []
  let text = ''
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream()) as unknown as AsyncIterable<string>) {
    text += chunk
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1]
      if (data === undefined) continue
      // Unnamed, so that `onmessage` gets them.
      expect(block).not.toMatch(/^event:/m)
      events.push({ id: /^id: (.*)$/m.exec(block)?.[1], update: JSON.parse(data) as Update })
    }
    if (isEnough(events)) break
  }
  return events
}

async function pass(path: string, response: ServerResponse): Promise<void> {
  const answer = await fetch(engine.url + path)
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
  response.end(await answer.text())
}

const linesOf = (events: Event[]) => events.flatMap(({ update }) => update.logs)

describe('an EventSource', () => {
  it('gets each update as one unnamed JSON message with a string for its status, and the end closes it', async () => {
    const proxy = createProxy({ baseUrl: engine.url })
    const taskId = await start('local/flood', { lines: 400, rate: 2_000 })
    const response = await open(proxy, taskId)
    expect(Object.fromEntries(response.headers)).toEqual({
      'cache-control': 'no-cache, no-transform',
      'content-type': 'text/event-stream',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    })
    const events = await read(response)
    expect(events.length).toBeGreaterThan(1)
    expect(new Set(events.map(({ update }) => update.taskId))).toEqual(new Set([taskId]))
    for (const { id, update } of events) expect([typeof update.status, id]).toEqual(['string', expect.any(String)])
    expect(events.at(-1)?.update).toMatchObject({ status: 'completed', statusCode: 10, output: expect.anything() })
    expect(events.slice(0, -1).map(({ update }) => update.status)).not.toContain('completed')
    expect(linesOf(events).length).toBeGreaterThan(0)
  })

  it('that comes back after the end gets 204, without asking the service', async () => {
    const taskId = await start('local/echo', { text: 'hi' })
    const [last] = (await read(await open(createProxy({ baseUrl: engine.url }), taskId))).slice(-1)
    const upstream = await serveUpstream()
    const response = await open(createProxy({ baseUrl: upstream.url }), taskId, last?.id)
    expect([response.status, await response.text(), upstream.calls]).toEqual([204, '', []])
  })

  it('that comes late gets the whole run and its end', async () => {
    const taskId = await start('local/echo', { text: 'hi' })
    const proxy = createProxy({ baseUrl: engine.url })
    const live = await read(await open(proxy, taskId))
    const late = await read(await open(proxy, taskId))
    expect(late.at(-1)?.update).toMatchObject({ status: 'completed', output: live.at(-1)?.update.output })
    expect(linesOf(late)).toEqual(linesOf(live))
  })

  it.each([
    ['local/flood', { lines: 400, rate: 2_000 }],
    ['local/path-tracer', { width: 32, height: 20, samples: 2 }],
  ])('of %s, cut after any event and resumed on another server, has every line once', async (app, input) => {
    const taskId = await start(app, input)
    const whole = await read(await open(createProxy({ baseUrl: engine.url }), taskId))
    for (const cut of whole.keys()) {
      if (whole[cut]!.id === 'end') continue
      const rest = await read(await open(createProxy({ baseUrl: engine.url }), taskId, whole[cut]!.id))
      expect([...linesOf(whole.slice(0, cut + 1)), ...linesOf(rest)]).toEqual(linesOf(whole))
      expect(rest.at(-1)?.update.status).toBe('completed')
    }
  })

  it('that resumes a run in progress has every line once', async () => {
    const taskId = await start('local/flood', { lines: 10_000, rate: 2_000 })
    const all: Event[] = []
    for (let lastEventId: string | undefined; all.at(-1)?.id !== 'end';) {
      const response = await open(createProxy({ baseUrl: engine.url }), taskId, lastEventId)
      all.push(...(await read(response, (events) => events.length >= 3)))
      lastEventId = all.at(-1)?.id
    }
    const whole = await read(await open(createProxy({ baseUrl: engine.url }), taskId))
    expect(linesOf(all)).toEqual(linesOf(whole))
  })

  it.each(['', 'x', '1.2', '-1.0.0.0.0', '9'.repeat(400), '1e3.0.0.0.0', '0.0.0.0.0.0'])(
    'with an id that is not ours begins at the beginning: "%s"',
    async (id) => {
      const taskId = await start('local/echo', { text: 'hi' })
      const proxy = createProxy({ baseUrl: engine.url })
      const events = await read(await open(proxy, taskId, id))
      expect(linesOf(events)).toEqual(linesOf(await read(await open(proxy, taskId))))
    },
  )

  it('is told why a run failed', async () => {
    const taskId = await start('local/fail', { message: 'No luck.' })
    const events = await read(await open(createProxy({ baseUrl: engine.url }), taskId))
    expect(events.at(-1)).toMatchObject({ id: 'end', update: { status: 'failed', error: 'No luck.' } })
  })

  it('of a task that does not exist gets the service’s 404, and so gives up', async () => {
    const response = await open(createProxy({ baseUrl: engine.url }), '00000000000000000000000000')
    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/problem+json'])
  })

  it('is not served where the endpoint of the stream is not', async () => {
    const proxy = createProxy({ baseUrl: engine.url, allowedEndpoints: ['GET /tasks/{id}'] })
    expect((await open(proxy, 'abc')).status).toBe(403)
  })

  it('outlives cuts between proxy and service', async () => {
    const taskId = await start('local/flood', { lines: 400, rate: 2_000 })
    let streams = 0
    const flaky = await serve((request, response) => {
      const isStream = request.url?.endsWith('/stream') ?? false
      if (isStream && ++streams <= 2) {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('retry: 1\n: hello\n\n')
        setImmediate(() => response.socket?.resetAndDestroy())
        return
      }
      void pass(request.url ?? '', response)
    })
    const events = await read(await open(createProxy({ baseUrl: flaky }), taskId))
    expect(events.at(-1)?.update.status).toBe('completed')
    expect(streams).toBeGreaterThan(1)
    expect(linesOf(events)).toEqual(linesOf(await read(await open(createProxy({ baseUrl: engine.url }), taskId))))
  })

  it('gets the service’s heartbeats at once', async () => {
    const streams: ServerResponse[] = []
    const upstream = await serveUpstream((request, response) => {
      if (!request.url?.endsWith('/stream')) return
      streams.push(response)
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: {"id":"t1","status":7}\n\n')
    })
    const response = await open(createProxy({ baseUrl: upstream.url }), 't1')
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    const until = async (what: string) => {
      let text = ''
      while (!text.includes(what)) text += (await reader.read()).value ?? ''
      return text
    }
    await until('"running"')
    for (let beat = 0; beat < 2; beat++) {
      streams[0]!.write(': heartbeat\n\n')
      expect(await until(': heartbeat\n\n')).toBe(': heartbeat\n\n')
    }
    await reader.cancel()
  })

  it('that goes away closes the service’s stream and gives its place to another', async () => {
    const proxy = createProxy({ baseUrl: engine.url, limits: { streams: 1 } })
    const taskId = await start('local/slow', { seconds: 60 })
    for (let round = 0; round < 3; round++) {
      const response = await open(proxy, taskId)
      expect(response.status).toBe(200)
      expect((await open(proxy, taskId)).status).toBe(429)
      await response.body!.cancel()
    }
    const gone = new AbortController()
    const url = `http://app.example/api/inference/stream?taskId=${taskId}`
    const aborted = await proxy(new Request(url, { signal: gone.signal }))
    gone.abort()
    await expect(aborted.text()).rejects.toThrow(/abort/)
    expect((await open(proxy, taskId)).status).toBe(200)
    await fetch(`${engine.url}/tasks/${taskId}/cancel`, { method: 'POST' })
  })
})

/** A service whose streams say what is written to them; `streams` are those that were opened. */
function stubService() {
  const streams: { write(text: string): void; pulls: number }[] = []
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  vi.stubGlobal('fetch', (url: URL) => {
    if (!url.pathname.endsWith('/stream')) return Promise.resolve(Response.json({ id: 't1', status: 7, logs: [] }))
    const stream: (typeof streams)[number] = { write: () => {}, pulls: 0 }
    streams.push(stream)
    const body = new ReadableStream<Uint8Array>(
      {
        start(controller) {
          stream.write = (text) => controller.enqueue(new TextEncoder().encode(text))
        },
        pull() {
          stream.pulls++
        },
      },
      { highWaterMark: 0 },
    )
    return Promise.resolve(new Response(body, { headers: { 'content-type': 'text/event-stream' } }))
  })
  return streams
}

describe('time', () => {
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  it('a browser that reads nothing for minutes keeps the one stream, and takes nothing from the service', async () => {
    const streams = stubService()
    const response = await open(createProxy(), 't1')
    for (let index = 0; index < 1_000; index++) streams[0]!.write(`data: {"id":"t1","status":7}\n\n`)
    await vi.advanceTimersByTimeAsync(10 * 60_000)
    expect(streams).toHaveLength(1)
    expect(streams[0]!.pulls).toBe(0)
    const [first] = await read(response, (events) => events.length > 0)
    expect(first?.update.status).toBe('running')
  })

  it('a service that falls silent is left for a new stream, while the browser waits', async () => {
    const streams = stubService()
    const response = await open(createProxy(), 't1')
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    const until = async (what: string) => {
      let text = ''
      while (!text.includes(what)) text += (await reader.read()).value ?? ''
      return text
    }
    streams[0]!.write('data: {"id":"t1","status":7}\n\n')
    await until('"running"')
    const end = until('id: end')
    while (streams.length < 2) await vi.advanceTimersByTimeAsync(5_000)
    streams[1]!.write('data: {"id":"t1","status":10,"output":{"a":1},"logs":[]}\n\n')
    expect(await end).toContain('"status":"completed"')
  })
})

/** As the reference prints it, but for the type of its parameter, which no browser reads. */
const browserSSE = `
// For custom SSE handling in browser
async function browserSSE(taskId: string) {
  const eventSource = new EventSource(
    \`/api/inference/stream?taskId=\${taskId}\`
  );

  eventSource.onmessage = (event) => {
    const update = JSON.parse(event.data);
    console.log('Update:', update);

    if (['completed', 'failed'].includes(update.status)) {
      eventSource.close();
    }
  };

  eventSource.onerror = (error) => {
    console.error('SSE error:', error);
    eventSource.close();
  };
}
`.replace(': string', '')

async function openPage(browser: Browser) {
  const handler = createNodeHandler({ baseUrl: engine.url })
  const connects: string[] = []
  const url = await serve((request, response) => {
    if (!request.url?.startsWith('/api/inference')) {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>A page</title>')
      return
    }
    connects.push(request.url)
    handler(request, response)
  })
  const page = await browser.newPage()
  onTestFinished(() => page.close())
  await page.goto(url)
  return { page, connects }
}

describe('in a real browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch(launchOptions)
  }, 60_000)
  afterAll(() => browser.close())

  it('the reference’s browserSSE runs as written', async () => {
    const { page, connects } = await openPage(browser)
    const taskId = await start('local/path-tracer', { width: 32, height: 20, samples: 2 })
    const updates = await page.evaluate<{ status: string }[]>(`new Promise((resolve) => {
      const updates = []
      console.log = (text, update) => {
        updates.push(update)
      }
      const close = EventSource.prototype.close
      EventSource.prototype.close = function () {
        close.call(this)
        resolve(updates)
      }
      ${browserSSE}
      browserSSE('${taskId}')
    })`)
    expect(updates.length).toBeGreaterThan(1)
    expect(updates.at(-1)?.status).toBe('completed')
    expect(connects).toHaveLength(1)
  })

  it('one that never closes by itself comes back once after the end, gets 204 and stays closed', async () => {
    const { page, connects } = await openPage(browser)
    const taskId = await start('local/echo', { text: 'hi' })
    await page.evaluate(`new Promise((resolve) => {
      const source = new EventSource('/api/inference/stream?taskId=${taskId}')
      source.addEventListener('error', () => {
        if (source.readyState === source.CLOSED) resolve()
      })
    })`)
    expect(connects).toHaveLength(2)
  })
})
