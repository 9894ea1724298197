import { describe, expect, it, vi } from 'vitest'
import { inference } from '../client/client.ts'
import { collectLogs } from '../helpers/collect-logs.ts'
import { fromAsyncIterable } from './from-async-iterable.ts'
import { fromInferenceSdk } from './from-inference-sdk.ts'
import { manualPlatform } from '../../test/manual-platform.ts'
import { progressBar } from '../helpers/progress-bar.ts'
import { recordRun, replayRun, replayWith } from './recording.ts'
import { scriptedTransport } from './scripted-transport.ts'
import { StreamProcessor } from '../helpers/stream-processor.ts'
import { createClient } from '../client/client.ts'
import type { TaskUpdate } from '../core/types.ts'

const run = { app: 'a/b', input: { prompt: 'x' } }

const task = (more: object) => ({ id: 't1', status: 7, logs: [], ...more })
const updateOf = (status: Exclude<TaskUpdate['status'], 'completed' | 'failed'>, ...logs: string[]): TaskUpdate => ({
  taskId: 't',
  status,
  statusCode: 0,
  logs,
})

/** An update in a few words. */
const told = ({ status, logs }: TaskUpdate) => [status, ...logs].join(' ')

const statusesIn = (recording: string) => recording.match(/"status":"\w+"/g)

describe('any backend that yields updates', () => {
  it('runs, and has completed when it ends', async () => {
    const seen: unknown[] = []
    const client = inference({
      transport: fromAsyncIterable(async function* source(config) {
        seen.push(config.input)
        yield { logs: ['a'] }
        yield { progress: { current: 1, total: 2, fraction: 0.5, source: 'app' } }
        yield { output: { url: 'x' } }
      }),
    })
    const result = await client.run(run)
    expect(seen).toEqual([{ prompt: 'x' }])
    expect(result).toMatchObject({ status: 'completed', output: { url: 'x' }, logs: ['a'] })
    expect(result.state.phases.map(({ status }) => status)).toEqual(['received', 'running', 'completed'])
    expect((await client.tasks.get(result.taskId)).output).toEqual({ url: 'x' })
  })

  it('tells each update by itself, however quick it is', async () => {
    const client = inference({
      transport: fromAsyncIterable(async function* source() {
        yield { status: 'queued', queuePosition: 1 }
        yield { status: 'running', logs: ['a'] }
        yield { logs: ['b'] }
        yield { status: 'completed', output: 1 }
      }),
    })
    const heard: string[] = []
    await client.run(run, { onUpdate: (update) => heard.push(told(update)) })
    const stream = await client.run(run, { stream: true })
    expect(stream.state.status).toBe('received')
    const looped: string[] = []
    for await (const update of stream) looped.push(told(update))
    expect(looped).toEqual(['received', 'queued', 'running a', 'running b', 'completed'])
    expect(heard).toEqual(looped)
  })

  it('shows progress in the lines with which it says that it runs', async () => {
    const client = inference({
      transport: fromAsyncIterable(async function* source() {
        yield { status: 'running', logs: ['step 12/50'] }
      }),
    })
    const { state } = await client.run(run)
    expect(state.progress).toEqual({ current: 12, total: 50, fraction: 0.24, source: 'logs' })
  })

  it('has failed when it throws', async () => {
    const client = inference({
      transport: fromAsyncIterable(async function* source() {
        yield { logs: ['a'] }
        throw new Error('no GPU')
      }),
    })
    await expect(client.run(run)).rejects.toMatchObject({ name: 'TaskFailedError', message: 'no GPU' })
  })

  it.each([
    null,
    undefined,
    5,
    'a',
    [],
    { status: 'odd' },
    { logs: [1, null] },
    { logs: 5 },
    { progress: 5 },
    { error: 5 },
  ])('may yield %j without harm to the run', async (odd) => {
    const client = inference({
      transport: fromAsyncIterable(async function* source() {
        yield odd as object
        yield { logs: ['b'] }
        yield { output: 1 }
      }),
    })
    await expect(client.run(run)).resolves.toMatchObject({ status: 'completed', output: 1, logs: ['b'] })
  })

  it.each([
    ['dispatched', 'scheduled'],
    ['brandnew', 'unknown'],
    [8, 'cancelling'],
    ['succeeded', 'completed'],
    [10, 'completed'],
  ])('may say %j for a status, which is %s', async (status, name) => {
    const client = inference({
      transport: fromAsyncIterable(async function* source() {
        yield { status } as object
      }),
    })
    const seen: string[] = []
    await client.run(run, { onUpdate: (update) => seen.push(update.status) })
    expect(seen[1]).toBe(name)
    expect(seen.at(-1)).toBe('completed')
  })

  it('is cancelled although it never looks at its signal', async () => {
    vi.useFakeTimers()
    const client = inference({
      transport: fromAsyncIterable(async function* source() {
        yield { status: 'running' }
        await new Promise(() => {})
      }),
    })
    const stream = await client.run(run, { stream: true })
    await vi.advanceTimersByTimeAsync(0)
    await stream.cancel()
    expect(stream.state.status).toBe('cancelling')
    await vi.advanceTimersByTimeAsync(1_000)
    vi.useRealTimers()
    await expect(stream.result).rejects.toMatchObject({ code: 'task_cancelled' })
  })

  it('is cancelled by its signal', async () => {
    const client = inference({
      transport: fromAsyncIterable(async function* source(_config, { signal }) {
        yield { status: 'running' }
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      }),
    })
    const stream = await client.run(run, { stream: true })
    await stream.cancel()
    await expect(stream.result).rejects.toMatchObject({ name: 'TaskCancelledError' })
    expect(stream.state.status).toBe('cancelled')
  })

  it('gets Blobs and bytes in the input as they are', async () => {
    const input = { image: new Blob(['x']), bytes: new Uint8Array(2) }
    const seen: unknown[] = []
    const client = inference({
      transport: fromAsyncIterable(async function* source(config) {
        seen.push(config.input)
        yield { output: 1 }
      }),
    })
    await client.run({ app: 'a/b', input })
    expect(seen).toEqual([input])
  })

  it('has no apps, files or lists, and says so', async () => {
    const client = inference({ transport: fromAsyncIterable(async function* source() {}) })
    await expect(client.apps.list()).rejects.toMatchObject({ code: 'config' })
    await expect(client.files.upload('x')).rejects.toMatchObject({ code: 'config' })
    expect(() => inference({ transport: { kind: 'mine' } })).toThrow(/Invalid transport/)
  })
})

describe('the official SDK as a backend', () => {
  it('is followed to its end even when its stream ends without a word', async () => {
    vi.useFakeTimers()
    let answer = task({})
    const stop = vi.fn()
    const official = {
      run: async () => ({ id: 't1', status: 1 }),
      tasks: {
        get: async () => ({ data: answer, messages: [] }),
        cancel: vi.fn(async () => ({})),
        watch(_task: object, { onPartialUpdate }: { onPartialUpdate: (update: object, fields: string[]) => void }) {
          onPartialUpdate(task({ logs: [{ log_type: 4, content: Buffer.from('a\n').toString('base64') }] }), ['logs'])
          return { done: new Promise<never>(() => {}), stop }
        },
      },
    }
    const stream = await inference({ transport: fromInferenceSdk(official) }).run(run, { stream: true })
    await vi.advanceTimersByTimeAsync(1)
    expect(stream.state).toMatchObject({ status: 'running', logs: ['a'] })
    await stream.cancel()
    expect(official.tasks.cancel).toHaveBeenCalledWith('t1')
    answer = task({ status: 10, output: { ok: true } })
    await vi.advanceTimersByTimeAsync(5_000)
    vi.useRealTimers()
    await expect(stream.result).resolves.toMatchObject({ output: { ok: true } })
    expect(stop).toHaveBeenCalled()
  })

  it('refuses what is no such client', () => {
    expect(() => fromInferenceSdk({})).toThrow(/@inferencesh\/sdk/)
  })
})

describe('recordings', () => {
  it('replay with the same updates, at their times or faster', async () => {
    const t = scriptedTransport()
    const stream = await inference({ transport: t }).run(run, { stream: true })
    const recording = recordRun(stream)
    t.last.update({ status: 'running', logs: ['a'] })
    t.last.complete({ ok: true })
    const text = await recording
    expect(
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toMatchObject([
      { at: expect.any(Number), update: { status: 'received' } },
      { update: { status: 'running', logs: ['a'] } },
      { update: { status: 'completed', output: { ok: true } } },
    ])
    const replay = inference({ transport: replayRun(text, { speed: Infinity }) })
    expect(await replay.run(run)).toMatchObject({ output: { ok: true }, logs: ['a'] })
    const again = await recordRun(await replay.run(run, { stream: true }))
    expect(statusesIn(again)).toEqual(statusesIn(text))
  })

  it('wait as long as the recording says, and can be cancelled meanwhile', async () => {
    const platform = manualPlatform()
    const text = '{"at":0,"update":{"status":"running"}}\n{"at":10000,"update":{"status":"completed","output":1}}\n'
    const client = createClient({ transport: replayWith(text, 2, platform) }, platform)
    const stream = await client.run(run, { stream: true })
    await platform.advance(4_999)
    expect(stream.state.status).toBe('running')
    await platform.advance(1)
    expect(stream.state.output).toBe(1)
    const other = await client.run(run, { stream: true })
    await platform.advance(100)
    await other.cancel()
    await platform.advance(1)
    expect(other.state.status).toBe('cancelled')
  })

  it('that are none say which line', () => {
    expect(() => replayRun('{"at":0,"update":{}}\nnope')).toThrow(/Line 2/)
    expect(() => replayRun('', { speed: 0 })).toThrow(/above 0/)
  })
})

describe('runMany', () => {
  it('keeps the order, the limit, and each run’s own outcome', async () => {
    const t = scriptedTransport()
    const client = inference({ transport: t })
    const seen: string[] = []
    const all = client.runMany([run, run, run], {
      concurrency: 2,
      onUpdate: (index, update) => seen.push(`${index} ${update.status}`),
    })
    await vi.waitFor(() => expect(t.runs).toHaveLength(2), 60_000)
    t.runs[1]!.fail('boom')
    await vi.waitFor(() => expect(t.runs).toHaveLength(3), 60_000)
    t.runs[2]!.complete('c')
    t.runs[0]!.complete('a')
    const results = await all
    expect(results).toMatchObject([
      { status: 'fulfilled', value: { output: 'a' } },
      { status: 'rejected', reason: { message: 'boom' } },
      { status: 'fulfilled', value: { output: 'c' } },
    ])
    expect(seen).toContain('1 failed')
    expect(await client.runMany([])).toEqual([])
  })
})

describe('helpers', () => {
  it.each<[number, number, number | undefined, string]>([
    [25, 100, 20, '[█████░░░░░░░░░░░░░░░] 25.0%'],
    [0, 0, 4, '[░░░░] 0.0%'],
    [5, -1, 4, '[░░░░] 0.0%'],
    [9, 4, 4, '[████] 100.0%'],
    [-3, 4, 4, '[░░░░] 0.0%'],
    [Number.NaN, 4, 4, '[░░░░] 0.0%'],
    [1, 2, undefined, `[${'█'.repeat(25)}${'░'.repeat(25)}] 50.0%`],
  ])('progressBar(%d, %d, %d)', (current, total, width, bar) => {
    expect(progressBar(current, total, width)).toBe(bar)
  })

  it('collectLogs resolves with every line, however the run ended', async () => {
    for (const end of ['complete', 'fail', 'close'] as const) {
      const t = scriptedTransport()
      const stream = await inference({ transport: t }).run(run, { stream: true, maxLogLines: 2 })
      const logs = collectLogs(stream)
      for (const line of ['a', 'b', 'c']) t.last.update({ status: 'running', logs: [line] })
      if (end === 'complete') t.last.complete(1)
      else if (end === 'fail') t.last.fail('x')
      else stream.close()
      expect(await logs).toEqual(['a', 'b', 'c'])
      expect(stream.state.logs).toEqual(['b', 'c'])
    }
  })

  it('collectLogs gives the rows that a program has redrawn as they were last drawn, dropped ones too', async () => {
    const t = scriptedTransport()
    const stream = await inference({ transport: t }).run(run, { stream: true, maxLogLines: 4 })
    const logs = collectLogs(stream)
    t.last.update({ status: 'running', logs: ['head', 'outer 0%', 'inner 0%'] })
    t.last.update({ logs: ['\u001B[2Aouter 9%', 'inner 9%', 'c'] })
    t.last.update({ logs: ['d', 'e', 'f'] })
    t.last.complete({})
    expect(await logs).toEqual(['head', 'outer 9%', 'inner 9%', 'c', 'd', 'e', 'f'])
  })

  it('StreamProcessor collects lines and the time between first and terminal update', () => {
    vi.useFakeTimers()
    const processor = new StreamProcessor()
    expect(processor.duration).toBeNull()
    expect(processor.process(updateOf('running', 'a'))).toBe(false)
    vi.advanceTimersByTime(250)
    expect(processor.process(updateOf('cancelled', 'b'))).toBe(true)
    vi.useRealTimers()
    expect([processor.logs, processor.duration]).toEqual([['a', 'b'], 250])
  })
})
