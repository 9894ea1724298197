// Every started run ends, every promise settles, nothing is left behind (design §2 "Guaranteed settlement").
import { describe, expect, it, vi } from 'vitest'
import { inference } from './client.ts'
import { fromAsyncIterable } from '../transports/from-async-iterable.ts'
import { fakeService, json, partial, problem } from '../../test/fake-service.ts'
import { uncaughtIn } from '../../test/uncaught.ts'
import { isFull } from '../../test/full.ts'
import type { InferstreamError } from '../core/errors.ts'
import type { FollowOptions, TaskStream, TaskUpdate } from '../core/types.ts'

const run = { app: 'a/b', input: {} }
const running = { id: 't1', status: 7, logs: [] }
const done = { id: 't1', status: 10, output: { ok: true }, logs: [] }

async function follow(service: ReturnType<typeof fakeService>, options: FollowOptions = {}) {
  const stream = await service.client.run(run, { stream: true, ...options })
  await service.settled()
  return stream
}

function withResolvers<T>() {
  let resolve!: (value: T) => void
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

/** What a loop saw: statuses, and the name of what it threw. */
function readLoop(stream: TaskStream) {
  const seen: TaskUpdate[] = []
  const ended = (async () => {
    try {
      for await (const update of stream) seen.push(update)
      return 'ended'
    } catch (error) {
      return (error as InferstreamError).name
    }
  })()
  return { seen, ended }
}

describe('the loop', () => {
  it.each([
    ['completed', done],
    ['failed', { id: 't1', status: 11, error: 'boom', logs: [] }],
    ['cancelled', { id: 't1', status: 12, logs: [] }],
  ])('ends normally with the update that says %s', async (status, last) => {
    const service = fakeService()
    const stream = await follow(service)
    const loop = readLoop(stream)
    await service.stream.send(running, last)
    expect(await loop.ended).toBe('ended')
    expect(loop.seen.map((update) => update.status)).toEqual(['received', 'running', status])
  })

  it('throws a connection error once the budget is spent, after what was still waiting', async () => {
    const service = fakeService({ retry: { maxAttempts: 0 } })
    const stream = await follow(service)
    await service.stream.send(running)
    await service.stream.break()
    const loop = readLoop(stream)
    expect(await loop.ended).toBe('InferstreamError')
  })

  it('gives one update per record that changed something', async () => {
    const service = fakeService()
    const stream = await follow(service)
    const loop = readLoop(stream)
    await service.stream.send(running, { type: 'heartbeat' }, partial({ status: 7 }), partial({ logs: ['a'] }), done)
    await loop.ended
    expect(loop.seen).toHaveLength(4)
  })

  it('may be read by several: one that joins first gets the state so far, its logs all lines', async () => {
    const service = fakeService()
    const stream = await follow(service)
    const first = readLoop(stream)
    await service.stream.send(running, partial({ logs: ['a'], offset: 0 }), partial({ logs: ['b'], offset: 1 }))
    const second = readLoop(stream)
    await service.stream.send(partial({ logs: ['c'], offset: 2 }), done)
    await Promise.all([first.ended, second.ended])
    expect(first.seen.map((update) => update.logs)).toEqual([[], [], ['a'], ['b'], ['c'], []])
    expect(second.seen.map((update) => update.logs)).toEqual([['a', 'b'], ['c'], []])
    const late = readLoop(stream)
    expect(await late.ended).toBe('ended')
    expect(late.seen).toMatchObject([{ status: 'completed', output: { ok: true }, logs: ['a', 'b', 'c'] }])
  })

  it('left by its last reader releases the connection; the run goes on', async () => {
    const service = fakeService()
    const stream = await follow(service)
    const other = readLoop(stream)
    await service.stream.send(running)
    for await (const update of stream) if (update.status === 'running') break
    expect(service.stream.cancelled).toBe(false)
    stream.close()
    expect(await other.ended).toBe('ended')
    const service2 = fakeService()
    const alone = await follow(service2)
    await service2.stream.send(running)
    for await (const update of alone) if (update.status === 'running') break
    expect(service2.stream.cancelled).toBe(true)
    expect(alone.state.connection).toBe('closed')
    await expect(alone.result).rejects.toMatchObject({ code: 'aborted' })
    const requests = service2.paths('')
    await service2.platform.advance(120_000)
    expect(service2.paths('')).toBe(requests)
  })

  it('answers several next() at once, in order', async () => {
    const service = fakeService()
    const stream = await follow(service)
    const iterator = stream[Symbol.asyncIterator]()
    const steps = [1, 2, 3, 4, 5].map(() => iterator.next())
    await service.stream.send(running, partial({ logs: ['a'] }))
    await service.stream.send(done)
    const seen = await Promise.all(steps)
    expect(seen.map(({ done: isDone, value }) => (isDone ? 'end' : value.status))).toEqual([
      'received',
      'running',
      'running',
      'completed',
      'end',
    ])
  })

  it('of a slow reader keeps a bounded queue and every line', async () => {
    const service = fakeService()
    const stream = await follow(service)
    const iterator = stream.batches()[Symbol.asyncIterator]()
    await iterator.next()
    for (let line = 0; line < 5_000; line += 500) {
      await service.stream.send(...Array.from({ length: 500 }, (_, index) => partial({ logs: [String(line + index)] })))
      await new Promise((resolve) => setTimeout(resolve))
    }
    await service.stream.send(done)
    const batch = ((await iterator.next()).value ?? []) as TaskUpdate[]
    expect(batch.length).toBeLessThanOrEqual(1_024)
    expect(batch.flatMap((update) => update.logs)).toEqual(Array.from({ length: 5_000 }, (_, index) => String(index)))
    expect(batch.at(-1)).toMatchObject({ status: 'completed', output: { ok: true } })
  })

  it('of a fast reader loses no update to merging', async () => {
    const service = fakeService()
    const stream = await follow(service)
    const loop = readLoop(stream)
    await service.stream.send(
      running,
      ...Array.from({ length: 10_000 }, (_, offset) => partial({ logs: [String(offset)], offset })),
      done,
    )
    await loop.ended
    expect(loop.seen).toHaveLength(10_003)
  })
})

describe('result', () => {
  it('never goes unhandled', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    for (const last of [done, { id: 't1', status: 11, logs: [] }, { id: 't1', status: 12, logs: [] }]) {
      const service = fakeService()
      await follow(service)
      await service.stream.send(last)
    }
    const service = fakeService()
    const controller = new AbortController()
    await follow(service, { signal: controller.signal })
    controller.abort()
    await service.platform.advance(100)
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })

  it('has times, duration and every line', async () => {
    const service = fakeService()
    const stream = await follow(service)
    await service.stream.send(running, partial({ logs: ['a'] }))
    await service.platform.advance(1_500)
    await service.stream.send(done)
    const result = await stream.result
    expect(result).toMatchObject({ taskId: 't1', status: 'completed', duration: 1_500, logs: ['a'] })
    expect(result.endedAt - result.startedAt).toBe(1_500)
    expect(result.state).toBe(stream.state)
  })

  it('rejects after close() as aborted, and close() twice is once', async () => {
    const service = fakeService()
    const stream = await follow(service)
    stream.close()
    stream.close()
    await expect(stream.result).rejects.toMatchObject({ name: 'AbortError', code: 'aborted' })
    expect(service.stream.cancelled).toBe(true)
    expect(service.paths('POST /tasks/t1/cancel')).toBe(0)
    expect(service.platform.timers).toBe(0)
    expect(service.platform.wakeListeners).toBe(0)
  })
})

describe('cancel', () => {
  it('resolves when the service accepted it, and shows cancelling until it says how it ended', async () => {
    const service = fakeService()
    const stream = await follow(service)
    await service.stream.send(running)
    const cancelling = stream.cancel()
    expect(stream.cancel()).toBe(cancelling)
    expect(stream.state.status).toBe('cancelling')
    await cancelling
    await service.stream.send(partial({ status: 7, logs: ['still'] }))
    expect(stream.state.status).toBe('cancelling')
    await service.stream.send(partial({ status: 12 }))
    expect(stream.state.status).toBe('cancelled')
    expect(service.paths('POST /tasks/t1/cancel')).toBe(1)
    await stream.cancel()
    expect(service.paths('POST /tasks/t1/cancel')).toBe(1)
  })

  it('that is never answered is over when the run is', async () => {
    const service = fakeService()
    const stream = await follow(service)
    await service.stream.send(running)
    service.cancels.push('hangs')
    const cancelled = stream.cancel()
    await service.stream.send(partial({ status: 12 }))
    await expect(cancelled).resolves.toBeUndefined()
    expect(stream.state.status).toBe('cancelled')
  })

  it('that was refused rejects, and the status is what the service says', async () => {
    const service = fakeService()
    const stream = await follow(service)
    await service.stream.send(running)
    service.cancels.push(problem(403, 'Not yours.'))
    await expect(stream.cancel()).rejects.toMatchObject({ code: 'forbidden' })
    expect(stream.state.status).toBe('running')
    await stream.cancel()
    expect(stream.state.status).toBe('cancelling')
  })
})

describe('an abort', () => {
  it('of run cancels the run and throws AbortError at once', async () => {
    const service = fakeService()
    const controller = new AbortController()
    const stream = await follow(service, { signal: controller.signal })
    await service.stream.send(running)
    const loop = readLoop(stream)
    service.cancels.push('hangs')
    controller.abort()
    expect(await loop.ended).toBe('AbortError')
    await expect(stream.result).rejects.toMatchObject({ name: 'AbortError' })
    expect(service.stream.cancelled).toBe(true)
    expect(service.paths('POST /tasks/t1/cancel')).toBe(1)
  })

  it('of tasks.stream only detaches', async () => {
    const service = fakeService()
    const controller = new AbortController()
    const stream = service.client.tasks.stream('t1', { signal: controller.signal })
    await service.settled()
    const loop = readLoop(stream)
    controller.abort()
    expect(await loop.ended).toBe('AbortError')
    expect(service.stream.cancelled).toBe(true)
    expect(service.paths('POST')).toBe(0)
  })

  it('that came before tasks.stream detaches at once as well', async () => {
    const service = fakeService()
    const stream = service.client.tasks.stream('t1', { signal: AbortSignal.abort() })
    await expect(stream.result).rejects.toMatchObject({ name: 'AbortError' })
    expect(await readLoop(stream).ended).toBe('AbortError')
    expect(service.requests).toEqual([])
  })

  it('between the answer to the POST and the stream cancels the run', async () => {
    const controller = new AbortController()
    const service = fakeService()
    const answer = json({ data: { id: 't1', status: 1 } })
    const text = answer.text.bind(answer)
    // Aborted in the last moment that belongs to the POST.
    const delayed = async () => {
      const body = await text()
      queueMicrotask(() => queueMicrotask(() => controller.abort()))
      return body
    }
    service.posts.push(Object.defineProperty(answer, 'text', { value: delayed }))
    const started = service.client.run(run, { stream: true, signal: controller.signal })
    const outcome = await started.then(
      (stream) => stream.result.catch((error: Error) => error),
      (error: Error) => error,
    )
    expect(outcome).toMatchObject({ name: 'AbortError' })
    await service.settled()
    expect(service.paths('POST /tasks/t1/cancel')).toBe(1)
  })

  it('before the call sends nothing', async () => {
    const service = fakeService()
    await expect(service.client.run(run, { stream: true, signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    })
    expect(service.requests).toEqual([])
  })

  it('while the POST is unanswered rejects at once, and the run that comes of it is cancelled', async () => {
    const answer = withResolvers<Response>()
    const service = fakeService()
    const controller = new AbortController()
    service.posts.push(answer.promise)
    const started = service.client.run(run, { stream: true, signal: controller.signal })
    await service.settled()
    controller.abort()
    await expect(started).rejects.toMatchObject({ name: 'AbortError' })
    await service.platform.advance(9_000)
    answer.resolve(json({ data: { id: 't1', status: 1 } }))
    await service.settled()
    expect(service.paths('POST /tasks/t1/cancel')).toBe(1)
    expect(service.paths('GET')).toBe(0)
  })

  it('gives a hung POST ten seconds and no more', async () => {
    const service = fakeService()
    const controller = new AbortController()
    service.posts.push('hangs')
    const started = service.client.run(run, { signal: controller.signal })
    started.catch(() => {})
    await service.settled()
    controller.abort()
    await service.platform.advance(9_999)
    expect(service.requests[0]!.signal!.aborted).toBe(false)
    await service.platform.advance(1)
    expect(service.requests[0]!.signal!.aborted).toBe(true)
    await expect(started).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('listener is removed: one signal over many runs leaks nothing', async () => {
    const runs = isFull ? 1_000 : 50
    const controller = new AbortController()
    const added = vi.spyOn(controller.signal, 'addEventListener')
    const removed = vi.spyOn(controller.signal, 'removeEventListener')
    for (let index = 0; index < runs; index++) {
      const service = fakeService()
      service.streams.push(
        new Response(`data: ${JSON.stringify(done)}\n\n`, { headers: { 'content-type': 'text/event-stream' } }),
      )
      await service.client.run(run, { signal: controller.signal })
    }
    expect(added.mock.calls.length).toBeGreaterThanOrEqual(runs)
    expect(removed.mock.calls.length).toBeGreaterThanOrEqual(added.mock.calls.length)
  }, 120_000)
})

describe('a time-out', () => {
  it('throws TimeoutError, counted from the call, and cancels the run', async () => {
    const service = fakeService()
    const stream = await follow(service, { timeoutMs: 60_000 })
    const loop = readLoop(stream)
    await service.stream.send(running)
    for (let beat = 0; beat < 6; beat++) {
      await service.platform.advance(10_000)
      if (beat < 5) await service.stream.send({ type: 'heartbeat' })
    }
    expect(await loop.ended).toBe('TimeoutError')
    expect(stream.state).toMatchObject({ status: 'error', error: { code: 'timeout' } })
    expect(service.paths('POST /tasks/t1/cancel')).toBe(1)
  })

  it('longer than a timer can hold is no time-out', async () => {
    const client = inference({
      transport: fromAsyncIterable(async function* source() {
        yield { output: 1 }
      }),
    })
    const timers = vi.spyOn(globalThis, 'setTimeout')
    await expect(client.run(run, { timeoutMs: 1e12 })).resolves.toMatchObject({ output: 1 })
    // A longer one would fire at once.
    for (const [, delay = 0] of timers.mock.calls) expect(delay).toBeLessThan(2 ** 31)
    timers.mockRestore()
  })

  it('with onTimeout detach leaves the run going', async () => {
    const service = fakeService()
    const stream = await follow(service, { timeoutMs: 1_000, onTimeout: 'detach' })
    await service.platform.advance(1_000)
    await expect(stream.result).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(service.paths('POST /tasks/t1/cancel')).toBe(0)
  })

  it('counts while the POST is unanswered too, and the run that may come of it is cancelled', async () => {
    const service = fakeService()
    let answer: ((response: Response) => void) | undefined
    service.posts.push('hangs', 'hangs', 'hangs', new Promise((resolve) => (answer = resolve)))
    const options = { timeoutMs: 5_000 }
    const { client, platform } = service
    const outcomes = Promise.all([
      Promise.allSettled([client.run(run, options), client.run(run, { ...options, stream: true })]),
      client.runMany([run, run], options),
    ])
    await service.settled()
    await platform.advance(5_000)
    for (const outcome of (await outcomes).flat()) {
      expect(outcome).toMatchObject({ reason: { name: 'TimeoutError', mayHaveStarted: true } })
    }
    answer?.(json({ data: { id: 't1', status: 1 } }))
    await platform.advance(10_000)
    expect(service.paths('POST /tasks/t1/cancel')).toBe(1)
    expect(platform.timers).toBe(0)
  })
})

describe('starting', () => {
  it('rejects with what the service says, and what to do', async () => {
    const rows: [Response, object][] = [
      [problem(401, 'Bad key.'), { code: 'auth', status: 401 }],
      [problem(404, 'No app a/b.'), { code: 'not_found', message: 'No app a/b.' }],
      [
        problem(422, 'Bad input.', { errors: [{ pointer: '/prompt', detail: 'is missing' }] }),
        { name: 'ValidationError', issues: [{ path: '/prompt', message: 'is missing' }] },
      ],
      [
        json({ detail: [{ loc: ['body', 'input', 'a/b', 0], msg: 'Field required', type: 'missing' }] }, 422),
        {
          name: 'ValidationError',
          message: 'Field required',
          issues: [{ path: '/a~1b/0', message: 'Field required' }],
        },
      ],
      [
        json(
          {
            satisfied: false,
            errors: [{ type: 'secret', key: 'HF_TOKEN', message: 'Add HF_TOKEN.', action: { type: 'add_secret' } }],
          },
          412,
        ),
        {
          name: 'RequirementsError',
          message: 'Add HF_TOKEN.',
          actions: [{ type: 'add_secret', key: 'HF_TOKEN', requirement: 'secret', message: 'Add HF_TOKEN.' }],
        },
      ],
      [
        json({ success: false, status: 500, error: { code: 'x', message: 'V1 says no.' } }, 500),
        { code: 'server', message: 'V1 says no.' },
      ],
      [
        new Response('<html>', { status: 502, headers: { 'content-type': 'text/html' } }),
        { code: 'server', message: expect.stringMatching(/does not answer.*npx @inferstream\/engine/) },
      ],
      [
        new Response('<html>', { status: 200, headers: { 'content-type': 'text/html' } }),
        { code: 'protocol', message: expect.stringMatching(/web page/) },
      ],
      [json({ data: {} }), { code: 'protocol', message: expect.stringMatching(/did not return a task id/) }],
    ]
    for (const [response, expected] of rows) {
      const service = fakeService()
      service.posts.push(response)
      await expect(service.client.run(run)).rejects.toMatchObject(expected)
      expect(service.paths('')).toBe(1)
    }
  })

  it('a POST whose answer was lost is not repeated and says that the run may exist', async () => {
    const service = fakeService()
    service.posts.push('refused')
    await expect(service.client.run(run)).rejects.toMatchObject({ code: 'network', mayHaveStarted: true })
    expect(service.paths('')).toBe(1)
  })

  it('a POST is repeated after 429, as late as the service says', async () => {
    const service = fakeService()
    service.posts.push(problem(429, 'Slow down.', {}, { 'retry-after': '3' }))
    const started = service.client.run(run, { stream: true })
    await service.platform.advance(2_999)
    expect(service.paths('POST')).toBe(1)
    await service.platform.advance(1)
    expect((await started).taskId).toBe('t1')
  })

  it('a POST is repeated once after 401 with a fresh token', async () => {
    const tokens = ['old', 'fresh']
    const service = fakeService({ getToken: () => tokens.shift() ?? 'fresh' })
    service.posts.push(problem(401, 'Expired.'))
    await service.client.run(run, { stream: true })
    expect(service.requests.slice(0, 2).map(({ headers }) => headers.get('authorization'))).toEqual([
      'Bearer old',
      'Bearer fresh',
    ])
  })

  it('accepts all three generations of answers', async () => {
    for (const body of [
      { success: true, status: 200, data: { id: 't1', status: 1 } },
      { id: 't1', status: 1 },
      { data: { id: 't1', status: 1 }, messages: [] },
    ]) {
      const service = fakeService()
      service.posts.push(json(body))
      expect((await service.client.run(run, { stream: true })).taskId).toBe('t1')
    }
  })

  it('a run that had ended when its POST was answered comes with its output and its lines', async () => {
    const service = fakeService()
    service.posts.push(json({ data: { id: 't1', status: 10, output: { ok: true } } }))
    const stream = await follow(service)
    await service.stream.send({ ...done, logs: [{ log_type: 4, content: Buffer.from('a\nb\n').toString('base64') }] })
    expect(stream.state).toMatchObject({ status: 'completed', output: { ok: true }, logs: ['a', 'b'] })
  })

  it('wait: false starts and does not follow', async () => {
    const service = fakeService()
    expect(await service.client.run(run, { wait: false })).toEqual({ taskId: 't1', status: 'received', statusCode: 1 })
    await service.platform.advance(5_000)
    expect(service.paths('GET')).toBe(0)
  })

  it('a call that cannot draft says so in one sentence', async () => {
    const service = fakeService()
    const circular: Record<string, unknown> = {}
    circular['self'] = circular
    await expect(service.client.run({ app: 'a/b', input: circular })).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(/circular/),
    })
    const signedOut = fakeService({ getToken: () => Promise.reject(new Error('No session.')) })
    await expect(signedOut.client.run(run)).rejects.toMatchObject({
      code: 'auth',
      message: 'getToken failed: Error: No session.',
    })
    await expect(service.client.run({ app: '', input: {} })).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(/needs an app/),
    })
    expect(() => service.client.tasks.stream('../secrets')).toThrow(/Invalid task id/)
    await expect(service.client.tasks.get('a b')).rejects.toMatchObject({ code: 'config' })
    await expect(service.client.apps.get('../x')).rejects.toMatchObject({ code: 'config' })
  })
})

describe('the key', () => {
  it('appears in no error and no picture of the client', async () => {
    const apiKey = 'inf_canary_1234567890'
    const service = fakeService({ apiKey })
    const { inspect } = await import('node:util')
    expect(inspect(service.client, { depth: 10, showHidden: true })).not.toContain(apiKey)
    expect(JSON.stringify(service.client)).not.toContain(apiKey)
    service.posts.push(problem(401, `The key ${apiKey} is unknown.`))
    const error: Error = await service.client.run(run).then(
      () => expect.fail(),
      (thrown: Error) => thrown,
    )
    expect(inspect(error, { depth: 10 })).not.toContain(apiKey)
    expect(service.requests[0]!.headers.get('authorization')).toBe(`Bearer ${apiKey}`)
  })
})

describe('callbacks that throw', () => {
  const mine = new Error('mine')
  const fail = () => {
    throw mine
  }

  it('do not stop the run', async () => {
    const service = fakeService()
    const uncaught = await uncaughtIn(async () => {
      const stream = await follow(service, { onEvent: fail })
      await service.stream.send(running, done)
      expect(stream.state.status).toBe('completed')
    })
    expect(uncaught).toEqual([mine, mine])
  })

  it('do not leave a run that is waited for', async () => {
    const service = fakeService()
    const uncaught = await uncaughtIn(async () => {
      const ended = service.client.run(run, { onUpdate: fail })
      await service.settled()
      await service.stream.send(running, done)
      expect((await ended).output).toEqual({ ok: true })
    })
    expect(uncaught).toEqual([mine, mine, mine])
  })

  it('keep nothing from other listeners, not even while a stream is being opened', async () => {
    const service = fakeService()
    const seen: string[] = []
    const uncaught = await uncaughtIn(async () => {
      const stream = service.client.tasks.stream('t1')
      stream.subscribe(fail)
      stream.subscribe(() => void seen.push(stream.state.status))
      await service.settled()
      await service.stream.send(running, done)
      expect((await stream.result).output).toEqual({ ok: true })
    })
    expect(seen).toEqual(expect.arrayContaining(['running', 'completed']))
    expect(new Set(uncaught)).toEqual(new Set([mine]))
  })
})
