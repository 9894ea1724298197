import { act, renderHook } from '@testing-library/react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { config, handCrankFrames, pass, scripted, scriptedSlow, withStreams, wrapperOf } from '../test/scripted.tsx'
import { app, inference, InferstreamError, useStreams } from './index.ts'
import type { RunOutcome, UseStreamsOptions } from './index.ts'

handCrankFrames()
beforeEach(() => localStorage.clear())

const configs = (count: number) => Array.from({ length: count }, (_, index) => ({ app: 'ns/app', input: { index } }))

async function started(count: number, options?: UseStreamsOptions) {
  const { transport, wrapper } = scripted()
  const { result, unmount } = renderHook(() => useStreams(options), { wrapper })
  const outcomes: RunOutcome[][] = []
  await act(async () => void result.current.start(configs(count)).then((ended) => outcomes.push(ended)))
  await pass()
  const statuses = () => result.current.runs.map(({ status }) => status)
  const inputs = () => transport.runs.map((run) => (run.config.input as { index: number }).index)
  return { transport, result, unmount, outcomes, statuses, inputs }
}

describe('a run of a batch that waits', () => {
  it('says so, is active for its Cancel button, and counts as waiting alone', async () => {
    const { result, statuses } = await started(3, { concurrency: 2 })
    expect(statuses()).toEqual(['received', 'received', 'waiting'])
    expect(result.current.runs[2]).toMatchObject({ phase: 'queued', isActive: true, isTerminal: false, taskId: null })
    expect(result.current.counts).toMatchObject({ waiting: 1, active: 2 })
  })

  it('is never sent once it is reset', async () => {
    const { transport, result, outcomes, inputs } = await started(2, { concurrency: 1 })
    await act(async () => result.current.runs[1]?.reset())
    await act(async () => transport.last.complete(1))
    await pass()
    expect(inputs()).toEqual([0])
    expect(outcomes).toMatchObject([[{ status: 'completed' }, { status: 'cancelled' }]])
  })

  it('takes another config by its own run, and is sent once', async () => {
    const { transport, result, inputs } = await started(3, { concurrency: 1 })
    await act(async () => void result.current.runs[1]?.run({ app: 'ns/app', input: { index: 10 } }))
    await pass()
    expect(result.current.counts).toEqual({ waiting: 2, active: 1, completed: 0, failed: 0, cancelled: 0 })
    expect(result.current.runs[1]?.config?.input).toEqual({ index: 10 })
    for (let left = 3; left > 0; left--) {
      await act(async () => transport.last.complete(1))
      await pass()
    }
    expect(inputs()).toEqual([0, 2, 10])
    expect(result.current.counts).toEqual({ waiting: 0, active: 0, completed: 3, failed: 0, cancelled: 0 })
  })

  it('follows a run of elsewhere by attach, and sends nothing', async () => {
    const { transport, result } = await started(2, { concurrency: 1 })
    const { taskId } = transport.last
    await act(async () => result.current.runs[1]?.attach(taskId))
    await act(async () => transport.last.complete(1))
    await pass()
    expect(transport.runs).toHaveLength(1)
    expect(result.current.counts).toMatchObject({ completed: 2, waiting: 0 })
  })
})

describe('retries of a batch', () => {
  it('keep to its concurrency, each by itself and all together', async () => {
    const { transport, result } = await started(6, { concurrency: 2 })
    for (let ended = 0; ended < 6; ended++) {
      await act(async () => transport.runs[ended]?.fail('no'))
      await pass()
    }
    expect(result.current.counts.failed).toBe(6)
    await act(async () => {
      for (const run of result.current.runs) void run.retry()
    })
    await pass()
    expect(transport.runs).toHaveLength(8)
    expect(result.current.counts).toMatchObject({ waiting: 4, active: 2, failed: 0 })
  })

  it('of what failed leave the rest alone, and resolve in its order', async () => {
    const { transport, result, inputs } = await started(3)
    await act(async () => {
      transport.runs[0]?.fail('no')
      transport.runs[1]?.complete('b')
      transport.runs[2]?.fail('no')
    })
    await pass()
    const outcomes: RunOutcome[][] = []
    await act(async () => void result.current.retryFailed().then((ended) => outcomes.push(ended)))
    await pass()
    expect(inputs()).toEqual([0, 1, 2, 0, 2])
    await act(async () => {
      transport.runs[4]?.complete('c')
      transport.runs[3]?.complete('a')
    })
    expect(outcomes).toEqual([
      [
        { status: 'completed', output: 'a' },
        { status: 'completed', output: 'c' },
      ],
    ])
  })
})

describe('a batch that changes', () => {
  it('sends what is added in its turn, and says where it stands', async () => {
    const { transport, result, inputs } = await started(1, { concurrency: 1 })
    let index: number | undefined
    await act(async () => {
      index = result.current.add({ app: 'ns/app', input: { index: 5 } })
    })
    await pass()
    expect(index).toBe(1)
    expect(result.current.runs[1]).toMatchObject({ status: 'waiting', config: { input: { index: 5 } } })
    await act(async () => transport.last.complete(1))
    await pass()
    expect(inputs()).toEqual([0, 5])
  })

  it('cancels what is taken out of it, or never sends it', async () => {
    const { transport, result, outcomes, inputs } = await started(4, { concurrency: 1 })
    await act(async () => result.current.remove(1))
    await act(async () => result.current.remove(0))
    await act(async () => result.current.remove(7))
    await pass()
    expect(transport.runs[0]?.cancelled).toBe(true)
    expect(inputs()).toEqual([0, 2])
    expect(result.current.runs.map((run) => run.config?.input)).toEqual([{ index: 2 }, { index: 3 }])
    await act(async () => result.current.reset())
    expect(outcomes).toEqual([Array.from({ length: 4 }, () => ({ status: 'cancelled' }))])
  })

  it('ends what is no config with the reason', async () => {
    const { result } = await started(0)
    const outcomes = await act(() => result.current.start([undefined as never]))
    expect(outcomes).toMatchObject([{ status: 'error', error: { code: 'config' } }])
    expect(await act(() => result.current.start(7 as never))).toMatchObject([{ error: { code: 'config' } }])
  })
})

describe('the callbacks of useStreams', () => {
  it('name the run by its index, once for each end', async () => {
    const heard: unknown[] = []
    const { transport } = await started(3, {
      onUpdate: (index, { status }) => heard.push([index, status]),
      onComplete: (index, { output }) => heard.push([index, output]),
      onError: (index, { message }) => heard.push([index, message]),
      onSettled: (index, { status }) => heard.push([index, 'settled', status]),
    })
    heard.length = 0
    await act(async () => transport.runs[1]?.complete('b'))
    await act(async () => transport.runs[2]?.fail('no'))
    await pass()
    expect(heard).toEqual([
      [1, 'completed'],
      [1, 'b'],
      [1, 'settled', 'completed'],
      [2, 'failed'],
      [2, 'no'],
      [2, 'settled', 'failed'],
    ])
  })
})

describe('useStreams with an app', () => {
  it('takes inputs alone', async () => {
    const { transport, wrapper } = scripted()
    const { result } = renderHook(() => useStreams(app<{ prompt: string }, string>('ns/flux'), { concurrency: 1 }), {
      wrapper,
    })
    await act(async () => void result.current.start([{ prompt: 'a' }, { prompt: 'b' }]))
    await act(async () => void result.current.add({ prompt: 'c' }))
    for (let left = 3; left > 0; left--) await act(async () => transport.last.fail('no'))
    await pass()
    await act(async () => void result.current.runs[1]?.retry())
    await act(async () => transport.last.complete('done'))
    expect(transport.runs.map((run) => run.config)).toEqual(
      ['a', 'b', 'c', 'b'].map((prompt) => ({ app: { ref: 'ns/flux' }, input: { prompt } })),
    )
  })
})

describe('a batch with resume', () => {
  const options = { concurrency: 2, resume: 'batch' }

  /** Starts five runs, of which the first has ended, two go on and two wait, and leaves the page. */
  async function left() {
    const page = await started(5, options)
    await act(async () => page.transport.runs[0]?.complete('a'))
    await pass()
    page.unmount()
    await pass(2000)
    return page
  }

  const reloaded = (transport: Parameters<typeof inference>[0] & object) => {
    const wrapper = wrapperOf(inference(transport))
    return renderHook(() => useStreams(options), { wrapper }).result
  }

  it('finds its runs after a reload: those sent by their ids, those waiting still waiting', async () => {
    const { transport } = await left()
    expect(transport.runs).toHaveLength(3)
    const result = reloaded({ transport })
    await pass()
    expect(result.current.runs.map(({ status }) => status)).toEqual([
      'completed',
      'received',
      'received',
      'waiting',
      'waiting',
    ])
    expect(result.current.runs.map((run) => run.config?.input)).toEqual(configs(5).map(({ input }) => input))
    expect(transport.runs).toHaveLength(3)
    await act(async () => transport.runs[1]?.complete('b'))
    await pass()
    expect(transport.runs).toHaveLength(4)
    expect(transport.last.config.input).toEqual({ index: 3 })
  })

  it('cancels, retries and forgets a found batch as one that it started', async () => {
    const { transport } = await left()
    const result = reloaded({ transport })
    await pass()
    await act(async () => transport.runs[1]?.fail('no'))
    await pass()
    await act(async () => void result.current.runs[1]?.retry())
    await act(async () => result.current.reset())
    expect(transport.runs[2]?.cancelled).toBe(true)
    const next = reloaded({ transport })
    await pass()
    expect(next.current.runs).toEqual([])
  })

  it('shows a run whose request was unanswered as one that may have started, and sends it no second time', async () => {
    const { transport, client, wrapper } = scripted()
    const silent = withStreams(client, () => new Promise(() => {}))
    const first = renderHook(() => useStreams(options), { wrapper: wrapperOf(silent) })
    await act(async () => void first.result.current.start(configs(1)))
    await pass()
    const second = renderHook(() => useStreams(options), { wrapper })
    await pass()
    expect(second.result.current.runs).toMatchObject([{ status: 'error', error: { mayHaveStarted: true } }])
    expect(transport.runs).toHaveLength(0)
  })

  it('keeps what ended without an id, with its reason', async () => {
    const refused = new InferstreamError('forbidden', 'Not yours.', { status: 403 })
    const { client } = scripted()
    const wrapper = wrapperOf(withStreams(client, () => Promise.reject(refused)))
    const first = renderHook(() => useStreams(options), { wrapper })
    await act(async () => void first.result.current.start(configs(1)))
    await pass()
    const second = renderHook(() => useStreams(options), { wrapper })
    await pass()
    expect(second.result.current.runs[0]?.error).toMatchObject({
      code: 'forbidden',
      message: 'Not yours.',
      status: 403,
    })
  })

  it('says of a waiting run with files that they did not survive', async () => {
    const { wrapper } = scripted()
    const first = renderHook(() => useStreams({ ...options, concurrency: 1 }), { wrapper })
    await act(
      async () => void first.result.current.start([config, { app: 'ns/app', input: { image: new Blob(['x']) } }]),
    )
    await pass()
    first.unmount()
    const { result } = renderHook(() => useStreams({ ...options, concurrency: 1 }), { wrapper })
    await pass()
    expect(result.current.runs[1]).toMatchObject({ status: 'error', config: null, error: { code: 'config' } })
  })

  it.each(['[]', '{"runs":7,"savedAt":9e15}', '{"runs":[null,{"name":1},{}],"savedAt":9e15}', 'no json'])(
    'survives stored nonsense: %s',
    async (stored) => {
      localStorage.setItem('inferstream:batch', stored)
      const { transport } = scripted()
      const result = reloaded({ transport })
      await pass()
      expect(result.current.runs).toEqual([])
    },
  )

  it('waits for the tab that sends it, then sends the rest', async () => {
    const requests: (() => unknown)[] = []
    const locks = {
      request: vi.fn((_name: string, _options: object, held: () => unknown) => {
        requests.push(held)
        return new Promise(() => {})
      }),
    }
    const { transport } = await left()
    vi.stubGlobal('navigator', { locks })
    const result = reloaded({ transport })
    await act(async () => transport.runs[1]?.complete('b'))
    await pass()
    expect(result.current.counts).toMatchObject({ waiting: 2, active: 1 })
    expect(transport.runs).toHaveLength(3)
    // The other tab has sent the fourth meanwhile, and goes.
    const saved = JSON.parse(localStorage.getItem('inferstream:batch') ?? '') as { runs: object[] }
    const other = await inference({ transport }).run(configs(4)[3]!, { wait: false })
    Object.assign(saved.runs[3]!, { taskId: other.taskId, isWaiting: false })
    localStorage.setItem('inferstream:batch', JSON.stringify(saved))
    await act(async () => void requests[0]?.())
    await pass()
    vi.unstubAllGlobals()
    expect(result.current.runs[3]?.taskId).toBe(other.taskId)
    expect(transport.runs).toHaveLength(4)
    await act(async () => transport.last.complete('d'))
    await pass()
    expect(transport.last.config.input).toEqual({ index: 4 })
  })
})

describe('cancel while a batch is being accepted', () => {
  it('ends each run once its id is known, and sends none that waited', async () => {
    const { transport, accept, wrapper } = scriptedSlow()
    const { result } = renderHook(() => useStreams({ concurrency: 1 }), { wrapper })
    await act(async () => void result.current.start(configs(3)))
    await act(async () => void result.current.cancelAll())
    await act(async () => accept[0]?.())
    await pass()
    expect(transport.runs.map(({ cancelled }) => cancelled)).toEqual([true])
    expect(result.current.counts.cancelled).toBe(2)
  })
})
