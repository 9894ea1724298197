import type { Engine } from '@inferstream/engine'
import { createEngine } from '@inferstream/engine'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { call, collect, get, start } from './testing/engine-client.ts'

// Real servers and threads, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 })

const globals = { Request: globalThis.Request, Response: globalThis.Response }
let engine: Engine
beforeAll(async () => {
  engine = await createEngine({ speed: 20 })
})
afterAll(() => engine.close())

const post = (path: string, body?: unknown, headers?: HeadersInit) => call(engine.url, 'POST', path, body, headers)

describe('answers', () => {
  it('starts a run with an answer that is enveloped and never terminal', async () => {
    const { json } = await post('/apps/run', { app: 'local/echo', input: { message: 'hi' } })
    expect(json).toEqual({
      data: {
        id: expect.stringMatching(/^[0-9a-z]{26}$/),
        short_id: expect.stringMatching(/^[0-9a-z]{8}$/),
        status: 1,
        status_text: 'received',
        output: null,
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
        updated_at: expect.any(String),
      },
      messages: [],
    })
  })

  it('envelopes every JSON answer', async () => {
    const id = await start(engine.url, 'local/echo')
    await collect(engine.url, id)
    const paths = ['', '/status', '/logs', '/timings'].map((part) => `/tasks/${id}${part}`)
    for (const path of [...paths, '/apps', '/apps/local/echo', '/']) {
      const { status, json } = await call(engine.url, 'GET', path)
      expect({ path, status, keys: Object.keys(json) }).toEqual({ path, status: 200, keys: ['data', 'messages'] })
    }
  })

  it('serves the status, the log, and the duration of each status separately', async () => {
    const id = await start(engine.url, 'local/echo', { message: 'hello' })
    await collect(engine.url, id)
    const status = (await call(engine.url, 'GET', `/tasks/${id}/status`)).json['data']
    expect(status).toEqual({ id, status: 10, updated_at: expect.any(String) })
    const logs = (await call(engine.url, 'GET', `/tasks/${id}/logs`)).json['data'] as { logs: { content: string }[] }
    const texts = logs.logs.map(({ content }) => Buffer.from(content, 'base64').toString())
    expect(texts.join('')).toContain('echo {"message":"hello"}\n')
    const timings = (await call(engine.url, 'GET', `/tasks/${id}/timings`)).json['data'] as {
      events: { status: string }[]
    }
    expect(timings).toMatchObject({ task_id: id, status: 10 })
    const names = [
      'received',
      'queued',
      'dispatched',
      'preparing',
      'serving',
      'setting_up',
      'running',
      'uploading',
      'completed',
    ]
    expect(timings.events.map((event) => event.status)).toEqual(names)
  })

  it('waits for the end with `wait`, and answers 422 if the task failed', async () => {
    const done = await post('/apps/run', { app: 'local/echo', input: { message: 'x' }, wait: true })
    expect(done.json['data']).toMatchObject({ status: 10, output: { message: 'x' } })
    const failed = await post('/apps/run', { app: 'local/fail', input: { message: 'Too bad.' }, wait: true })
    expect(failed.status).toBe(422)
    expect(failed.json['detail']).toBe('The task failed: Too bad.')
  })

  it('lists tasks newest first, page by page, without their logs', async () => {
    const ids = [await start(engine.url, 'local/echo'), await start(engine.url, 'local/echo')]
    const first = (await post('/tasks/list', { limit: 1 })).json['data'] as {
      items: { id: string; logs: unknown[] }[]
      next_cursor: string
      has_next: boolean
    }
    expect(first).toMatchObject({ has_next: true, items: [{ id: ids[1], logs: [] }] })
    const second = (await post('/tasks/list', { limit: 1, cursor: first.next_cursor })).json['data']
    expect(second).toMatchObject({ items: [{ id: ids[0] }], has_previous: true })
  })

  it('serves an app with its schemas, by its own name and by an alias', async () => {
    const { json } = await call(engine.url, 'GET', '/apps/infsh/flux-schnell@1.0.0')
    expect(json['data']).toMatchObject({
      namespace: 'infsh',
      name: 'flux-schnell',
      title: 'Path tracer',
      version: { input_schema: { type: 'object', properties: { prompt: { type: 'string' } } } },
    })
    expect((await call(engine.url, 'GET', '/apps/my-app')).status).toBe(200)
    const list = (await call(engine.url, 'GET', '/apps?limit=200')).json['data'] as { items: { ref: string }[] }
    expect(list.items.map(({ ref }) => ref)).toEqual(
      expect.arrayContaining([
        'local/path-tracer',
        'local/julia-video',
        'local/story',
        'google/veo-3-1-fast',
        'my-app',
      ]),
    )
  })

  it('answers missing requirements with 412, without envelope', async () => {
    const { status, json } = await post('/apps/run', { app: 'local/requirements', input: {} })
    expect(status).toBe(412)
    expect(json).toMatchObject({
      satisfied: false,
      errors: [{ type: 'secret', key: 'HF_TOKEN' }, {}, { type: 'scope' }],
    })
  })

  it('keeps idle connections open for longer than a proxy in front of it would', async () => {
    expect((await fetch(engine.url)).headers.get('keep-alive')).toBe('timeout=75')
  })

  it('takes the target from a header or the query, as a proxy would', async () => {
    const target = `https://api.inference.sh/apps/local/echo`
    const byHeader = await call(engine.url, 'GET', '/api/inference/proxy', undefined, { 'x-inf-target-url': target })
    expect(byHeader.json['data']).toMatchObject({ name: 'echo' })
    const byQuery = await call(engine.url, 'GET', `/?__inf_target=${encodeURIComponent(target)}`)
    expect(byQuery.json['data']).toMatchObject({ name: 'echo' })
  })
})

describe('errors are problem+json with a helpful sentence', () => {
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
  const rows: [name: string, request: [string, string, (string | object)?], status: number, detail: RegExp][] = [
    ['an unknown route', ['GET', '/nothing'], 404, /no route \/nothing.*POST \/apps\/run/],
    ['a wrong method', ['DELETE', '/apps/run'], 405, /DELETE is not allowed.*POST/],
    ['a wrong method on a task', ['PUT', '/tasks/x/status'], 405, /takes GET/],
    ['no JSON', ['POST', '/apps/run', '{"app":'], 400, /not valid JSON/],
    ['JSON that is not an object', ['POST', '/apps/run', '[1]'], 400, /must be a JSON object/],
    ['an empty body', ['POST', '/apps/run'], 422, /has no app/],
    [
      'a mistyped app',
      ['POST', '/apps/run', { app: 'local/path-trcer', input: {} }],
      404,
      /no app "local\/path-trcer".*local\/path-tracer/,
    ],
    ['an app of another namespace', ['POST', '/apps/run', { app: 'acme/weather', input: {} }], 404, /GET \/apps/],
    ['an unknown function', ['POST', '/apps/run', { app: 'local/echo:paint', input: {} }], 404, /no function.*"run"/],
    ['an unknown app to read', ['GET', '/apps/local/ecko'], 404, /Did you mean local\/echo/],
    ['no input', ['POST', '/apps/run', { app: 'local/echo' }], 422, /input: is missing/],
    ['input that is not an object', ['POST', '/apps/run', { app: 'local/echo', input: 'x' }], 422, /must be an object/],
    ['an unknown task', ['GET', '/tasks/01m8409c0vqgs9dk3kk11cwdfv'], 404, /no task.*restarted/],
    ['an unknown task to stream', ['GET', '/tasks/nope/stream'], 404, /no task/],
    ['an unknown task to cancel', ['POST', '/tasks/nope/cancel'], 404, /no task/],
    ['an unknown file', ['GET', '/files/nope'], 404, /no file/],
    ['an upload without files', ['POST', '/files', {}], 422, /"filename"/],
    ['an unknown session', ['POST', '/apps/run', { app: 'local/echo', input: {}, session: 'nope' }], 404, /no session/],
    [
      'a session without a limit',
      ['POST', '/apps/run', { app: 'local/echo', input: {}, session: 'new', session_timeout: 9_999 }],
      422,
      /1 to 3600/,
    ],
    ['an unknown chaos rule', ['GET', '/apps?chaos=mayhem'], 422, /no chaos rule "mayhem"/],
    ['a body that nests too deep', ['POST', '/apps/run', `{"app":"local/echo","input":{"a":${deep}}}`], 422, /nested/],
  ]
  it.each(rows)('%s', async (_name, [method, path, body], status, detail) => {
    const answer = await call(engine.url, method, path, body)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.status).toBe(status)
    expect(answer.json).toMatchObject({ type: expect.stringContaining('https://'), title: expect.any(String), status })
    expect(answer.json['detail']).toMatch(detail)
    expect(answer.json['detail']).toMatch(/[.?]$/)
  })

  it('points at each place of the input that breaks the schema', async () => {
    const input = { width: 'wide', samples: 0, scene: 'beach' }
    const { status, json } = await post('/apps/run', { app: 'local/path-tracer', input })
    expect(status).toBe(422)
    const errors = json['errors'] as { pointer: string; detail: string }[]
    expect(errors.map(({ pointer }) => pointer).toSorted()).toEqual(['/samples', '/scene', '/width'])
    const missing = await post('/apps/run', { app: 'infsh/text-templating', input: {} })
    expect(missing.json['errors']).toEqual([{ pointer: '/template', detail: 'is required' }])
  })

  it('refuses a body over the limit, with or without Content-Length', async () => {
    const large = JSON.stringify({ app: 'local/echo', input: { message: 'x'.repeat(5 * 1024 * 1024) } })
    expect((await post('/apps/run', large)).status).toBe(413)
    const body = new Blob([large]).stream()
    const unannounced = await fetch(`${engine.url}/apps/run`, { method: 'POST', body, duplex: 'half' } as RequestInit)
    expect(unannounced.status).toBe(413)
  })

  it('refuses to cancel what has ended, and says how it ended', async () => {
    const id = await start(engine.url, 'local/echo')
    await collect(engine.url, id)
    const { status, json } = await post(`/tasks/${id}/cancel`)
    expect(status).toBe(409)
    expect(json['detail']).toMatch(/completed already/)
    expect((await get(engine.url, id)).status).toBe(10)
  })
})

describe('files', () => {
  it('accepts an upload at its address and serves the same bytes without a token', async () => {
    const bytes = new Uint8Array(100_000).map((_, index) => index % 251)
    const { json } = await post('/files', {
      files: [{ uri: '', filename: 'a.bin', content_type: 'image/png', size: bytes.length }],
    })
    const [file] = json['data'] as { uri: string; upload_url: string; content_type: string }[]
    expect(file).toMatchObject({ content_type: 'image/png', filename: 'a.bin', size: 100_000 })
    const put = await fetch(file?.upload_url ?? '', {
      method: 'PUT',
      body: bytes,
      headers: { 'content-type': 'image/png' },
    })
    expect(put.status).toBe(200)
    const got = await fetch(file?.uri ?? '')
    expect(got.headers.get('content-type')).toBe('image/png')
    expect(new Uint8Array(await got.arrayBuffer())).toEqual(bytes)
    const again = await fetch(file?.upload_url ?? '', { method: 'PUT', body: 'other' })
    expect(again.status).toBe(409)
  })

  it('serves a part of a file, so that a video can be seeked', async () => {
    const { json } = await post('/files', { files: [{ filename: 'a.txt', content_type: 'text/plain' }] })
    const [file] = json['data'] as { uri: string; upload_url: string }[]
    await fetch(file?.upload_url ?? '', { method: 'PUT', body: '0123456789' })
    const part = await fetch(file?.uri ?? '', { headers: { range: 'bytes=2-4' } })
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 2-4/10', '234'])
    const beyond = await fetch(file?.uri ?? '', { headers: { range: 'bytes=10-' } })
    expect(beyond.status).toBe(416)
  })

  it('never lets an uploaded file run as a page of the engine', async () => {
    const { json } = await post('/files', { files: [{ filename: 'x.html', content_type: 'text/html' }] })
    const [file] = json['data'] as { uri: string; upload_url: string }[]
    await fetch(file?.upload_url ?? '', { method: 'PUT', body: '<script>1</script>' })
    const { headers } = await fetch(file?.uri ?? '')
    expect(headers.get('content-security-policy')).toContain('sandbox')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })
})

describe('who may call', () => {
  it('echoes only origins of this machine', async () => {
    for (const origin of ['http://localhost:5173', 'http://127.0.0.1:1', 'https://app.localhost']) {
      const { headers } = await call(engine.url, 'OPTIONS', '/apps/run', undefined, { origin })
      expect(headers.get('access-control-allow-origin')).toBe(origin)
      expect(headers.get('access-control-allow-credentials')).toBe('true')
      expect(headers.get('access-control-allow-headers')).toContain('last-event-id')
    }
    for (const origin of [
      'https://example.com',
      'null',
      'http://localhost.example.com',
      'http://127.0.0.1.example.com',
    ]) {
      const { headers } = await call(engine.url, 'GET', '/apps', undefined, { origin })
      expect(headers.get('access-control-allow-origin')).toBeNull()
    }
  })

  it('puts CORS headers on errors and streams too', async () => {
    const origin = 'http://localhost:5173'
    const id = await start(engine.url, 'local/echo')
    for (const path of ['/nothing', `/tasks/${id}/stream`]) {
      const response = await fetch(engine.url + path, { headers: { origin } })
      expect(response.headers.get('access-control-allow-origin')).toBe(origin)
      await response.body?.cancel()
    }
  })

  it('refuses changes from a page of another site', async () => {
    const { status } = await post('/apps/run', { app: 'local/echo', input: {} }, { origin: 'https://example.com' })
    expect(status).toBe(403)
  })

  it('requires a key with --require-key, except for files, whose addresses cannot be guessed', async () => {
    const locked = await createEngine({ requireKey: true })
    try {
      const refused = await call(locked.url, 'GET', '/apps')
      expect([refused.status, refused.json['type']]).toEqual([401, 'https://api.inference.sh/errors/unauthorized'])
      const allowed = await call(locked.url, 'GET', '/apps', undefined, { authorization: 'Bearer inf_anything' })
      expect(allowed.status).toBe(200)
      expect((await call(locked.url, 'GET', '/files/nope')).status).toBe(404)
    } finally {
      await locked.close()
    }
  })
})

describe('an engine', () => {
  it.each([{ workers: 0 }, { workers: 1.5 }, { speed: 0 }, { speed: NaN }, { heartbeatMs: 0 }, { chaos: 'mayhem' }])(
    'refuses invalid options: %o',
    async (options) => {
      await expect(createEngine(options)).rejects.toThrow(RangeError)
    },
  )

  it('rejects if its port is taken', async () => {
    await expect(createEngine({ port: engine.port })).rejects.toThrow(/EADDRINUSE/)
  })

  it('shares nothing with another engine in the same process', async () => {
    const other = await createEngine({ speed: 20 })
    const id = await start(engine.url, 'local/echo')
    expect((await call(other.url, 'GET', `/tasks/${id}`)).status).toBe(404)
    await other.close()
    expect((await collect(engine.url, id)).length).toBeGreaterThan(0)
  })

  it('does not change the globals of its process', () => {
    expect(globalThis.Request).toBe(globals.Request)
    expect(globalThis.Response).toBe(globals.Response)
  })

  it('closes at once with open streams and active runs, and no longer answers', async () => {
    const other = await createEngine()
    const ids = await Promise.all(Array.from({ length: 5 }, () => start(other.url, 'local/slow')))
    const streams = ids.map((id) => collect(other.url, id).catch(() => 'reset'))
    await start(other.url, 'local/path-tracer', { samples: 256, width: 1_920, height: 1_200 })
    await other.close()
    await other.close()
    await Promise.all(streams)
    await expect(fetch(other.url)).rejects.toThrow('fetch failed')
  })
})
