// The code of the pages in docs/proxy, run as printed. Next and Workers are heavier: scripts/test-examples.mjs.
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import compression from 'compression'
import express from 'express'
import express4 from 'express4'
import { createServer } from 'vite'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { canary, serve, serveUpstream } from '../test/upstream.ts'
import { createProxy } from './index.ts'
import { createNodeHandler } from './node.ts'

vi.setConfig({ testTimeout: 60_000 })
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

/** Runs the first example of a page, with other modules for some names; its exports. */
async function runPage(page: string, names: Record<string, string> = {}): Promise<{ default?: unknown }> {
  const text = readFileSync(new URL(`../../../docs/proxy/${page}.md`, import.meta.url), 'utf8')
  let code = /^```js\n([\s\S]*?)^```$/m.exec(text)?.[1] ?? ''
  const all = { '@inferstream/proxy/node': '../src/node.ts', '@inferstream/proxy': '../src/index.ts', ...names }
  for (const [name, path] of Object.entries(all)) code = code.replaceAll(`from '${name}'`, `from '${path}'`)
  const file = fileURLToPath(new URL(`../test/page-${randomUUID()}.mjs`, import.meta.url))
  writeFileSync(file, code)
  try {
    return (await import(/* @vite-ignore */ file)) as { default?: unknown }
  } finally {
    rmSync(file)
  }
}

/** The address of the server that a page starts, whatever port it names. */
async function listening(run: () => Promise<unknown>): Promise<string> {
  const servers: Server[] = []
  // oxlint-disable-next-line typescript/unbound-method -- called with the server below
  const { listen } = Server.prototype
  vi.spyOn(Server.prototype, 'listen').mockImplementation(function (this: Server, ...rest: unknown[]) {
    servers.push(this)
    const callback = rest.find((one): one is () => void => typeof one === 'function')
    return Reflect.apply(listen, this, [0, '127.0.0.1', callback]) as Server
  })
  await run()
  const [server] = servers
  if (!server) throw new Error('The page started no server.')
  if (!server.listening) await once(server, 'listening')
  return serve(server).then(() => `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}

const mounts: [string, () => Promise<string>][] = [
  ['Express 5', () => listening(() => runPage('express'))],
  ['Express 4', () => listening(() => runPage('express', { express: 'express4' }))],
  ['Hono', () => listening(() => runPage('hono'))],
  ['Fastify', () => listening(() => runPage('fastify'))],
  [
    'Vite',
    async () => {
      const { default: config } = await runPage('vite')
      const root = fileURLToPath(new URL('../test', import.meta.url))
      const quiet = { root, configFile: false as const, logLevel: 'silent' as const }
      const server = await createServer({
        ...(config as object),
        ...quiet,
        server: { port: 0, ws: false, watch: null },
      })
      onTestFinished(() => server.close())
      await server.listen()
      return `http://localhost:${(server.httpServer!.address() as AddressInfo).port}`
    },
  ],
  ['http.createServer', () => serve(createNodeHandler())],
]

const to = (path: string) => ({ 'x-inf-target-url': `https://api.inference.sh${path}` })
const json = { 'content-type': 'application/json' }

describe.each(mounts)('%s', (_, mount) => {
  async function setup(listener?: Parameters<typeof serveUpstream>[0]) {
    const upstream = await serveUpstream(listener)
    vi.stubEnv('INFERENCE_BASE_URL', upstream.url)
    vi.stubEnv('INFERENCE_API_KEY', canary)
    const site = await mount()
    return { ...upstream, site, proxy: `${site}/api/inference/proxy` }
  }

  it('sends GET and POST on with the key, the body as it came', async () => {
    const { calls, proxy } = await setup()
    expect((await fetch(proxy, { headers: to('/tasks/t1') })).status).toBe(200)
    const body = '{ "app": "a/b", "input": { "n": 12345678901234567890, "text": "ä😀" } }'
    expect((await fetch(proxy, { method: 'POST', headers: { ...to('/apps/run'), ...json }, body })).status).toBe(200)
    expect((await fetch(proxy, { method: 'POST', headers: { ...to('/tasks/t1/cancel'), ...json } })).status).toBe(200)
    expect(calls.map(({ method, url, body: sent, headers }) => [method, url, sent, headers.authorization])).toEqual([
      ['GET', '/tasks/t1', '', `Bearer ${canary}`],
      ['POST', '/apps/run', body, `Bearer ${canary}`],
      ['POST', '/tasks/t1/cancel', '', `Bearer ${canary}`],
    ])
  })

  it('passes a stream piece by piece, and closes the service’s when the browser leaves', async () => {
    const streams: ServerResponse[] = []
    const { proxy } = await setup((_request, response) => {
      streams.push(response)
      response.writeHead(200, { 'content-type': 'application/x-ndjson' }).write('1\n')
    })
    const response = await fetch(proxy, { headers: to('/tasks/t1/stream') })
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    expect((await reader.read()).value).toBe('1\n')
    const closed = once(streams[0]!, 'close')
    streams[0]!.write('2\n')
    expect((await reader.read()).value).toBe('2\n')
    await reader.cancel()
    await closed
  })

  it.each(['application/json', 'application/x-ndjson', 'text/event-stream'])(
    'is exact to the byte: %s',
    async (type) => {
      const bytes = Buffer.from(`"${'ä😀\\n'.repeat(50_000)}"\n`)
      const { proxy } = await setup((_request, response) => {
        response.writeHead(200, { 'content-type': type, 'content-encoding': 'gzip' }).end(gzipSync(bytes))
      })
      const response = await fetch(proxy, { headers: to('/tasks/t1') })
      expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true)
    },
  )

  it('serves an EventSource', async () => {
    const { site } = await setup((request, response) => {
      const end = '{"id":"t1","status":10,"output":{"a":1},"logs":[]}'
      if (!request.url?.endsWith('/stream')) response.writeHead(200, json).end(end)
      else response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`data: ${end}\n\n`)
    })
    const text = await (await fetch(`${site}/api/inference/stream?taskId=t1`)).text()
    expect(text).toContain('"status":"completed"')
  })

  it('answers what is malformed, refused or broken in JSON, and lives on', async () => {
    const { calls, proxy } = await setup((request) => request.socket.resetAndDestroy())
    const attempts: [number, string, RequestInit?][] = [
      [400, '?__inf_target=%E0%A4%A'],
      [400, ''],
      [403, '', { headers: to('/secrets/list') }],
      [400, '', { method: 'POST', headers: { ...to('/apps/run'), ...json }, body: '{"app":' }],
      [415, '', { method: 'POST', headers: { ...to('/apps/run'), 'content-type': 'text/plain' }, body: '{}' }],
      [413, '', { method: 'POST', headers: { ...to('/apps/run'), ...json }, body: `"${'x'.repeat(5_000_000)}"` }],
    ]
    for (const [status, query, init] of attempts) {
      const response = await fetch(proxy + query, init)
      expect([response.status, response.headers.get('content-type')]).toEqual([status, 'application/problem+json'])
      expect(await response.json()).toMatchObject({ status })
    }
    expect((await fetch(proxy, { method: 'HEAD', headers: to('/tasks/t1') })).status).toBe(405)
    expect(calls).toEqual([])
    const lost = await fetch(proxy, { method: 'POST', headers: { ...to('/apps/run'), ...json }, body: '{}' })
    expect([lost.status, await lost.json()]).toMatchObject([502, { type: 'urn:inferstream:proxy:answer-lost' }])
  })
})

describe.each([
  ['Express 5', express],
  ['Express 4', express4],
])('%s', (_, framework) => {
  it('behind express.json() the body is sent again; one that is lost is a 500 with a sentence', async () => {
    const upstream = await serveUpstream()
    const app = framework()
    app.use('/parsed', framework.json({ strict: false }))
    app.use('/raw', framework.raw({ type: '*/*' }))
    app.use('/text', framework.text({ type: '*/*' }))
    app.use('/lost', (request, _response, next) => void request.resume().on('end', () => next()))
    app.use(createNodeHandler({ baseUrl: upstream.url }))
    const site = await serve(app)
    const post = (path: string, target: string, body?: string) =>
      fetch(site + path, { method: 'POST', headers: { ...to(target), ...json }, body: body ?? null })
    for (const path of ['/parsed', '/raw', '/text', '/none']) {
      expect((await post(path, '/apps/run', '{"app": "a/b", "x": "ä"}')).status).toBe(200)
      expect(JSON.parse(upstream.calls.pop()!.body)).toEqual({ app: 'a/b', x: 'ä' })
      expect((await post(path, '/tasks/t1/cancel')).status).toBe(200)
      expect(upstream.calls.pop()!.body).toBe('')
    }
    const lost = await post('/lost', '/apps/run', '{"app":"a/b"}')
    expect([lost.status, await lost.json()]).toMatchObject([500, { detail: expect.stringMatching(/^[^.]+\.$/) }])
    expect((await post('/lost', '/tasks/t1/cancel')).status).toBe(200)
    expect(upstream.calls.map(({ url }) => url)).toEqual(['/tasks/t1/cancel'])
  })

  it.each(['text/event-stream', 'application/x-ndjson'])(
    'behind compression() each event of %s arrives when it is sent',
    async (type) => {
      const streams: ServerResponse[] = []
      const upstream = await serveUpstream((_request, response) => {
        streams.push(response)
        response.writeHead(200, { 'content-type': type }).write('data: 1\n\n')
      })
      const app = framework()
      app.use(compression({ threshold: 0, filter: () => true }))
      app.use(createNodeHandler({ baseUrl: upstream.url }))
      const response = await fetch(await serve(app), { headers: to('/tasks/t1/stream') })
      expect(response.headers.get('content-encoding')).toBeNull()
      const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
      // Nothing more is sent until this one has come.
      expect((await reader.read()).value).toBe('data: 1\n\n')
      streams[0]!.write('data: 2\n\n')
      expect((await reader.read()).value).toBe('data: 2\n\n')
      await reader.cancel()
    },
  )
})

it('a Request whose body was read before is a 500 with a sentence', async () => {
  const upstream = await serveUpstream()
  const request = new Request('http://app.example/proxy', {
    method: 'POST',
    headers: { ...to('/apps/run'), ...json },
    body: '{}',
  })
  await request.text()
  const response = await createProxy({ baseUrl: upstream.url })(request)
  expect([response.status, await response.json()]).toMatchObject([500, { detail: expect.stringMatching(/^[^.]+\.$/) }])
  expect(upstream.calls).toEqual([])
})
