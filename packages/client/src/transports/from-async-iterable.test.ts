import { afterEach, describe, expect, it, vi } from 'vitest'
import { inference } from '../client/client.ts'
import { InferstreamError } from '../core/errors.ts'
import type { TaskUpdate } from '../core/types.ts'
import { fromAsyncIterable } from './from-async-iterable.ts'
import type { TaskTransport } from './transport.ts'

const run = { app: 'a/b', input: {} }
type Source = Parameters<typeof fromAsyncIterable>[0]

const clientOf = (source: Source) => inference({ transport: fromAsyncIterable(source) })

const failing = (error: unknown) =>
  clientOf(async function* source() {
    yield { logs: ['a'] }
    throw error
  })

afterEach(() => vi.useRealTimers())

describe('a backend of updates', () => {
  it('keeps the state of its runs, and not all that led to it', async () => {
    const transport = fromAsyncIterable(async function* source() {
      for (let token = 1; token <= 2_000; token++) yield { partial_output: { response: 'token '.repeat(token) } }
      yield { output: { response: 'done' } }
    }) as TaskTransport
    const { taskId } = await inference({ transport }).run(run)
    const events = await transport.read(taskId)
    expect(JSON.stringify(events).length).toBeLessThan(50_000)
  })

  it('keeps no more of a run that nobody reads', async () => {
    const transport = fromAsyncIterable(async function* source() {
      for (let token = 1; token <= 5_000; token++) yield { partial_output: { response: 'token '.repeat(token) } }
      yield { output: 1 }
    }) as TaskTransport
    const client = inference({ transport })
    const { taskId } = await client.run(run, { wait: false })
    await vi.waitFor(async () => expect((await client.tasks.get(taskId)).status).toBe('completed'))
    expect(JSON.stringify(await transport.read(taskId)).length).toBeLessThan(50_000)
  })

  it('gives a late reader the state so far, and all that follows', async () => {
    let go: (() => void) | undefined
    const client = clientOf(async function* source() {
      yield { status: 'queued', queuePosition: 3 }
      yield { status: 'running', logs: ['a'] }
      yield { logs: ['b'], progress: { current: 1, total: 4, fraction: 0.25, source: 'app' }, partial_output: { n: 1 } }
      await new Promise<void>((resolve) => (go = resolve))
      yield { logs: ['c'] }
      yield { output: { n: 2 } }
    })
    const first = await client.run(run, { stream: true })
    await vi.waitFor(() => expect(first.state.logs).toEqual(['a', 'b']))
    const late = client.tasks.stream(first.taskId)
    await vi.waitFor(() => expect(late.state.logs).toEqual(['a', 'b']))
    expect(late.state).toMatchObject({
      status: 'running',
      partialOutput: { n: 1 },
      progress: { current: 1, total: 4 },
      connection: 'live',
    })
    expect(late.state.phases.map(({ status }) => status)).toEqual(['received', 'queued', 'running'])
    go?.()
    expect(await late.result).toMatchObject({ output: { n: 2 }, logs: ['a', 'b', 'c'] })
    const ended = await client.tasks.stream(first.taskId).result
    expect(ended.logs).toEqual(['a', 'b', 'c'])
    expect(ended.state.phases).toEqual(late.state.phases)
  })

  it('forgets ended runs, and none that still goes on', async () => {
    let finish: (() => void) | undefined
    let started = 0
    const client = clientOf(async function* source(_config, { signal }) {
      if (started++ === 0) {
        yield { status: 'running' }
        await new Promise<void>((resolve) => {
          finish = resolve
          signal.addEventListener('abort', () => resolve())
        })
      }
      yield { output: 1 }
    })
    const { taskId } = await client.run(run, { wait: false })
    const ids: string[] = []
    for (let index = 0; index < 300; index++) ids.push((await client.run(run)).taskId)
    expect((await client.tasks.get(taskId)).status).toBe('running')
    await expect(client.tasks.get(ids[0]!)).rejects.toMatchObject({ code: 'not_found' })
    expect((await client.tasks.get(ids.at(-1)!)).status).toBe('completed')
    await client.tasks.cancel(taskId)
    await vi.waitFor(async () => expect((await client.tasks.get(taskId)).status).toBe('cancelled'))
    finish?.()
  })

  it('forgets ended runs with long logs sooner', async () => {
    const client = clientOf(async function* source() {
      yield { logs: Array.from({ length: 30_000 }, String) }
    })
    const ids: string[] = []
    for (let index = 0; index < 6; index++) ids.push((await client.run(run)).taskId)
    await expect(client.tasks.get(ids[0]!)).rejects.toMatchObject({ code: 'not_found' })
    expect((await client.tasks.get(ids.at(-1)!)).logs).toHaveLength(30_000)
  })
})

describe('what a backend throws', () => {
  it.each([
    new InferstreamError('rate_limited', 'Slow down.', { status: 429, retryable: true, retryAfter: 2_000 }),
    new InferstreamError('network', 'Gone.', { retryable: true, cause: new Error('socket') }),
    new InferstreamError('requirements', 'Add a key.'),
  ])('that is an error of this library is the error of the run: %s', async (given) => {
    const client = failing(given)
    const stream = await client.run(run, { stream: true })
    expect(await stream.result.catch((thrown: unknown) => thrown)).toBe(given)
    expect(stream.state).toMatchObject({ status: 'error', error: given, logs: ['a'], connection: 'closed' })
    const late = client.tasks.stream(stream.taskId)
    expect(await late.result.catch((thrown: unknown) => thrown)).toBe(given)
    expect(await client.tasks.get(stream.taskId)).toMatchObject({ status: 'error', error: given })
  })

  it('as a failure or a cancellation of the run is one', async () => {
    const failure = new InferstreamError('task_failed', 'No GPU.', { retryable: true, status: 500 })
    const failed = await failing(failure).run(run, { stream: true })
    await expect(failed.result).rejects.toMatchObject({ code: 'task_failed', message: 'No GPU.' })
    expect(failed.state.status).toBe('failed')
    const cancelled = await failing(new InferstreamError('task_cancelled', 'By an operator.')).run(run, {
      stream: true,
    })
    await expect(cancelled.result).rejects.toMatchObject({ code: 'task_cancelled' })
    expect(cancelled.state.status).toBe('cancelled')
  })

  it('with the fields of such an error keeps them', async () => {
    const cause = new Error('socket')
    const thrown = Object.assign(new Error('Slow down.', { cause }), {
      code: 'rate_limited',
      status: 429,
      retryable: true,
    })
    await expect(failing(thrown).run(run)).rejects.toMatchObject({
      name: 'InferstreamError',
      code: 'rate_limited',
      message: 'Slow down.',
      status: 429,
      retryable: true,
      cause,
    })
    const plain = { code: 'auth', message: 'Sign in.', status: 401 }
    await expect(failing(plain).run(run)).rejects.toMatchObject({ code: 'auth', message: 'Sign in.', status: 401 })
  })

  it.each([
    [new TypeError('no GPU'), 'no GPU'],
    ['no GPU', 'no GPU'],
    [{ message: 'quota' }, 'quota'],
    [Object.assign(new Error('reset'), { code: 'ECONNRESET' }), 'reset'],
    [new Error(''), 'Error'],
    [undefined, 'undefined'],
    [Object.create(null), 'cannot be read'],
  ])('otherwise is a failure of the run: %o', async (thrown, message) => {
    const failed = await failing(thrown).run(run, { stream: true })
    await expect(failed.result).rejects.toMatchObject({
      name: 'TaskFailedError',
      code: 'task_failed',
      message: expect.stringMatching(message),
    })
    expect(failed.state.status).toBe('failed')
  })

  it('before its first update is reported as well', async () => {
    const error = new InferstreamError('auth', 'Sign in.')
    const client = clientOf(() => {
      throw error
    })
    expect(await client.run(run).catch((thrown: unknown) => thrown)).toBe(error)
    await expect(clientOf(() => null as never).run(run)).rejects.toMatchObject({ code: 'task_failed' })
  })

  it('after it was cancelled is a cancellation', async () => {
    const client = clientOf(async function* source(_config, { signal }): AsyncGenerator<Partial<TaskUpdate>> {
      yield { status: 'running' }
      await new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(new InferstreamError('aborted', 'x'))),
      )
    })
    const stream = await client.run(run, { stream: true })
    await stream.cancel()
    await expect(stream.result).rejects.toMatchObject({ code: 'task_cancelled' })
  })
})
