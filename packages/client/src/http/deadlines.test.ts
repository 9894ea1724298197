// No request, token or header can keep a caller waiting without end.
import { afterEach, describe, expect, it, vi } from 'vitest'
import { fakeService, json, problem } from '../../test/fake-service.ts'
import '../transports/http/http-resources.ts'
import '../transports/http/resources.ts'
import './uploads.ts'
import type { InferenceClient } from '../client/client-types.ts'
import { inference } from '../client/client.ts'
import type { InferstreamError } from '../core/errors.ts'
import './redact.ts'

const run = { app: 'a/b', input: {} }
const scope = () => {}
const headersAlone = async () => new Response(new ReadableStream(), { headers: { 'content-type': 'application/json' } })
const never = () => new Promise<never>(() => {})

const calls: [string, (client: InferenceClient) => Promise<unknown>][] = [
  ['run', (client) => client.run(run)],
  ['run without waiting', (client) => client.run(run, { wait: false })],
  ['tasks.get', (client) => client.tasks.get('t1')],
  ['tasks.logs', (client) => client.tasks.logs('t1')],
  ['tasks.list', (client) => client.tasks.list()],
  ['tasks.cancel', (client) => client.tasks.cancel('t1')],
  ['apps.get', (client) => client.apps.get('a/b')],
  ['apps.list', (client) => client.apps.list()],
  ['files.upload', (client) => client.files.upload('hello')],
]

/** What the call ended with after at most `ms` of the platform's time. */
async function endOf(service: ReturnType<typeof fakeService>, call: (typeof calls)[0][1], ms: number) {
  let end: unknown = 'nothing'
  call(service.client).then(
    () => (end = 'success'),
    (error: unknown) => (end = error),
  )
  await service.platform.advance(ms)
  return end as InferstreamError
}

describe.each(calls)('%s', (name, call) => {
  it('ends where fetch never answers and ignores its signal', async () => {
    const service = fakeService({ fetch: never, retry: false })
    expect(await endOf(service, call, 45_000)).toMatchObject({
      code: 'network',
      message: 'No answer within 45 s.',
      ...(name.startsWith('run') ? { retryable: false, mayHaveStarted: true } : { retryable: true }),
    })
    expect(service.platform.timers).toBe(0)
  })

  it('ends where an answer has headers and never a body', async () => {
    const service = fakeService({ fetch: headersAlone, retry: false, idleTimeoutMs: 3_000 })
    expect(await endOf(service, call, 3_000)).toMatchObject({ code: 'network', message: 'No answer within 3 s.' })
  })

  it('ends where getToken never settles, and has sent nothing', async () => {
    const service = fakeService({ getToken: never, retry: false })
    const error = await endOf(service, call, 45_000)
    expect(error).toMatchObject({
      code: 'auth',
      retryable: true,
      message: 'getToken failed: InferstreamError: No answer within 45 s.',
    })
    expect(error).not.toHaveProperty('mayHaveStarted')
    expect(service.requests).toEqual([])
    expect(service.platform.timers).toBe(0)
  })
})

it('a stream whose token never comes is given up, and the run is asked for', async () => {
  let asked = 0
  const service = fakeService({ getToken: () => (++asked === 2 ? never() : 'token') })
  const stream = await service.client.run(run, { stream: true })
  await service.platform.advance(45_000)
  await service.platform.advance(2_000)
  expect(service.paths('GET /tasks/t1')).toBeGreaterThan(0)
  expect(stream.state.connection).not.toBe('connecting')
  stream.close()
})

it('a stream that opened lives longer than the deadline of its request', async () => {
  const service = fakeService({ idleTimeoutMs: 1_000 })
  const stream = await service.client.run(run, { stream: true })
  await service.settled()
  for (let beat = 0; beat < 20; beat++) {
    await service.stream.send({ type: 'heartbeat' })
    await service.platform.advance(900)
  }
  expect(service.open).toHaveLength(1)
  expect(stream.state.connection).toBe('live')
  stream.close()
})

it('a large input has the time that a slow network needs', async () => {
  const service = fakeService()
  service.posts.push('hangs')
  let error: InferstreamError | undefined
  const input = { text: 'x'.repeat(2_000_000) }
  service.client.run({ app: 'a/b', input }).catch((thrown: InferstreamError) => (error = thrown))
  await service.platform.advance(100_000)
  expect(error).toBeUndefined()
  await service.platform.advance(45_000)
  expect(error).toMatchObject({ code: 'network', mayHaveStarted: true })
})

it('an answer that comes after its deadline is released', async () => {
  const cancel = vi.fn()
  let answer: ((response: Response) => void) | undefined
  const service = fakeService({ retry: false, fetch: () => new Promise((resolve) => (answer = resolve)) })
  await endOf(service, (client) => client.tasks.get('t1'), 45_000)
  answer?.(new Response(new ReadableStream({ cancel })))
  await service.settled()
  expect(cancel).toHaveBeenCalledTimes(1)
})

describe('a cancel', () => {
  it.each([
    ['the network fails', () => 'refused' as const],
    ['the service is busy', () => problem(503, 'Busy.')],
    ['there were too many requests', () => problem(429, 'Slow down.', {}, { 'retry-after': '1' })],
    ['a gateway lost the answer', () => problem(502, 'Lost.', { type: 'urn:inferstream:proxy:answer-lost' })],
  ])('is repeated when %s', async (_, answer) => {
    const service = fakeService()
    service.cancels.push(answer(), answer(), answer())
    expect(await endOf(service, (client) => client.tasks.cancel('t1'), 10_000)).toBe('success')
    expect(service.paths('POST /tasks/t1/cancel')).toBe(4)
  })

  it('is repeated three times and no more', async () => {
    const service = fakeService()
    service.cancels.push(...Array.from({ length: 9 }, () => 'refused' as const))
    expect(await endOf(service, (client) => client.tasks.cancel('t1'), 60_000)).toMatchObject({ code: 'network' })
    expect(service.paths('POST /tasks/t1/cancel')).toBe(4)
  })

  it.each([
    [403, {}],
    [404, {}],
    [503, { retry: false as const }],
  ])('that is refused for good with %d %o is not repeated', async (status, options) => {
    const service = fakeService(options)
    service.cancels.push(problem(status, 'No.'))
    expect(await endOf(service, (client) => client.tasks.cancel('t1'), 60_000)).toMatchObject({ status })
    expect(service.paths('POST /tasks/t1/cancel')).toBe(1)
  })
})

describe('an apiKey', () => {
  afterEach(() => vi.unstubAllGlobals())
  const options = { apiKey: 'inf_canary', fetch: async () => json({ data: { id: 't1', status: 1 } }) }

  it('is legal on a server runtime that has a WorkerGlobalScope', async () => {
    vi.stubGlobal('WorkerGlobalScope', scope)
    expect(await inference(options).run(run, { wait: false })).toMatchObject({ taskId: 't1' })
  })

  it.each([
    ['a page', { window: { document: {} } }],
    ['a worker of a page', { WorkerGlobalScope: scope, location: { href: 'https://app.test/' } }],
  ])('is refused in %s', (_, globals: Record<string, unknown>) => {
    for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value)
    expect(() => inference(options)).toThrow(/every visitor/)
    expect(() => inference({ ...options, dangerouslyAllowBrowser: true })).not.toThrow()
  })
})
