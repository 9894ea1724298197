// The rows of the table in design §2 "Guaranteed settlement", with controlled time and network.
import { describe, expect, it, vi } from 'vitest'
import { fakeService, json, partial, problem, sse } from '../../test/fake-service.ts'

const run = { app: 'a/b', input: {} }
const done = { id: 't1', status: 10, output: { ok: true }, logs: [] }

const eventStream = (text: string) => new Response(text, { headers: { 'content-type': 'text/event-stream' } })
const webPage = () => new Response('<html>', { headers: { 'content-type': 'text/html' } })
const endedStream = () => eventStream(sse({ id: 't1', status: 7 }))
const line = (id: number, logs: string[], offset?: number) =>
  sse({ data: { id: 't1', logs, offset }, fields: ['logs'] }, id)

const token = (response: string, seq: number) => `event: delta\n${sse({ delta: { response }, seq }, seq + 1)}`

const log = (...lines: string[]) => {
  const text = lines.map((one) => `${one}\n`).join('')
  return { log_type: 4, content: Buffer.from(text).toString('base64') }
}

async function follow(service: ReturnType<typeof fakeService>, options = {}) {
  const stream = await service.client.run(run, { stream: true, ...options })
  await service.settled()
  return stream
}

describe('a response that is not a stream', () => {
  it('204 stops streaming; the run is polled once a second until it ends', async () => {
    const service = fakeService()
    service.streams.push(new Response(null, { status: 204 }))
    const stream = await follow(service)
    await service.platform.advance(3_000)
    expect(stream.state.connection).toBe('polling')
    expect(service.paths('GET /tasks/t1/stream')).toBe(1)
    service.task = done
    await service.platform.advance(1_000)
    await expect(stream.result).resolves.toMatchObject({ output: { ok: true } })
  })

  it.each([
    ['a page', webPage],
    ['no content type', () => new Response(new Uint8Array([1]))],
    ['no body', () => new Response(null, { headers: { 'content-type': 'text/event-stream' } })],
  ])('200 with %s is polled, with one warning, and streamed again later', async (_, page) => {
    const warnings: string[] = []
    const service = fakeService({ onWarning: ({ code }) => warnings.push(code) })
    service.streams.push(page(), page())
    const stream = await follow(service)
    await service.platform.advance(2_000)
    expect(stream.state).toMatchObject({ status: 'running', connection: 'polling' })
    await service.platform.advance(120_000)
    await service.stream.send({ id: 't1', status: 7 })
    expect(stream.state.connection).toBe('live')
    expect(warnings).toEqual(['protocol'])
    await service.stream.send(done)
    await expect(stream.result).resolves.toMatchObject({ output: { ok: true } })
  })

  it.each([304, 405, 406, 415])('%i for the stream is polled', async (status) => {
    const service = fakeService()
    service.streams.push(new Response(null, { status }))
    const stream = await follow(service)
    service.task = done
    await service.platform.advance(2_000)
    await expect(stream.result).resolves.toMatchObject({ output: { ok: true } })
  })

  it('a run that ended with the answer to its POST has its output, although nothing else can be had', async () => {
    const service = fakeService()
    service.posts.push(json({ data: { id: 't1', status: 10, output: { y: 1 } } }))
    service.streams.push(problem(404, 'No such task.'))
    const stream = await follow(service)
    await service.platform.advance(60_000)
    await expect(stream.result).resolves.toMatchObject({ output: { y: 1 } })
  })

  it('200 with a page for the task as well is a final error that says what to do', async () => {
    const service = fakeService()
    service.streams.push(webPage())
    service.gets.push(webPage())
    const stream = await follow(service)
    await service.platform.advance(60_000)
    await expect(stream.result).rejects.toMatchObject({
      code: 'protocol',
      message: expect.stringMatching(/web page.*Check baseUrl/),
    })
    expect(service.paths('GET')).toBe(2)
  })

  it.each([
    [400, 'validation'],
    [401, 'auth'],
    [403, 'forbidden'],
    [404, 'not_found'],
    [410, 'not_found'],
    [422, 'validation'],
  ])('%i is fatal, with code %s', async (status, code) => {
    const service = fakeService()
    service.streams.push(problem(status, 'No.'))
    const stream = await follow(service)
    await service.platform.advance(60_000)
    await expect(stream.result).rejects.toMatchObject({
      code,
      status,
      message: expect.stringMatching(/No\.$/),
      retryable: false,
    })
    expect(stream.state).toMatchObject({ status: 'error', connection: 'closed', error: { code } })
    expect(service.paths('GET')).toBe(1)
  })

  it.each([408, 425, 429, 500, 502, 503, 504])('%i is retried', async (status) => {
    const service = fakeService()
    service.streams.push(problem(status, 'Later.'))
    const stream = await follow(service)
    expect(stream.state).toMatchObject({
      connection: 'reconnecting',
      attempt: 1,
      retryAt: service.platform.now() + 250,
    })
    await service.platform.advance(250)
    expect(stream.state.connection).toBe('live')
    await service.stream.send(done)
    expect(stream.state.status).toBe('completed')
  })

  it('401 is retried once with a fresh token', async () => {
    const tokens = ['old', 'old', 'fresh']
    const getToken = vi.fn(() => tokens.shift() ?? 'later')
    const service = fakeService({ getToken })
    service.streams.push(problem(401, 'Expired.'))
    const stream = await follow(service)
    expect(service.stream.request.headers.get('authorization')).toBe('Bearer fresh')
    expect(stream.state.connection).toBe('live')
  })
})

describe('waiting', () => {
  it('backs off with full jitter, from 0.5 s doubling to 8 s, and never retries without a pause', async () => {
    const service = fakeService({ retry: { maxAttempts: 7 } })
    service.platform.randomValue = 0.999
    service.streams.push('refused')
    service.gets.push(...Array<'refused'>(9).fill('refused'))
    const stream = await follow(service)
    const waits: number[] = []
    for (let attempt = 1; attempt <= 7; attempt++) {
      waits.push(Math.round((stream.state.retryAt! - service.platform.now()) / 100) / 10)
      await service.platform.advance(stream.state.retryAt! - service.platform.now())
    }
    expect(waits).toEqual([0.5, 1, 2, 4, 8, 8, 8])
    await expect(stream.result).rejects.toMatchObject({ code: 'network', retryable: true })
    const eager = fakeService()
    eager.platform.randomValue = 0
    eager.streams.push('refused')
    const other = await follow(eager)
    expect(other.state.retryAt! - eager.platform.now()).toBeGreaterThan(0)
  })

  it.each([
    ['seconds', () => '7', 7_000],
    ['a date', (now: number) => new Date(now + 9_000).toUTCString(), 9_000],
    ['more than a minute, cut to one', () => '9999', 60_000],
  ])('Retry-After in %s replaces the wait', async (_, after, wait) => {
    const service = fakeService()
    service.platform.sleep(1_000_000 - (service.platform.now() % 1_000))
    service.streams.push(problem(503, 'Later.', {}, { 'retry-after': after(service.platform.now()) }))
    const stream = await follow(service)
    expect(stream.state.retryAt! - service.platform.now()).toBe(wait)
  })

  it('X-RateLimit-Reset replaces the wait if there is no Retry-After', async () => {
    const service = fakeService()
    service.streams.push(problem(429, 'Slow.', {}, { 'x-ratelimit-reset': String(service.platform.now() / 1_000 + 5) }))
    const stream = await follow(service)
    expect(stream.state.retryAt! - service.platform.now()).toBe(5_000)
  })

  it('retry: of the stream sets the base of the wait, up to a minute', async () => {
    const service = fakeService()
    const stream = await follow(service)
    await service.stream.send(`retry: 2000\n\n`, { id: 't1', status: 7 })
    await service.stream.end()
    expect(stream.state.retryAt! - service.platform.now()).toBe(1_000)
    await service.platform.advance(1_000)
    await service.stream.send(`retry: ${'9'.repeat(400)}\n\n`, { id: 't1', status: 7 })
    await service.stream.end()
    expect(stream.state.retryAt! - service.platform.now()).toBe(30_000)
  })
})

describe('a stream that ends before the run', () => {
  it('cleanly is not the end of the run: the task is fetched, then the stream is reopened at the same URL', async () => {
    const service = fakeService()
    const stream = await follow(service)
    await service.stream.send({ id: 't1', status: 6 })
    await service.stream.end()
    expect(stream.state.connection).toBe('reconnecting')
    await service.platform.advance(250)
    expect(service.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /apps/run',
      'GET /tasks/t1/stream',
      'GET /tasks/t1',
      'GET /tasks/t1/stream',
    ])
    expect(new Set(service.open.map(({ request }) => request.url)).size).toBe(1)
    expect(stream.state.connection).toBe('live')
  })

  it('settles with the refetched task when the run has ended meanwhile', async () => {
    const service = fakeService()
    const stream = await follow(service)
    await service.stream.send({ id: 't1', status: 7 })
    service.task = done
    await service.stream.break()
    await service.platform.advance(250)
    await expect(stream.result).resolves.toMatchObject({ output: { ok: true } })
    expect(service.paths('GET /tasks/t1/stream')).toBe(1)
  })

  it('again and again is replaced by polling', async () => {
    const service = fakeService()
    service.streams.push(...Array.from({ length: 50 }, endedStream))
    const stream = await follow(service)
    await service.platform.advance(30_000)
    expect(stream.state.connection).toBe('polling')
    expect(service.paths('GET /tasks/t1/stream')).toBe(5)
    service.task = done
    await service.platform.advance(1_000)
    expect(stream.state.status).toBe('completed')
  })

  it('is reopened as long as each stream has something new', async () => {
    const service = fakeService()
    const snapshot = sse({ id: 't1', status: 7 })
    service.streams.push(
      ...Array.from({ length: 20 }, (_, at) => eventStream(snapshot + line(at + 1, [`line ${at}`], at))),
    )
    const stream = await follow(service)
    await service.platform.advance(30_000)
    expect(stream.state.logs).toHaveLength(20)
    await service.stream.send(done)
    await expect(stream.result).resolves.toMatchObject({ output: { ok: true } })
  })

  it('with nothing new is replaced by polling', async () => {
    const service = fakeService()
    const same = sse({ id: 't1', status: 7 }) + sse({ data: { logs: ['a'], offset: 0 }, fields: ['logs'] })
    service.streams.push(...Array.from({ length: 50 }, () => eventStream(same)))
    const stream = await follow(service)
    await service.platform.advance(30_000)
    expect(stream.state.connection).toBe('polling')
    expect(service.paths('GET /tasks/t1/stream')).toBeLessThan(10)
  })

  it.each([500, 504] as const)(
    'or is refused with %i is replaced by polling, as long as the task itself is available',
    async (status) => {
      const service = fakeService()
      service.streams.push(...Array.from({ length: 50 }, () => problem(status, 'No streams here.')))
      const stream = await follow(service)
      await service.platform.advance(30_000)
      expect(stream.state).toMatchObject({ connection: 'polling', attempt: 0, retryAt: null })
      expect(service.paths('GET /tasks/t1/stream')).toBe(5)
      service.task = done
      await service.platform.advance(1_000)
      await expect(stream.result).resolves.toMatchObject({ output: { ok: true } })
    },
  )

  it('is polled only while streams are empty: a probe is tried at growing intervals, and polling continues beside it', async () => {
    const service = fakeService()
    service.streams.push(...Array.from({ length: 5 }, () => problem(502, 'A bad minute.')), 'hangs')
    const stream = await follow(service)
    await service.platform.advance(58_000)
    expect(service.paths('GET /tasks/t1/stream')).toBe(6)
    const gets = service.paths('GET')
    await service.platform.advance(5_000)
    expect(stream.state).toMatchObject({ connection: 'polling', attempt: 0 })
    expect(service.paths('GET') - gets).toBe(5)
    await service.platform.advance(50_000)
    expect(stream.state.connection).toBe('polling')
    await service.platform.advance(60_000)
    expect(stream.state.connection).toBe('polling')
    await service.stream.send({ id: 't1', status: 7 })
    expect(stream.state.connection).toBe('live')
    const before = service.paths('GET')
    await service.platform.advance(5_000)
    expect(service.paths('GET')).toBe(before)
    await service.stream.send(done)
    await expect(stream.result).resolves.toMatchObject({ output: { ok: true } })
    expect(service.platform.timers).toBe(0)
  })

  it.each(['online', 'visible'] as const)('is streamed again at once on the browser event %s', async (event) => {
    const service = fakeService()
    service.streams.push(...Array.from({ length: 5 }, () => problem(502, 'A bad minute.')))
    const stream = await follow(service)
    await service.platform.advance(25_000)
    expect(stream.state.connection).toBe('polling')
    await service.platform.wake(event)
    await service.stream.send({ id: 't1', status: 7 })
    expect(stream.state.connection).toBe('live')
  })

  it('settles when the run ends during a probe, and the probe is stopped', async () => {
    const service = fakeService()
    service.streams.push(...Array.from({ length: 5 }, () => problem(502, 'A bad minute.')))
    const stream = await follow(service)
    await service.platform.advance(25_000)
    await service.platform.wake('visible')
    service.task = done
    await service.platform.advance(1_000)
    await expect(stream.result).resolves.toMatchObject({ output: { ok: true } })
    expect(service.stream.cancelled).toBe(true)
    expect(service.platform.timers).toBe(0)
  })

  it('of a run that is gone rejects with not_found', async () => {
    const service = fakeService()
    const stream = await follow(service)
    await service.stream.break()
    service.gets.push(problem(404, 'No such task.'))
    await service.platform.advance(250)
    await expect(stream.result).rejects.toMatchObject({ code: 'not_found', message: 'This run is gone. No such task.' })
  })

  it('does not count as gone if the 404 is a web page, e.g. because the proxy is missing', async () => {
    const service = fakeService()
    const page = new Response('<!doctype html>', { status: 404, headers: { 'content-type': 'text/html' } })
    service.streams.push(page)
    const stream = await follow(service)
    await expect(stream.result).rejects.toMatchObject({
      code: 'protocol',
      status: 404,
      message: expect.stringContaining('web page'),
    })
  })

  it('with retry: false is an error, after the task was fetched once', async () => {
    const service = fakeService({ retry: false })
    const stream = await follow(service)
    await service.stream.break()
    await expect(stream.result).rejects.toMatchObject({ code: 'network' })
    expect(service.paths('GET /tasks/t1/stream')).toBe(1)
    const lucky = fakeService({ retry: false })
    const other = await follow(lucky)
    lucky.task = done
    await lucky.stream.end()
    await expect(other.result).resolves.toMatchObject({ output: { ok: true } })
  })
})

describe('silence', () => {
  it('of 45 s abandons the stream and reconnects', async () => {
    const service = fakeService()
    const stream = await follow(service)
    await service.stream.send({ id: 't1', status: 7 })
    const silent = service.stream
    await service.platform.advance(44_999)
    expect(silent.cancelled).toBe(false)
    await service.platform.advance(1)
    expect(silent.cancelled).toBe(true)
    expect(stream.state.connection).toBe('reconnecting')
    await service.platform.advance(500)
    expect(stream.state.connection).toBe('live')
  })

  it('is ended by comments and heartbeats', async () => {
    const service = fakeService({ idleTimeoutMs: 15_000 })
    const stream = await follow(service)
    for (let beat = 0; beat < 10; beat++) {
      await service.platform.advance(10_000)
      await service.stream.send(beat % 2 ? ': heartbeat\n\n' : { type: 'heartbeat' })
    }
    expect(service.open).toHaveLength(1)
    expect(stream.state.connection).toBe('live')
  })

  it('of every stream is replaced by polling', async () => {
    const service = fakeService()
    const stream = await follow(service)
    await service.platform.advance(5 * 60_000)
    expect(stream.state.connection).toBe('polling')
  })

  it('of a GET is ended after 45 s as well', async () => {
    const service = fakeService()
    const stream = await follow(service)
    service.gets.push('hangs')
    await service.stream.break()
    await service.platform.advance(46_000)
    expect(stream.state.connection).toBe('live')
  })
})

describe('sleep, wake and network', () => {
  it('after a sleep the wall clock decides whether the stream is dead, not the timer', async () => {
    const service = fakeService()
    await follow(service)
    const before = service.stream
    service.platform.sleep(60_000)
    await service.platform.wake('visible')
    expect(before.cancelled).toBe(true)
  })

  it('a short sleep changes nothing', async () => {
    const service = fakeService()
    await follow(service)
    service.platform.sleep(20_000)
    await service.platform.wake('visible')
    expect(service.stream.cancelled).toBe(false)
    expect(service.open).toHaveLength(1)
  })

  it('waking ends a wait at once', async () => {
    const service = fakeService()
    service.streams.push(problem(503, 'Later.', {}, { 'retry-after': '50' }))
    const stream = await follow(service)
    await service.platform.wake('visible')
    expect(stream.state.connection).toBe('live')
  })

  it('a caller may end the wait', async () => {
    const service = fakeService()
    service.streams.push(problem(503, 'Later.', {}, { 'retry-after': '50' }))
    const stream = await follow(service)
    expect(stream.state.connection).toBe('reconnecting')
    stream.retryNow?.()
    await service.settled()
    expect(stream.state.connection).toBe('live')
    stream.retryNow?.()
    expect(service.paths('GET /tasks/t1/stream')).toBe(2)
  })

  it('offline is shown, costs no attempt, and ends as soon as the network is back', async () => {
    const service = fakeService()
    const stream = await follow(service)
    service.platform.online = false
    service.gets.push(...Array<'refused'>(20).fill('refused'))
    await service.platform.wake('offline')
    expect(stream.state).toMatchObject({ connection: 'offline', attempt: 0, retryAt: null })
    await service.platform.advance(300_000)
    expect(stream.state.connection).toBe('offline')
    service.gets = []
    service.platform.online = true
    await service.platform.wake('online')
    expect(stream.state.connection).toBe('live')
  })

  it('an offline browser still follows an engine on its own machine', async () => {
    const service = fakeService()
    const stream = await follow(service)
    service.platform.online = false
    await service.platform.wake('offline')
    await service.platform.advance(30_000)
    expect(stream.state.connection).toBe('live')
  })
})

describe('snapshots and ids', () => {
  it('a terminal status inside the opening snapshot ends the run', async () => {
    const service = fakeService()
    const stream = await follow(service)
    await service.stream.send(done)
    await expect(stream.result).resolves.toMatchObject({ output: { ok: true } })
    expect(service.stream.cancelled).toBe(true)
  })

  it('the resume id survives a second drop without a new id, and is removed when the service resets it', async () => {
    const service = fakeService()
    await follow(service)
    await service.stream.send(sse({ id: 't1', status: 7 }, 41), 'id: 42\n\n')
    for (let drop = 0; drop < 2; drop++) {
      await service.stream.break()
      await service.platform.advance(10_000)
      expect(service.stream.request.headers.get('last-event-id')).toBe('42')
    }
    await service.stream.send('id:\n\n')
    await service.stream.break()
    await service.platform.advance(10_000)
    expect(service.stream.request.headers.has('last-event-id')).toBe(false)
  })

  it.each(['é', '🌍'])('the resume id %s is sent as UTF-8', async (id) => {
    const service = fakeService()
    await follow(service)
    await service.stream.send(sse({ id: 't1', status: 7 }, 1), `id: ${id}\n\n`)
    await service.stream.break()
    await service.platform.advance(10_000)
    const header = service.stream.request.headers.get('last-event-id')
    expect(Buffer.from(header ?? '', 'latin1').toString()).toBe(id)
  })

  it('a replayed record is recognized by its id, never by its content', async () => {
    const service = fakeService()
    const stream = await follow(service)
    await service.stream.send(sse({ id: 't1', status: 7 }, 1), line(2, ['same']), line(3, ['same']))
    await service.stream.break()
    await service.platform.advance(10_000)
    await service.stream.send(line(2, ['same']), line(3, ['same']), line(4, ['same']))
    expect(stream.state.logs).toEqual(['same', 'same', 'same'])
  })

  it('several records may share an id, before and after a lost stream', async () => {
    const service = fakeService()
    const stream = await follow(service)
    await service.stream.send(sse({ id: 't1', status: 7 }, 1), line(2, ['a']), line(2, ['b']), line(3, ['c']))
    await service.stream.break()
    await service.platform.advance(10_000)
    await service.stream.send(line(2, ['a']), line(2, ['b']), line(3, ['c']), line(3, ['d']), line(4, ['e']))
    expect(stream.state.logs).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  it('a restarted service that counts from 1 again is not mistaken for a replay', async () => {
    const service = fakeService()
    const stream = await follow(service)
    await service.stream.send(sse({ id: 't1', status: 7 }, 1), line(2, ['a'], 0), line(3, ['b'], 1))
    await service.stream.break()
    await service.platform.advance(10_000)
    await service.stream.send(sse({ id: 't1', status: 7 }), line(2, ['c'], 2), line(3, ['d'], 3))
    expect(stream.state.logs).toEqual(['a', 'b', 'c', 'd'])
  })

  it('lines without an offset are read again from the log after a lost stream', async () => {
    const service = fakeService()
    const stream = await follow(service)
    await service.stream.send({ id: 't1', status: 7 }, partial({ logs: ['a', 'b'] }))
    await service.stream.break()
    service.logs = { logs: [{ log_type: 4, content: Buffer.from('a\nb\nc\nd\n').toString('base64') }] }
    await service.platform.advance(1_000)
    service.logs = { logs: [log('a', 'b', 'c', 'd', 'e')] }
    await service.stream.send(partial({ logs: ['e'] }))
    await service.platform.advance(1_000)
    expect(stream.state.logs).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  it('lines with an offset that no stream delivered come from the log if the task itself has none', async () => {
    const service = fakeService()
    const stream = await follow(service)
    await service.stream.send({ id: 't1', status: 7, logs: [] }, line(1, ['a'], 0))
    await service.stream.break()
    service.logs = { logs: [log('a', 'b', 'c')] }
    service.task = done
    await service.platform.advance(1_000)
    expect(stream.state).toMatchObject({ status: 'completed', logs: ['a', 'b', 'c'] })
  })

  describe('lines without an offset', () => {
    it('are read from the log after a stream was lost before any of them arrived', async () => {
      const service = fakeService()
      const stream = await follow(service)
      await service.stream.send({ id: 't1', status: 6 })
      await service.stream.break()
      service.logs = { logs: [log('a', 'b', 'c')] }
      await service.platform.advance(1_000)
      await service.stream.send({ id: 't1', status: 7, logs: [] }, partial({ logs: ['c'] }), partial({ logs: ['d'] }))
      expect(stream.state.logs).toEqual(['a', 'b', 'c'])
      service.logs = { logs: [log('a', 'b', 'c', 'd')] }
      await service.platform.advance(1_000)
      expect(stream.state.logs).toEqual(['a', 'b', 'c', 'd'])
      expect(service.paths('GET /tasks/t1/logs')).toBe(2)
    })

    it.each(['found by the GET', 'sent by the next stream'])(
      'are read from the log when the run has ended meanwhile (%s)',
      async (how) => {
        const service = fakeService()
        const stream = await follow(service)
        await service.stream.send({ id: 't1', status: 7 })
        await service.stream.break()
        service.logs = { logs: [log('a', 'b')] }
        if (how === 'found by the GET') service.task = done
        await service.platform.advance(1_000)
        if (how !== 'found by the GET') await service.stream.send({ ...done, logs: [] })
        expect(stream.state).toMatchObject({ status: 'completed', output: { ok: true }, logs: ['a', 'b'] })
      },
    )

    it('of a run without any stream arrive with its end', async () => {
      const service = fakeService()
      service.streams.push(new Response(null, { status: 204 }))
      service.logs = { logs: [log('a', 'b')] }
      const stream = await follow(service)
      service.task = done
      await service.platform.advance(2_000)
      expect(stream.state).toMatchObject({ status: 'completed', logs: ['a', 'b'] })
    })

    it('of a run that was started elsewhere are read from its beginning', async () => {
      const service = fakeService()
      service.logs = { logs: [log('a', 'b')] }
      const stream = service.client.tasks.stream('t1')
      await service.settled()
      await service.stream.send({ id: 't1', status: 7, logs: [] }, partial({ logs: ['b'] }), partial({ logs: ['c'] }))
      expect(stream.state.logs).toEqual(['a', 'b'])
      service.logs = { logs: [log('a', 'b', 'c')] }
      await service.platform.advance(1_000)
      expect(stream.state.logs).toEqual(['a', 'b', 'c'])
    })

    it('of a run that had ended before it was joined come from the log: its snapshot may have only some of them', async () => {
      const service = fakeService()
      service.task = { ...done, logs: [{ ...log('set up'), log_type: 3 }] }
      service.logs = { logs: [{ ...log('set up'), log_type: 3 }, log('a', 'b')] }
      const stream = service.client.tasks.stream('t1')
      await service.settled()
      await service.stream.send(service.task)
      expect(stream.state).toMatchObject({ status: 'completed', output: { ok: true }, logs: ['set up', 'a', 'b'] })
    })

    it.each([
      ['and later lines follow them', 'c'],
      ['and lines sent during the read come once', 'b', 'c'],
    ])('sent between the POST and the stream are read from the log, %s', async (_, ...added) => {
      const service = fakeService()
      service.logs = { logs: [log('a', 'b')] }
      const stream = await follow(service)
      await service.stream.send(
        { id: 't1', status: 7, logs: [] },
        ...(added.length > 1 ? [partial({ logs: added })] : []),
      )
      expect(stream.state.logs.slice(0, 2)).toEqual(['a', 'b'])
      if (added.length === 1) await service.stream.send(partial({ logs: added }))
      await service.stream.send(partial({ status: 10, output: {} }))
      expect(stream.state).toMatchObject({ status: 'completed', logs: ['a', 'b', 'c'] })
      expect(service.paths('GET /tasks/t1/logs')).toBe(2)
    })

    it('sent between the POST and the stream are not missing if the run had ended by then', async () => {
      const service = fakeService()
      service.task = done
      service.logs = { logs: [log('a', 'b')] }
      const stream = await follow(service)
      await service.stream.send({ id: 't1', status: 10, output: { ok: true } })
      expect(stream.state).toMatchObject({ status: 'completed', output: { ok: true }, logs: ['a', 'b'] })
    })

    it.each([
      ['was queued', { status: 2 }],
      ['was starting', { status: 5, logs: [] }],
      ['had sent its log', { status: 7, logs: [log('a')] }],
    ])('cost no request for a run that %s when its stream began', async (_, task) => {
      const service = fakeService()
      const stream = await follow(service)
      await service.stream.send(
        { id: 't1', ...task },
        partial({ logs: [log('a', 'b')] }),
        partial({ status: 10, output: {} }),
      )
      expect(stream.state).toMatchObject({ status: 'completed', logs: ['a', 'b'] })
      expect(service.paths('GET')).toBe(1)
    })

    it('of a resumed stream are not also read from the GET before it', async () => {
      const service = fakeService()
      const stream = await follow(service)
      await service.stream.send(sse({ id: 't1', status: 7, logs: [] }, 1))
      await service.stream.break()
      service.task = { id: 't1', status: 7, logs: [log('a', 'b')] }
      await service.platform.advance(1_000)
      await service.stream.send(line(2, ['a']), line(3, ['b']))
      expect(stream.state.logs).toEqual(['a', 'b'])
    })

    it('and tokens of a resumed stream are not read twice', async () => {
      const service = fakeService()
      const stream = await follow(service)
      await service.stream.send(sse({ id: 't1', status: 7, logs: [] }, 1), token('a', 1))
      await service.stream.break()
      service.task = { id: 't1', status: 7, output: { response: 'abc' }, logs: [] }
      await service.platform.advance(1_000)
      await service.stream.send(token('b', 2), token('c', 3))
      expect(stream.state.partialOutput).toEqual({ response: 'abc' })
    })

    it('keep their source', async () => {
      const service = fakeService()
      const stream = await follow(service)
      await service.stream.send({ id: 't1', status: 7 })
      await service.stream.break()
      service.logs = { logs: [{ ...log('build 1', 'build 2'), log_type: 0 }, log('a')] }
      await service.platform.advance(1_000)
      await service.stream.send({ id: 't1', status: 7 }, partial({ logs: ['build 2'], log_type: 0 }))
      await service.stream.send(partial({ logs: ['b'] }), done)
      const { logs } = stream.state
      expect(logs.map((text, index) => [logs.entry(index)?.source, text])).toEqual([
        ['build', 'build 1'],
        ['build', 'build 2'],
        ['task', 'a'],
        ['task', 'b'],
      ])
    })

    it('of a service without a log endpoint come from the task, without a warning', async () => {
      const warnings: string[] = []
      const service = fakeService({ onWarning: ({ message }) => warnings.push(message) })
      service.logs = problem(403, 'Not through here.')
      const stream = await follow(service)
      await service.stream.break()
      service.task = { ...done, logs: [log('a')] }
      await service.platform.advance(1_000)
      expect(stream.state).toMatchObject({ status: 'completed', logs: ['a'] })
      expect(warnings).toEqual([])
    })

    it('that could not be read again cause a warning', async () => {
      const warnings: string[] = []
      const service = fakeService({ onWarning: ({ message }) => warnings.push(message) })
      service.logs = problem(403, 'Not through here.')
      const stream = await follow(service)
      await service.stream.send({ id: 't1', status: 7 }, partial({ logs: ['a'] }))
      await service.stream.break()
      await service.platform.advance(1_000)
      await service.stream.send({ id: 't1', status: 7 }, partial({ logs: ['d'] }), done)
      expect(stream.state).toMatchObject({ status: 'completed', logs: ['a', 'd'] })
      expect(warnings).toEqual([expect.stringMatching(/may be missing/)])
    })
  })

  it('JSON nested 100,000 deep is applied like any other', async () => {
    const service = fakeService()
    const stream = await follow(service)
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const records = [1, 2].map(() => `data: {"id":"t1","status":7,"partial_output":${deep}}\n\n`)
    await service.stream.send(...records, `data: {"id":"t1","status":10,"output":${deep}}\n\n`)
    expect(stream.state).toMatchObject({ status: 'completed', error: null })
    expect(service.open).toHaveLength(1)
  })

  it('a completed status without its output causes a refetch', async () => {
    const service = fakeService()
    const stream = await follow(service)
    service.task = done
    await service.stream.send({ id: 't1', status: 7 }, partial({ status: 10 }))
    await expect(stream.result).resolves.toMatchObject({ output: { ok: true } })
  })

  it('a done event asks for a refetch, an error event is a warning and asks for a refetch', async () => {
    const warnings: unknown[] = []
    const service = fakeService({ onWarning: (warning) => warnings.push(warning.message) })
    const stream = await follow(service)
    await service.stream.send({ id: 't1', status: 6 }, 'event: error\ndata: {"message":"worker lost"}\n\n')
    expect(warnings).toEqual(['worker lost'])
    expect(service.paths('GET /tasks/t1')).toBe(2)
    service.task = done
    await service.platform.advance(250)
    await service.stream.send('event: done\ndata: {}\n\n')
    expect(stream.state.status).toBe('completed')
  })

  it('a service that asks for a refetch on every connect is never requested without a pause', async () => {
    const service = fakeService()
    const errorEvent = 'event: error\ndata: {"message":"again"}\n\n'
    service.streams.push(...Array.from({ length: 100 }, () => eventStream(errorEvent)))
    const stream = await follow(service)
    expect(service.paths('GET /tasks/t1/stream')).toBe(1)
    await service.platform.advance(30_000)
    expect(stream.state.connection).toBe('polling')
    expect(service.paths('GET /tasks/t1/stream')).toBe(5)
  })

  it('an end received by a GET ends the run, even if its log and then the task itself are refused', async () => {
    const service = fakeService()
    const stream = await follow(service)
    await service.stream.send({ id: 't1', status: 7 }, partial({ logs: ['a'] }))
    service.task = done
    service.logs = problem(503, 'Later.')
    await service.stream.break()
    await service.platform.advance(250)
    service.gets.push(problem(404, 'No such task.'))
    await service.platform.advance(10_000)
    expect(stream.state).toMatchObject({ status: 'completed', output: { ok: true }, error: null, logs: ['a'] })
  })

  it('an end received by a stream ends the run, even if the task itself is refused', async () => {
    const service = fakeService()
    const stream = await follow(service)
    await service.stream.send({ id: 't1', status: 7 })
    await service.stream.break()
    service.logs = problem(403, 'Not through here.')
    await service.platform.advance(1_000)
    service.gets.push(problem(403, 'Not through here.'))
    await service.stream.send({ id: 't1', status: 7 }, partial({ status: 10, output: { ok: true } }))
    expect(stream.state).toMatchObject({ status: 'completed', output: { ok: true }, error: null })
  })

  it('a completed status that GET never confirms ends the run, without a storm of requests', async () => {
    const service = fakeService()
    const early = sse({ id: 't1', status: 7 }) + sse(partial({ status: 10 }))
    service.streams.push(...Array.from({ length: 100 }, () => eventStream(early)))
    const stream = await follow(service)
    expect(service.paths('GET')).toBeLessThan(6)
    await service.platform.advance(30_000)
    expect(stream.state).toMatchObject({ status: 'completed', output: null })
    expect(service.paths('GET')).toBeLessThan(25)
  })

  it('a stream that does not open with a snapshot causes a refetch', async () => {
    const service = fakeService()
    service.task = { id: 't1', status: 7, progress: { current: 1, total: 2 }, logs: [] }
    const stream = await follow(service)
    await service.stream.send(partial({ status: 7 }))
    expect(stream.state.progress?.fraction).toBe(0.5)
  })
})

describe('the budget', () => {
  it('is renewed by data', async () => {
    const service = fakeService({ retry: { maxAttempts: 2 } })
    const stream = await follow(service)
    for (let drop = 0; drop < 8; drop++) {
      await service.platform.advance(3_000)
      await service.stream.send({ id: 't1', status: 7 })
      await service.stream.break()
      await service.platform.advance(10_000)
    }
    await service.stream.send({ id: 't1', status: 7 })
    expect(stream.state.connection).toBe('live')
  })

  it.each(['break', 'end'] as const)('is not renewed by a stream without data (%s)', async (ending) => {
    const service = fakeService({ retry: { maxAttempts: 3 } })
    const stream = await follow(service)
    for (let drop = 0; drop < 3; drop++) {
      await service.stream[ending]()
      await service.platform.advance(10_000)
    }
    expect(stream.state.attempt).toBe(3)
    await service.stream[ending]()
    await expect(stream.result).rejects.toMatchObject({ code: 'network' })
    expect(stream.state).toMatchObject({ status: 'error', connection: 'closed' })
    expect(service.platform.timers).toBe(0)
    expect(service.platform.wakeListeners).toBe(0)
  })
})

describe('formats', () => {
  it.each(['sse', 'ndjson'] as const)('%s is requested, and the content type decides', async (format) => {
    const service = fakeService({ format })
    const stream = await follow(service)
    expect(service.stream.request.headers.get('accept')).toBe(
      format === 'sse' ? 'text/event-stream' : 'application/x-ndjson',
    )
    await service.stream.send({ id: 't1', status: 7 }, done)
    expect(stream.state.status).toBe('completed')
    const other = fakeService({ format })
    const [type, text] =
      format === 'sse' ? ['application/x-ndjson', `${JSON.stringify(done)}\n`] : ['text/event-stream', sse(done)]
    other.streams.push(new Response(text, { headers: { 'content-type': type } }))
    expect((await follow(other)).state.status).toBe('completed')
  })

  it('an invalid record is reported and skipped', async () => {
    const warnings: string[] = []
    const events: unknown[] = []
    const service = fakeService()
    const stream = await follow(service, {
      onWarning: (warning: Error) => warnings.push(warning.message),
      onEvent: (record: unknown) => events.push(record),
    })
    await service.stream.send('data: {oops\n\n', done)
    expect(warnings).toHaveLength(1)
    expect(events).toEqual([done])
    expect(stream.state.status).toBe('completed')
  })
})

describe('the proxy wire', () => {
  it('sends the target of a request in a header', async () => {
    const service = fakeService({
      baseUrl: undefined,
      proxyUrl: 'https://app.test/api/inference/proxy',
      headers: { 'x-mine': () => 'yes' },
    })
    await follow(service).catch(() => {})
    const [post] = service.requests
    expect(post).toMatchObject({ method: 'POST', url: 'https://app.test/api/inference/proxy' })
    expect(post!.headers.get('x-inf-target-url')).toBe('https://api.inference.sh/apps/run')
    expect(post!.headers.get('x-mine')).toBe('yes')
    expect(post!.headers.has('authorization')).toBe(false)
  })

  it('sends the target of a stream in the query, as __inf_target', async () => {
    const seen: string[] = []
    const service = fakeService({
      baseUrl: undefined,
      proxyUrl: 'https://app.test/proxy?x=1',
      fetch: async (input) => {
        seen.push(input instanceof Request ? input.url : input.toString())
        return json({ data: { id: 't1', status: 1 } })
      },
    })
    await follow(service)
    expect(seen[1]).toBe(
      `https://app.test/proxy?x=1&__inf_target=${encodeURIComponent('https://api.inference.sh/tasks/t1/stream')}`,
    )
  })
})
