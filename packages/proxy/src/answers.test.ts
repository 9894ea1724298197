import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import http2 from 'node:http2'
import { createServer as createTcpServer, type AddressInfo } from 'node:net'
import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { inspect } from 'node:util'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { canary, fetchMount, host, nodeMount, serve, serveUpstream, type Mount } from '../test/upstream.ts'
import { createProxy, defaultEndpoints, type ProxyOptions } from './index.ts'
import { createNodeHandler } from './node.ts'

vi.setConfig({ testTimeout: 30_000 })
afterEach(() => {
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const task = { headers: { 'x-inf-target-url': 'https://api.inference.sh/tasks/t1' } }
const stream = { headers: { 'x-inf-target-url': 'https://api.inference.sh/tasks/t1/stream' } }
const run = {
  method: 'POST',
  headers: { 'x-inf-target-url': 'https://api.inference.sh/apps/run', 'content-type': 'application/json' },
  body: '{"app":"a/b"}',
}

const typeOf = (text: string | undefined): unknown => (JSON.parse(text ?? '') as { type: unknown }).type
const from = (origin: string) => ({ origin, 'sec-fetch-site': 'cross-site' })

async function mounts(options: ProxyOptions): Promise<Mount[]> {
  return [fetchMount(options), await nodeMount(options)]
}

/** A request without a body to read: what the fetch mount is given by a framework. */
const requestOf = (
  attempt: { method?: string; headers: Record<string, string>; body?: string },
  signal?: AbortSignal,
) => new Request(`http://${host}/api/inference/proxy`, { ...attempt, ...(signal ? { signal } : {}) })

describe('what goes up', () => {
  it('is a short list of headers and the server’s key, never what the browser brings', async () => {
    const upstream = await serveUpstream()
    for (const mount of await mounts({ baseUrl: upstream.url })) {
      await mount({
        headers: {
          ...task.headers,
          accept: 'application/json',
          'last-event-id': '4',
          'x-api-version': '2',
          'x-client-source': 'sdk',
          authorization: 'Bearer theirs',
          cookie: 'session=1',
          'x-forwarded-for': '1.2.3.4',
          'x-forwarded-host': 'evil.example',
          'x-inf-proxy': 'x',
          'x-api-key': 'theirs',
          'proxy-authorization': 'theirs',
          referer: 'http://app.example/secret',
          'accept-encoding': 'identity',
          'x-http-method-override': 'DELETE',
          'transfer-encoding-x': 'y',
        },
      })
      const { headers } = upstream.calls.splice(0)[0]!
      expect(headers).toMatchObject({
        accept: 'application/json',
        'last-event-id': '4',
        'x-api-version': '2',
        'x-client-source': 'sdk',
        authorization: `Bearer ${canary}`,
      })
      const own = new Set(['host', 'connection', 'accept-language', 'sec-fetch-mode', 'user-agent', 'accept-encoding'])
      expect(
        Object.keys(headers)
          .filter((name) => !own.has(name))
          .toSorted(),
      ).toEqual(['accept', 'authorization', 'last-event-id', 'x-api-version', 'x-client-source'].toSorted())
      expect(headers['user-agent']).toBe('node')
    }
  })

  it('is no authorization at all where the server has no key', async () => {
    vi.stubEnv('INFERENCE_API_KEY', '')
    const upstream = await serveUpstream()
    const proxy = createProxy({ baseUrl: upstream.url })
    await proxy(requestOf({ headers: { ...task.headers, authorization: 'Bearer theirs' } }))
    expect(upstream.calls[0]?.headers).not.toHaveProperty('authorization')
  })

  it('goes below the path of the base URL', async () => {
    const upstream = await serveUpstream()
    const proxy = createProxy({ baseUrl: `${upstream.url}/gateway/v1/` })
    await proxy(requestOf({ headers: { 'x-inf-target-url': 'https://api.inference.sh/tasks/t1?x=1' } }))
    await proxy(requestOf({ headers: { 'x-inf-target-url': `${upstream.url}/gateway/v1/tasks/t2` } }))
    expect(upstream.calls.map(({ url }) => url)).toEqual(['/gateway/v1/tasks/t1?x=1', '/gateway/v1/tasks/t2'])
    for (const path of ['/tasks/t1', '/gateway/v1x/tasks/t1', '/gateway/v1', '/gateway/v1/../v1/tasks/t1']) {
      const response = await proxy(requestOf({ headers: { 'x-inf-target-url': upstream.url + path } }))
      expect(response.status).toBeGreaterThanOrEqual(400)
    }
    expect(upstream.calls).toHaveLength(2)
  })
})

describe('what comes down', () => {
  it('is a short list of headers', async () => {
    const upstream = await serveUpstream((_, response) => {
      response.writeHead(429, {
        'content-type': 'application/problem+json',
        'retry-after': '7',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': '1700000000',
        'x-request-id': 'r1',
        'set-cookie': 'a=b',
        server: 'secret',
        'x-powered-by': 'secret',
        'access-control-allow-origin': '*',
        link: '<x>',
        etag: '"x"',
      })
      response.end('{"status":429}')
    })
    for (const mount of await mounts({ baseUrl: upstream.url })) {
      const answer = await mount(task)
      expect([answer?.status, answer?.text.trim()]).toEqual([429, expect.stringContaining('{"status":429}')])
      const own = new Set(['connection', 'date', 'keep-alive', 'transfer-encoding'])
      expect(Object.fromEntries([...answer!.headers].filter(([name]) => !own.has(name)))).toEqual({
        'cache-control': 'no-store',
        'content-type': 'application/problem+json',
        'retry-after': '7',
        'x-content-type-options': 'nosniff',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': '1700000000',
        'x-request-id': 'r1',
      })
    }
  })

  it.each([
    ['public, max-age=600', 'no-store'],
    ['private', 'no-store'],
    ['no-cache', 'no-cache'],
    ['no-store', 'no-store'],
  ])('is kept by no cache, since the address does not name the target: %s', async (given, passed) => {
    const upstream = await serveUpstream((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': given }).end('{}')
    })
    expect((await fetchMount({ baseUrl: upstream.url })(task))?.headers.get('cache-control')).toBe(passed)
  })

  it.each([
    ['text/html', 200],
    ['text/html', 503],
    ['text/plain', 404],
    ['image/svg+xml', 200],
    ['application/javascript', 200],
    ['application/jsonp', 200],
    ['application/json, text/html', 200],
    ['', 200],
  ])('is never %s (%i)', async (type, status) => {
    const upstream = await serveUpstream((_, response) => {
      response.writeHead(status, type ? { 'content-type': type } : {}).end('<script>alert(1)</script>')
    })
    for (const mount of await mounts({ baseUrl: upstream.url })) {
      const answer = await mount(task)
      expect(answer?.status).toBe(502)
      expect(answer?.headers.get('content-type')).toBe('application/problem+json')
      expect(answer?.text).not.toContain('alert')
    }
  })

  it.each([301, 302, 303, 304, 307, 308])('is no redirect: a %i is a 502 and is not followed', async (status) => {
    const other = await serveUpstream()
    const upstream = await serveUpstream((_, response) => {
      response.writeHead(status, { location: `${other.url}/tasks/t1` }).end()
    })
    for (const mount of await mounts({ baseUrl: upstream.url })) {
      for (const attempt of [task, run]) {
        const answer = await mount(attempt)
        expect([answer?.status, answer?.headers.get('location')]).toEqual([502, null])
      }
    }
    expect(other.calls).toEqual([])
  })

  it.each([204, 205])('may be nothing: %i', async (status) => {
    const upstream = await serveUpstream((_, response) => response.writeHead(status).end())
    for (const mount of await mounts({ baseUrl: upstream.url })) {
      expect(await mount({ ...run, body: '' })).toMatchObject({ status, text: '' })
    }
  })

  it.each([{}, { 'content-type': 'text/plain', 'content-length': '0' }])('may be empty: %j', async (headers) => {
    const upstream = await serveUpstream((_, response) => response.writeHead(200, headers).end())
    expect(await fetchMount({ baseUrl: upstream.url })(run)).toMatchObject({ status: 200, text: '' })
  })

  const bytes = Buffer.from(`{"text":"${'ä€😀\\n'.repeat(60_000)}"}\n`)
  it.each([
    ['application/json', 'gzip', {}],
    ['application/x-ndjson', 'gzip', {}],
    ['text/event-stream', 'gzip', {}],
    ['application/json', 'chunked', {}],
    ['application/x-ndjson', 'chunked', {}],
    ['text/event-stream', 'chunked', {}],
    ['application/json', 'a length', { 'content-length': String(bytes.length) }],
  ])('is exact to the byte: %s with %s', async (type, coding, headers) => {
    const upstream = await serveUpstream((_, response) => {
      const isZipped = coding === 'gzip'
      response.writeHead(200, { 'content-type': type, ...headers, ...(isZipped ? { 'content-encoding': 'gzip' } : {}) })
      const sent = isZipped ? gzipSync(bytes) : bytes
      for (let at = 0; at < sent.length; at += 10_007) response.write(sent.subarray(at, at + 10_007))
      response.end()
    })
    const node = await serve(createNodeHandler({ baseUrl: upstream.url, apiKey: canary }))
    const throughNode = await fetch(node, stream)
    const throughFetch = await createProxy({ baseUrl: upstream.url, apiKey: canary })(requestOf(stream))
    for (const response of [throughNode, throughFetch]) {
      expect(response.headers.get('content-encoding')).toBeNull()
      expect([response.headers.get('content-length'), response.headers.get('transfer-encoding')]).toContain(null)
      expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true)
    }
  })
})

describe('streams', () => {
  const types = [['text/event-stream'], ['application/x-ndjson']]
  it.each(types)('of %s say on every hop that nothing may hold them back', async (type) => {
    const upstream = await serveUpstream((_, response) => {
      response.writeHead(200, { 'content-type': type, 'cache-control': 'public' }).end('{}\n')
    })
    for (const mount of await mounts({ baseUrl: upstream.url })) {
      const answer = await mount(stream)
      expect(answer?.headers.get('cache-control')).toBe('no-cache, no-transform')
      expect(answer?.headers.get('x-accel-buffering')).toBe('no')
    }
  })

  it('pass a heartbeat on before anything else comes', async () => {
    const upstream = await serveUpstream((_, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' }).write('{"type":"heartbeat"}\n')
    })
    const proxy = await serve(createNodeHandler({ baseUrl: upstream.url }))
    const reader = (await fetch(proxy, stream)).body!.pipeThrough(new TextDecoderStream()).getReader()
    expect((await reader.read()).value).toBe('{"type":"heartbeat"}\n')
    await reader.cancel()
  })

  it('over the limit are refused with 429, and are served again when others have ended', async () => {
    const open: ServerResponse[] = []
    const upstream = await serveUpstream((_, response) => {
      open.push(response)
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': hello\n\n')
    })
    const proxy = createProxy({ baseUrl: upstream.url, limits: { streams: 2 } })
    const first = await proxy(requestOf(stream))
    const second = await proxy(requestOf(stream))
    const refused = await proxy(requestOf(stream))
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
    expect((await proxy(requestOf({ ...run, body: '{"stream":true}' }))).status).toBe(429)
    expect(open).toHaveLength(2)
    await first.body!.cancel()
    open[1]!.end()
    await second.text()
    const again = [await proxy(requestOf(stream)), await proxy(requestOf(stream))]
    expect(again.map(({ status }) => status)).toEqual([200, 200])
    await Promise.all(again.map(({ body }) => body!.cancel()))
  })

  it('that failed or were refused take no place', async () => {
    let status = 500
    const upstream = await serveUpstream((request, response) => {
      if (status === 0) request.socket.destroy()
      else response.writeHead(status, { 'content-type': status === 404 ? 'text/html' : 'application/json' }).end('{}')
    })
    const proxy = createProxy({ baseUrl: upstream.url, limits: { streams: 1 } })
    for (status of [500, 404, 302, 0, 204, 200]) {
      const response = await proxy(requestOf(stream))
      await response.text()
      expect(response.status).not.toBe(429)
      expect((await proxy(new Request(`http://${host}/stream?taskId=t1`))).status).not.toBe(429)
    }
  })

  it('close the service’s request when the browser has gone, by either sign', async () => {
    const closed: Promise<unknown>[] = []
    const upstream = await serveUpstream((_, response) => {
      closed.push(once(response, 'close'))
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': hello\n\n')
    })
    const proxy = createProxy({ baseUrl: upstream.url })
    const cancelled = await proxy(requestOf(stream))
    await cancelled.body!.cancel()
    await closed[0]
    const gone = new AbortController()
    const aborted = await proxy(requestOf(stream, gone.signal))
    gone.abort()
    await closed[1]
    await expect(aborted.text()).rejects.toThrow(/abort|end/)
  })

  it('pass over HTTP/2 too', async () => {
    const upstream = await serveUpstream((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
    })
    const handler = createNodeHandler({ baseUrl: upstream.url })
    const server = http2.createServer((request, response) => handler(request as never, response as never))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => void server.close())
    const session = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    onTestFinished(() => session.destroy())
    const call = session.request({ ':path': '/api/inference/proxy', ...stream.headers })
    const [headers] = (await once(call, 'response')) as [http2.IncomingHttpHeaders]
    expect(headers).toMatchObject({ ':status': 200, 'x-accel-buffering': 'no' })
    expect(String((await once(call, 'data'))[0])).toBe('data: 1\n\n')
    const post = session.request({ ':path': '/', ':method': 'POST', ...run.headers })
    post.end('{"app":"a/b"}')
    expect(((await once(post, 'response')) as [http2.IncomingHttpHeaders])[0][':status']).toBe(200)
    expect(upstream.calls.at(-1)?.body).toBe('{"app":"a/b"}')
  })

  it('that a browser does not read are not read from the service either', async () => {
    let written = 0
    const upstream = await serveUpstream((_, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' })
      const piece = 'x'.repeat(65_536)
      const more = () => {
        while (!response.destroyed) {
          written += piece.length
          if (!response.write(piece)) break
        }
        response.once('drain', more)
      }
      more()
    })
    const response = await createProxy({ baseUrl: upstream.url })(requestOf(stream))
    const reader = response.body!.getReader()
    await reader.read()
    // Sockets have buffers of their own; what grows beyond them would grow without end.
    let before = -1
    await vi.waitUntil(
      () => {
        const isStill = before === written
        before = written
        return isStill
      },
      { interval: 200, timeout: 10_000 },
    )
    expect(written).toBeLessThan(20 * 1024 * 1024)
    await reader.cancel()
  })
})

describe('failures', () => {
  it('a request that never arrived is not-sent', async () => {
    const free = await serve(() => {})
    const { port } = new URL(free)
    const upstream = createTcpServer().listen(0, '127.0.0.1')
    await once(upstream, 'listening')
    const { port: taken } = upstream.address() as { port: number }
    upstream.close()
    await once(upstream, 'close')
    expect(taken).not.toBe(port)
    for (const baseUrl of [`http://127.0.0.1:${taken}`, 'https://does-not-exist.invalid']) {
      const answer = await fetchMount({ baseUrl })(run)
      expect([answer?.status, typeOf(answer?.text)]).toEqual([502, 'urn:inferstream:proxy:not-sent'])
    }
  })

  it.each([
    ['reset', (response: ServerResponse) => response.socket?.resetAndDestroy()],
    ['closed', (response: ServerResponse) => response.socket?.destroy()],
    [
      'cut within the answer',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{"data":')
        setImmediate(() => response.socket?.destroy())
      },
    ],
    ['no HTTP', (response: ServerResponse) => response.socket?.end('hello\r\n\r\n')],
    [
      'broken gzip',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end('not gzip')
      },
    ],
    [
      'a page of a gateway',
      (response: ServerResponse) => response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>'),
    ],
  ])('an answer that was lost (%s) is answer-lost, and the process lives', async (_, fail) => {
    const upstream = await serveUpstream((_request, response) => {
      fail(response)
    })
    for (const mount of await mounts({ baseUrl: upstream.url })) {
      const answer = await mount(run)
      expect([answer?.status, typeOf(answer?.text)]).toEqual([502, 'urn:inferstream:proxy:answer-lost'])
      // A POST that may have been sent is not repeated.
      expect(upstream.calls.splice(0)).toHaveLength(1)
    }
  })

  it.each([
    ['that never begins', () => {}],
    [
      'that stops in the middle',
      (response: ServerResponse) => response.writeHead(200, { 'content-type': 'application/json' }).write('{'),
    ],
  ])('an answer %s is a timeout', async (_, stall) => {
    const upstream = await serveUpstream((_request, response) => void stall(response))
    for (const mount of await mounts({ baseUrl: upstream.url, limits: { timeout: 50 } })) {
      const answer = await mount(run)
      expect([answer?.status, typeOf(answer?.text)]).toEqual([504, 'urn:inferstream:proxy:timeout'])
    }
  })

  it('a browser that leaves before the answer ends the service’s request, and is marked in the log', async () => {
    const gone = new AbortController()
    let closed: Promise<unknown> | undefined
    const upstream = await serveUpstream((_, response) => {
      closed = once(response, 'close')
      gone.abort()
    })
    const statuses: number[] = []
    const proxy = createProxy({ baseUrl: upstream.url, onRequest: ({ status }) => statuses.push(status) })
    await proxy(requestOf(run, gone.signal))
    await closed
    expect(statuses).toEqual([499])
  })

  it('a stream may take longer than the time limit', async () => {
    const upstream = await serveUpstream((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': hello\n\n')
      setTimeout(() => response.end('data: 1\n\n'), 150)
    })
    const answer = await fetchMount({ baseUrl: upstream.url, limits: { timeout: 50 } })(stream)
    expect(answer?.text).toBe(': hello\n\ndata: 1\n\n')
  })

  it('a stream cut in the middle ends as an error, not as an end', async () => {
    const upstream = await serveUpstream((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
      setImmediate(() => response.socket?.resetAndDestroy())
    })
    const node = await serve(createNodeHandler({ baseUrl: upstream.url }))
    await expect(fetch(node, stream).then((response) => response.text())).rejects.toThrow('terminated')
    expect((await fetch(node)).status).toBe(400)
  })

  it('a request of which nothing was written to a closing connection is sent once more', async () => {
    const socket = { bytesWritten: 0 }
    const closed = new TypeError('fetch failed', { cause: Object.assign(new Error('other side closed'), { socket }) })
    const send = vi
      .fn<typeof fetch>()
      .mockRejectedValueOnce(closed)
      .mockResolvedValue(Response.json({ data: 1 }))
    vi.stubGlobal('fetch', send)
    expect(await fetchMount({})(run)).toMatchObject({ status: 200, text: '{"data":1}' })
    expect(send).toHaveBeenCalledTimes(2)
    send.mockReset().mockRejectedValue(closed)
    expect(typeOf((await fetchMount({})(run))?.text)).toBe('urn:inferstream:proxy:not-sent')
    expect(send).toHaveBeenCalledTimes(2)
    socket.bytesWritten = 300
    send.mockClear()
    expect(typeOf((await fetchMount({})(run))?.text)).toBe('urn:inferstream:proxy:answer-lost')
    expect(send).toHaveBeenCalledTimes(1)
  })

  it('authorize that throws lets nobody pass', async () => {
    const report = vi.spyOn(console, 'error').mockImplementation(() => {})
    const upstream = await serveUpstream()
    const down = new Error('the session store is down')
    for (const mount of await mounts({ baseUrl: upstream.url, authorize: () => Promise.reject(down) })) {
      expect((await mount(run))?.status).toBe(500)
    }
    expect(upstream.calls).toEqual([])
    expect(report).toHaveBeenCalledTimes(2)
  })

  it('authorize may answer by itself, with its cookies', async () => {
    const headers = new Headers({ location: '/login' })
    headers.append('set-cookie', 'a=1')
    headers.append('set-cookie', 'b=2')
    const refusal = new Response('Log in.', { status: 401, headers })
    const node = await serve(createNodeHandler({ authorize: () => refusal }))
    const response = await fetch(node, task)
    expect([response.status, await response.text()]).toEqual([401, 'Log in.'])
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  })
})

describe('options', () => {
  it.each<[string, ProxyOptions, RegExp]>([
    ['a base URL without a scheme', { baseUrl: 'api.inference.sh' }, /scheme/],
    ['a base URL with another scheme', { baseUrl: 'ftp://api.inference.sh' }, /scheme/],
    ['http on another machine', { baseUrl: 'http://engine:4100' }, /allowPrivateUpstream/],
    ['http on a name that looks local', { baseUrl: 'http://localhost.evil.example' }, /allowPrivateUpstream/],
    ['credentials', { baseUrl: 'https://a:b@api.inference.sh' }, /credentials/],
    ['a query', { baseUrl: 'https://api.inference.sh?x' }, /query/],
    ['a key that no header carries', { apiKey: `${canary}\nx` }, /API key/],
    ['a limit of nothing', { limits: { body: 0 } }, /limits\.body/],
    ['a limit that is no number', { limits: { timeout: Number.NaN } }, /limits\.timeout/],
    ['a word for authorize', { authorize: 'private' as 'public' }, /authorize/],
    ['an origin with a path', { allowedOrigins: ['https://a.example/'] }, /allowedOrigins/],
    ['every origin', { allowedOrigins: ['*'] }, /allowedOrigins/],
    ['an app with a star', { allowedApps: ['google/*'] }, /expression/],
    ['an app without a namespace', { allowedApps: ['veo'] }, /allowedApps/],
    ['an endpoint without a method', { allowedEndpoints: ['/tasks/{id}'] }, /allowedEndpoints/],
    ['an endpoint of any method', { allowedEndpoints: ['* /tasks/{id}'] }, /allowedEndpoints/],
    ['an endpoint that climbs', { allowedEndpoints: ['GET /tasks/../{id}'] }, /allowedEndpoints/],
  ])('that make no sense are refused at once: %s', (_, options, message) => {
    let error: unknown
    try {
      createNodeHandler(options)
    } catch (caught) {
      error = caught
    }
    expect(error).toBeInstanceOf(Error)
    expect(String(error)).toMatch(message)
    expect(inspect(error)).not.toContain(canary)
  })

  it('let the upstream be http in a private network only where that is said', () => {
    expect(typeof createProxy({ baseUrl: 'http://engine:4100', allowPrivateUpstream: true })).toBe('function')
  })

  it('come from the environment, in which empty is unset', async () => {
    const upstream = await serveUpstream()
    vi.stubEnv('INFERENCE_BASE_URL', upstream.url)
    vi.stubEnv('INFERENCE_API_KEY', canary)
    await createProxy()(requestOf(task))
    expect(upstream.calls[0]?.headers.authorization).toBe(`Bearer ${canary}`)
    vi.stubEnv('INFERENCE_BASE_URL', '')
    expect(typeof createProxy()).toBe('function')
  })

  it('need no process: without one the key is an option', async () => {
    const upstream = await serveUpstream()
    vi.stubGlobal('process', undefined)
    const response = await createProxy({ baseUrl: upstream.url, apiKey: canary })(requestOf(task))
    vi.unstubAllGlobals()
    expect(response.status).toBe(200)
  })

  it('and nothing of Node outside of ./node', () => {
    const folder = new URL('.', import.meta.url)
    const sources = readdirSync(folder).filter((name) => !name.endsWith('.test.ts') && name !== 'node.ts')
    expect(sources).toContain('proxy.ts')
    for (const name of sources) {
      expect(readFileSync(new URL(name, folder), 'utf8')).not.toMatch(/from 'node:|\b(?:Buffer|require)\b|\bprocess\./)
    }
  })

  it('in production, without authorize, are warned of once', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const upstream = await serveUpstream()
    const call = async (options: ProxyOptions) => {
      const proxy = createProxy({ baseUrl: upstream.url, ...options })
      await proxy(requestOf(task))
      await proxy(requestOf(task))
      return warn.mock.calls.splice(0).length
    }
    expect(await call({})).toBe(0)
    vi.stubEnv('NODE_ENV', 'production')
    expect([await call({}), await call({ authorize: 'public' }), await call({ authorize: () => true })]).toEqual([
      1, 0, 0,
    ])
  })

  it('onRequest gets one line a request, without query and key, and may throw', async () => {
    const upstream = await serveUpstream()
    const entries: unknown[] = []
    const proxy = createProxy({
      baseUrl: upstream.url,
      apiKey: canary,
      onRequest(entry) {
        entries.push(entry)
        throw new Error('a broken log')
      },
    })
    await proxy(requestOf({ headers: { 'x-inf-target-url': 'https://api.inference.sh/tasks/t1?token=secret' } }))
    await proxy(requestOf({ headers: { 'x-inf-target-url': 'https://evil.example/' } }))
    expect(entries).toEqual([
      { method: 'GET', path: '/tasks/t1', status: 200, ms: expect.any(Number) },
      { method: 'GET', path: '/api/inference/proxy', status: 403, ms: expect.any(Number) },
    ])
  })

  it('allowedOrigins answer the browser’s question and let the page read the answer', async () => {
    const upstream = await serveUpstream()
    const mount = fetchMount({ baseUrl: upstream.url, allowedOrigins: ['https://b.example'] })
    const preflight = await mount({ method: 'OPTIONS', headers: from('https://b.example') })
    expect(preflight?.status).toBe(204)
    expect(preflight?.headers.get('access-control-allow-origin')).toBe('https://b.example')
    expect(preflight?.headers.get('access-control-allow-headers')).toContain('x-inf-target-url')
    const answer = await mount({ headers: { ...task.headers, ...from('https://b.example') } })
    expect(answer?.status).toBe(200)
    expect(answer?.headers.get('access-control-allow-credentials')).toBe('true')
    for (const attempt of [
      { method: 'OPTIONS', headers: from('https://c.example') },
      { headers: { ...task.headers, ...from('https://c.example') } },
    ]) {
      const refused = await mount(attempt)
      expect([refused?.status, refused?.headers.get('access-control-allow-origin')]).toEqual([403, null])
    }
    expect(upstream.calls).toHaveLength(1)
  })

  it('defaultEndpoints are the 18 of the service’s own list and seven more', () => {
    expect(defaultEndpoints).toHaveLength(25)
    expect(Object.isFrozen(defaultEndpoints)).toBe(true)
    expect(defaultEndpoints).not.toContain('POST /tasks/list')
  })
})

describe('the key', () => {
  it('is in no answer, log or error, even where the service repeats it', async () => {
    const logged = ['log', 'info', 'warn', 'error', 'debug'] as const
    const spies = logged.map((name) => vi.spyOn(console, name).mockImplementation(() => {}))
    vi.stubEnv('NODE_ENV', 'production')
    let kind = 0
    const upstream = await serveUpstream((request, response) => {
      const echo = JSON.stringify({ detail: `Invalid key ${request.headers.authorization}` })
      if (kind === 0) response.writeHead(401, { 'content-type': 'application/json', 'x-request-id': canary }).end(echo)
      else if (kind === 1) response.writeHead(302, { location: `/${canary}` }).end()
      else if (kind === 2) response.writeHead(200, { 'content-type': `text/html; ${canary}` }).end(echo)
      else if (kind === 3) response.socket?.destroy()
    })
    const handler = createNodeHandler({ baseUrl: upstream.url, apiKey: canary, limits: { timeout: 100 } })
    const proxy = createProxy({ baseUrl: upstream.url, apiKey: canary })
    onTestFinished(() => {
      for (const spy of spies) spy.mockRestore()
    })
    const mount = await nodeMount({ baseUrl: upstream.url, limits: { timeout: 100 } })
    for (kind = 0; kind < 5; kind++) {
      const answer = await mount(run)
      expect(answer!.text + JSON.stringify([...answer!.headers])).not.toContain(canary)
    }
    const shown = inspect([handler, proxy], { depth: 9, showHidden: true, getters: true }) + JSON.stringify({ handler })
    expect(shown + JSON.stringify(spies.map((spy) => spy.mock.calls))).not.toContain(canary)
  })
})
