import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { createNodeHandler } from './node.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A proxy before an upstream that answers with `listener`; `seen` are the requests that reached the upstream. */
async function setup(listener: RequestListener, apiKey = 'inf_canary') {
  const seen: IncomingMessage[] = []
  const upstream = await serve((request, response) => {
    seen.push(request)
    listener(request, response)
  })
  const proxy = await serve(createNodeHandler({ baseUrl: upstream, apiKey }))
  const call = (target: string, init: RequestInit = {}) =>
    fetch(proxy, { ...init, headers: { 'x-inf-target-url': target, ...(init.headers as Record<string, string>) } })
  return { seen, upstream, proxy, call }
}

it('adds the key, sends the public origin to the configured one and passes the answer back', async () => {
  const { seen, call } = await setup((_, response) => {
    response.writeHead(201, { 'content-type': 'application/json', 'set-cookie': 'a=b' }).end('{"data":1}')
  })
  const response = await call('https://api.inference.sh/apps/run?x=1', {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json', authorization: 'Bearer theirs', cookie: 'a=b' },
  })
  expect([response.status, await response.json()]).toEqual([201, { data: 1 }])
  expect(response.headers.get('set-cookie')).toBeNull()
  expect(seen[0]).toMatchObject({ method: 'POST', url: '/apps/run?x=1' })
  expect(seen[0]?.headers).toMatchObject({ authorization: 'Bearer inf_canary', 'content-type': 'application/json' })
  expect(seen[0]?.headers).not.toHaveProperty('cookie')
  expect(seen[0]?.headers).not.toHaveProperty('x-inf-target-url')
})

it('passes a stream piece by piece, its target in the query', async () => {
  const streams: ServerResponse[] = []
  const { proxy } = await setup((_, response) => {
    streams.push(response)
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
  })
  const target = encodeURIComponent('https://api.inference.sh/tasks/t1/stream')
  const response = await fetch(`${proxy}?__inf_target=${target}`)
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  expect((await reader.read()).value).toBe('data: 1\n\n')
  streams[0]!.write('data: 2\n\n')
  expect((await reader.read()).value).toBe('data: 2\n\n')
  await reader.cancel()
})

it('ends the upstream request when the browser leaves', async () => {
  let closed: Promise<unknown> = Promise.resolve()
  const { call } = await setup((_, response) => {
    closed = once(response, 'close')
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': hello\n\n')
  })
  const response = await call('https://api.inference.sh/tasks/t1/stream')
  await response.body!.cancel()
  await expect(closed).resolves.toBeDefined()
})

it.each([
  ['no target', {}, 400],
  ['a target that is no URL', { 'x-inf-target-url': '/tasks/1' }, 400],
  ['another origin', { 'x-inf-target-url': 'https://example.com/tasks/1' }, 403],
  ['plain http to the public origin', { 'x-inf-target-url': 'http://api.inference.sh/tasks/1' }, 403],
  ['another port', { 'x-inf-target-url': 'https://api.inference.sh:8443/tasks/1' }, 403],
  ['a look-alike host', { 'x-inf-target-url': 'https://api.inference.sh.example.com/tasks/1' }, 403],
  ['credentials in the target', { 'x-inf-target-url': 'https://a:b@api.inference.sh/tasks/1' }, 403],
  ['another site', { 'x-inf-target-url': 'https://api.inference.sh/tasks/1', 'sec-fetch-site': 'cross-site' }, 403],
  ['a foreign Origin', { 'x-inf-target-url': 'https://api.inference.sh/tasks/1', origin: 'https://example.com' }, 403],
])('refuses %s without asking the service', async (_, headers, status) => {
  const { seen, proxy } = await setup((_request, response) => response.end())
  const response = await fetch(proxy, { headers: headers as Record<string, string> })
  expect(response.status).toBe(status)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(await response.json()).toMatchObject({ status, detail: expect.stringMatching(/\.$/) })
  expect(seen).toHaveLength(0)
})

it('does not follow a redirect, since the key would go with it', async () => {
  const { call } = await setup((_, response) => response.writeHead(302, { location: 'https://example.com' }).end())
  expect((await call('https://api.inference.sh/tasks/1')).status).toBe(502)
})

it('says in one sentence that the local engine is not running', async () => {
  const free = await serve(() => {})
  servers.splice(0).forEach((server) => server.close())
  const proxy = await serve(createNodeHandler({ baseUrl: free, apiKey: 'inf_canary' }))
  const response = await fetch(proxy, { headers: { 'x-inf-target-url': 'https://api.inference.sh/tasks/1' } })
  expect(response.status).toBe(502)
  const body = await response.text()
  expect(JSON.parse(body)).toMatchObject({
    detail: `The inference service does not answer; is the engine running at ${free}?`,
  })
  expect(body).not.toContain('inf_canary')
})

it('refuses to send a key in the clear to another machine', () => {
  expect(() => createNodeHandler({ baseUrl: 'http://example.com' })).toThrow(/must be https/)
})
