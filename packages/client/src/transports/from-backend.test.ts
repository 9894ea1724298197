import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { EventSourceParserStream } from 'eventsource-parser/stream'
import { describe, expect, it, vi } from 'vitest'
import { inference } from '../client/client.ts'
import { InferstreamError } from '../core/errors.ts'
import { provideTaskStream } from '../task/load-task-stream.ts'
import * as taskStream from '../task/task-stream.ts'
import type { BackendUpdate } from '../task/task-reducer.ts'
import type { Backend, PlacedUpdate } from './backend.ts'
import { fromBackend } from './from-backend.ts'

// Loading it takes real time.
provideTaskStream(taskStream)

const run = { app: 'a/b', input: {} }

/** Everything that one run of a queue says, in order. */
const history: readonly BackendUpdate[] = [
  { status: 'queued', queuePosition: 2 },
  { status: 'running', logs: ['one'] },
  { logs: ['two', 'two'], partial_output: { text: 'a' } },
  { progress: { current: 1, total: 2, fraction: 0.5, source: 'app' } },
  { logs: ['three'], partial_output: { text: 'ab' } },
  { status: 'completed', output: { text: 'abc' } },
]

type Follow = Backend<number>['follow']

/** A queue that keeps the history of its run, and cuts its first streams after `cuts[i]` updates. */
function queue(
  promises: Partial<Backend['promises']>,
  cuts: readonly (number | Error)[],
  more: Partial<Backend<number>> = {},
): Backend<number> & { readonly afters: (number | null)[] } {
  const afters: (number | null)[] = []
  return {
    kind: 'queue',
    promises: { resume: 'cursor', cancel: true, logs: true, ...promises },
    afters,
    start: async () => ({ taskId: 'q-1' }),
    async *follow(_taskId, { after }) {
      const cut = cuts[afters.length]
      afters.push(after)
      if (cut instanceof Error) throw cut
      const from = after ?? 0
      for (const [index, update] of history.entries()) {
        if (cut !== undefined && index - from >= cut) return
        if (index >= from) yield { ...update, cursor: index + 1 }
      }
    },
    ...more,
  }
}

const clientOf = (backend: Backend<number>) => inference({ transport: fromBackend(backend) })
const lines = ['one', 'two', 'two', 'three']

/** With the pauses between attempts passed at once. */
async function settled<T>(work: () => Promise<T>): Promise<T> {
  vi.useFakeTimers()
  try {
    const result = work()
    result.catch(() => {})
    await vi.advanceTimersByTimeAsync(600_000)
    return await result
  } finally {
    vi.useRealTimers()
  }
}

describe('a backend with a cursor', () => {
  it.each(history.map((_, cut) => cut))('cut after %i updates ends as if it had not been', async (cut) => {
    const backend = queue({}, [cut, 1, new Error('socket hang up')])
    const stream = await settled(async () => {
      const started = await clientOf(backend).run(run, { stream: true })
      await started.result
      return started
    })
    expect(stream.state).toMatchObject({ status: 'completed', output: { text: 'abc' } })
    expect([...stream.state.logs]).toEqual(lines)
    expect(stream.state.phases.map(({ status }) => status)).toEqual(['queued', 'running', 'completed'])
    expect(backend.afters.slice(0, 2)).toEqual([null, cut === 0 ? null : cut])
  })

  it('is joined by its id, from the beginning', async () => {
    const stream = clientOf(queue({}, [])).tasks.stream('q-1')
    expect((await stream.result).logs).toEqual(lines)
  })
})

it('pieces of a text are put together once, however often the stream is cut', async () => {
  const pieces = ['The ', 'lake ', 'lay ', 'still.']
  const backend = queue({}, [], {
    async *follow(_taskId, { after }) {
      const from = after ?? 0
      for (const [index, response] of pieces.slice(from, from + 2).entries())
        yield { delta: { response }, cursor: from + index + 1 }
      if (from >= pieces.length) yield { status: 'failed', error: 'No more.' }
    },
  })
  const partial = await settled(async () => {
    const stream = await clientOf(backend).run(run, { stream: true })
    await stream.result.catch(() => {})
    return stream.state.partialOutput
  })
  expect(partial).toEqual({ response: 'The lake lay still.' })
})

it('updates that came together may be yielded as one array', async () => {
  const backend = queue({}, [], {
    async *follow(_taskId, { after }) {
      const from = after ?? 0
      yield history.slice(from, from + 2).map((update, index) => Object.assign({ cursor: from + index + 1 }, update))
      yield []
    },
  })
  expect(await settled(() => clientOf(backend).run(run))).toMatchObject({ status: 'completed', logs: lines })
})

describe('the state tells what the backend promises', () => {
  it.each(['cursor', 'replay', 'none'] as const)('%s', async (resume) => {
    const client = clientOf(queue({ resume }, []))
    const stream = await client.run(run, { stream: true })
    expect(stream.state.resume).toBe(resume)
    await stream.result
    expect(stream.state).toMatchObject({ resume, gaps: 0 })
  })

  it('and counts the gaps of one that cannot resume', async () => {
    const stream = await settled(async () => {
      const started = await clientOf(queue({ resume: 'none' }, [2, 3])).run(run, { stream: true })
      await started.result
      return started
    })
    expect(stream.state).toMatchObject({ status: 'completed', resume: 'none', gaps: 2 })
  })
})

describe('options of the client hold for a backend', () => {
  it('retry: false makes the first lost connection final', async () => {
    const transport = fromBackend(queue({}, [new Error('reset')]))
    const stream = await inference({ transport, retry: false }).run(run, { stream: true })
    await expect(stream.result).rejects.toMatchObject({ code: 'network', message: 'reset' })
  })

  it('idleTimeoutMs ends a silent stream', async () => {
    const follows: number[] = []
    const backend = queue({}, [], {
      async *follow(_taskId, { signal }) {
        follows.push(Date.now())
        if (follows.length === 2) yield { status: 'failed', error: 'Late.' }
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('left'))))
      },
    })
    const start = inference({ transport: fromBackend(backend), idleTimeoutMs: 200, retry: { baseDelay: 1 } })
    await settled(async () => (await start.run(run, { stream: true })).result.catch(() => {}))
    expect(follows).toHaveLength(2)
    expect(follows[1]! - follows[0]!).toBeLessThan(1_000)
  })
})

it('what read() has of a text is not said twice by the stream that goes on', async () => {
  const pieces = ['The ', 'lake ', 'lay ', 'still.']
  const backend = queue({}, [], {
    async *follow(_taskId, { after }) {
      const from = after ?? 0
      for (const [index, response] of pieces.slice(from, from + 2).entries())
        yield { delta: { response }, cursor: from + index + 1 }
      if (from >= pieces.length) yield { status: 'failed', error: 'No more.' }
    },
    read: async () => ({ status: 'running', partial_output: { response: pieces.join('') } }),
  })
  const partial = await settled(async () => {
    const stream = await clientOf(backend).run(run, { stream: true })
    await stream.result.catch(() => {})
    return stream.state.partialOutput
  })
  expect(partial).toEqual({ response: 'The lake lay still.' })
})

describe('a backend that repeats its history', () => {
  it.each(history.map((_, cut) => cut))('cut after %i updates has nothing twice', async (cut) => {
    const withoutCursors: Follow = async function* follow(taskId, context) {
      for await (const { cursor: _, ...update } of inner.follow(taskId, context) as AsyncIterable<PlacedUpdate<number>>)
        yield update
    }
    const inner = queue({}, [cut, 2])
    const result = await settled(() =>
      clientOf({ ...inner, promises: { ...inner.promises, resume: 'replay' }, follow: withoutCursors }).run(run),
    )
    expect(result).toMatchObject({ status: 'completed', logs: lines })
  })
})

describe('a backend that cannot resume', () => {
  it('says that lines may be missing, and takes what read() still has', async () => {
    const warnings: string[] = []
    let streams = 0
    const backend = queue({ resume: 'none' }, [], {
      async *follow() {
        streams += 1
        if (streams === 1) yield { status: 'running', logs: ['one'] }
      },
      read: async () =>
        streams < 2 ? { status: 'running', logs: ['one', 'two'] } : { status: 'completed', logs: lines, output: 7 },
    })
    const result = await settled(() =>
      clientOf(backend).run(run, { onWarning: ({ message }) => warnings.push(message) }),
    )
    expect(result).toMatchObject({ output: 7, logs: lines })
    expect(warnings).toEqual([expect.stringContaining('cannot resume')])
  })
})

const nonsense: Follow = async function* follow() {
  for (const value of [null, 7, 'x', { status: 'nonsense' }, { logs: 3 }, { progress: 'x' }]) yield value as never
  yield { status: 'completed', output: 1 }
}

const saying = async (...updates: unknown[]) => {
  const warnings: string[] = []
  const backend = queue({}, [], {
    async *follow() {
      yield* updates as BackendUpdate[]
    },
  })
  const stream = await settled(async () => {
    const started = await clientOf(backend).run(run, {
      stream: true,
      onWarning: ({ message }) => warnings.push(message),
    })
    await started.result.catch(() => {})
    return started
  })
  return { ...stream.state, warnings }
}

describe('what JavaScript says in other words', () => {
  const end = { status: 'completed', output: 1 }

  it('log lines as one text', async () => {
    expect([...(await saying({ logs: 'one\r\ntwo\n' }, end)).logs]).toEqual(['one', 'two'])
  })

  it.each([[0.5], [{ fraction: 0.5 }], [{ current: 1, total: 2 }]])('progress as %o', async (progress) => {
    expect((await saying({ status: 'running', progress }, end)).progress).toMatchObject({ fraction: 0.5 })
  })

  it.each([new Error('No GPU.'), { message: 'No GPU.' }, 'No GPU.'])('an error as %o', async (error) => {
    expect((await saying({ status: 'failed', error })).error).toMatchObject({ code: 'task_failed', message: 'No GPU.' })
  })

  it('completed without output has what was put out so far', async () => {
    expect((await saying({ delta: { response: 'ab' } }, { status: 'completed' })).output).toEqual({ response: 'ab' })
  })

  it('a status that is not known is warned of, and the run ends all the same, without a line twice', async () => {
    const state = await saying({ logs: ['one'] }, { status: 'done' })
    expect(state).toMatchObject({ status: 'error', error: { code: 'network' } })
    expect([...state.logs]).toEqual(['one'])
    expect(state.warnings).toEqual([expect.stringContaining('"done"')])
  })

  it('follow() that yields nothing', async () => {
    const backend = queue({}, [], { follow: (() => [end]) as never })
    await expect(clientOf(backend).run(run)).rejects.toMatchObject({ code: 'config', message: /async \*follow/ })
  })

  it('an id with any characters', async () => {
    const client = clientOf(queue({}, [], { start: async () => ({ taskId: 'projects/a b/jobs/ü:1' }) }))
    const { taskId } = await client.run(run, { wait: false })
    expect((await client.tasks.stream(taskId).result).logs).toEqual(lines)
  })
})

describe('every run of a backend ends', () => {
  it('with an error when its streams stay cut', async () => {
    const cut = queue(
      {},
      Array.from({ length: 100 }, () => new TypeError('Failed to fetch')),
    )
    await expect(settled(() => clientOf(cut).run(run))).rejects.toMatchObject({ code: 'network', retryable: true })
  })

  it('with an error when its history is repeated and never goes on', async () => {
    const backend = queue(
      { resume: 'replay' },
      Array.from({ length: 100 }, () => 2),
    )
    const fromTheBeginning: Follow = (taskId, { signal }) => backend.follow(taskId, { after: null, signal })
    await expect(settled(() => clientOf({ ...backend, follow: fromTheBeginning }).run(run))).rejects.toMatchObject({
      code: 'network',
    })
  })

  it('with an error when it is gone', async () => {
    const gone = queue({}, [new InferstreamError('not_found', 'No such job.', { status: 404 })])
    await expect(clientOf(gone).run(run)).rejects.toMatchObject({ code: 'not_found', status: 404 })
  })

  it('when a stream is silent, by the next one', async () => {
    let streams = 0
    const whole = queue({}, [])
    const silent: Follow = (taskId, context) => {
      streams += 1
      if (streams > 1) return whole.follow(taskId, context)
      return { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }
    }
    expect(await settled(() => clientOf({ ...whole, follow: silent }).run(run))).toMatchObject({ logs: lines })
  })

  it('as cancelled once the backend says so, and a backend that cannot cancel refuses', async () => {
    let isCancelled = false
    let tell: (() => void) | undefined
    const backend = queue({}, [], {
      async *follow() {
        yield { status: 'running' }
        if (!isCancelled) await new Promise<void>((resolve) => (tell = resolve))
        yield { status: 'cancelled' }
      },
      cancel: async () => {
        isCancelled = true
        tell?.()
      },
    })
    const stream = await clientOf(backend).run(run, { stream: true })
    await stream.cancel()
    await expect(stream.result).rejects.toMatchObject({ code: 'task_cancelled' })
    await expect(clientOf(queue({}, [])).tasks.cancel('q-1')).rejects.toMatchObject({ code: 'config' })
  })

  it('whatever it yields', async () => {
    expect(await clientOf(queue({}, [], { follow: nonsense })).run(run)).toMatchObject({ output: 1 })
    const noStream = queue({}, [], { follow: () => null as never })
    await expect(settled(() => clientOf(noStream).run(run))).rejects.toMatchObject({ code: 'config' })
    const noId = queue({}, [], { start: async () => ({}) as never })
    await expect(clientOf(noId).run(run)).rejects.toMatchObject({ code: 'protocol' })
  })
})

it('repeats a start whose answer was lost, with the same key, only where that starts one run', async () => {
  const keys: string[] = []
  const start: Backend['start'] = async (_config, { idempotencyKey }) => {
    keys.push(idempotencyKey)
    if (keys.length % 2 === 1) throw new TypeError('Failed to fetch')
    return { taskId: 'q-1' }
  }
  expect(await settled(() => clientOf(queue({ idempotentStart: true }, [], { start })).run(run))).toMatchObject({
    logs: lines,
  })
  expect(new Set(keys).size).toBe(1)
  await expect(clientOf(queue({}, [], { start })).run(run)).rejects.toMatchObject({
    code: 'network',
    mayHaveStarted: true,
  })
})

describe('over real connections that are cut', () => {
  it('each event comes once: the id of the last one is the cursor', async () => {
    let connections = 0
    const server = createServer((request, response) => {
      connections += 1
      const after = Number(request.headers['last-event-id'] ?? 0)
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      // Two events, then the socket is gone in the middle of a third one.
      const isCut = connections < 3
      const events = history
        .slice(after)
        .map((update, index) => `id: ${after + index + 1}\ndata: ${JSON.stringify(update)}\n\n`)
      if (!isCut) response.end(events.join(''))
      else response.write(`${events.slice(0, 2).join('')}id: 99\ndata: {"logs":["ha`, () => response.destroy())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const backend: Backend = {
      kind: 'own-jobs',
      promises: { resume: 'cursor', cancel: false, logs: true },
      start: async () => ({ taskId: 'job-1' }),
      async *follow(taskId, { after, signal }) {
        const headers = after === null ? {} : { 'last-event-id': after }
        const { body } = await fetch(`http://127.0.0.1:${port}/jobs/${taskId}`, { headers, signal })
        const events = body!.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream())
        for await (const { id, data } of events as unknown as AsyncIterable<{ id: string; data: string }>) {
          yield { ...(JSON.parse(data) as BackendUpdate), cursor: id }
        }
      },
    }
    const result = await inference({ transport: fromBackend(backend) }).run(run)
    expect(result).toMatchObject({ status: 'completed', output: { text: 'abc' }, logs: lines })
    expect(connections).toBe(3)
    server.close()
  })
})
