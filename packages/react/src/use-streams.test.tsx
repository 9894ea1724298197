import { act, render, renderHook, screen } from '@testing-library/react'
import { Activity, useEffect } from 'react'
import { describe, expect, it, vi } from 'vitest'
import type { TaskState } from '@inferstream/client'
import { handCrankFrames, isReact18, pass, scripted, scriptedCounted } from '../test/scripted.tsx'
import { useStreams, useStreamSelector } from './index.ts'
import type { RunOutcome, UseStreamsOptions } from './index.ts'

handCrankFrames()

const configs = (count: number) => Array.from({ length: count }, (_, index) => ({ app: 'ns/app', input: { index } }))

async function started(count: number, options?: UseStreamsOptions) {
  const { transport, counts, wrapper } = scriptedCounted()
  const { result, unmount } = renderHook(() => useStreams(options), { wrapper })
  const outcomes: RunOutcome[][] = []
  await act(async () => void result.current.start(configs(count)).then((ended) => outcomes.push(ended)))
  await pass()
  return { transport, counts, result, unmount, outcomes }
}

function Four() {
  const { start, runs, counts } = useStreams({ concurrency: 2 })
  return (
    <>
      <button onClick={() => void start(configs(4))}>{counts.active}</button>
      <button onClick={() => void runs[0]?.retry()}>retry</button>
    </>
  )
}

const inActivity = (mode: 'visible' | 'hidden') => (
  <Activity mode={mode}>
    <Four />
  </Activity>
)

describe('useStreams', () => {
  it('starts all, and tells their outcomes in the order of the configs', async () => {
    const { transport, outcomes } = await started(3)
    const [first, second, third] = transport.runs
    await act(async () => {
      third?.complete('c')
      first?.complete('a')
      second?.fail('no')
    })
    expect(outcomes).toMatchObject([
      [{ status: 'completed', output: 'a' }, { status: 'failed' }, { status: 'completed', output: 'c' }],
    ])
  })

  it('counts them, and shows their common progress', async () => {
    const { transport, result } = await started(4)
    expect(result.current.counts).toEqual({ waiting: 0, active: 4, completed: 0, failed: 0, cancelled: 0 })
    await act(async () => {
      transport.runs[0]?.complete('a')
      transport.runs[1]?.fail('no')
      transport.runs[2]?.update({ status: 'cancelled' })
      transport.runs[3]?.update({
        status: 'running',
        progress: { current: 1, total: 2, fraction: 0.5, source: 'logs' },
      })
    })
    await pass()
    expect(result.current.counts).toEqual({ waiting: 0, active: 1, completed: 1, failed: 1, cancelled: 1 })
    expect(result.current.progress).toEqual({ current: 3.5, total: 4, fraction: 0.875, unit: 'runs', source: 'logs' })
  })

  it.each([0, -1, Number.NaN])('runs all in the end, with the impossible concurrency %s too', async (concurrency) => {
    const { transport, outcomes } = await started(2, { concurrency })
    await act(async () => transport.runs[0]?.complete('a'))
    await act(async () => transport.runs[1]?.complete('b'))
    expect(outcomes).toMatchObject([[{ output: 'a' }, { output: 'b' }]])
  })

  it('keeps to its concurrency', async () => {
    const { transport, result } = await started(5, { concurrency: 2 })
    expect(transport.runs).toHaveLength(2)
    expect(result.current.counts).toMatchObject({ waiting: 3, active: 2 })
    await act(async () => transport.runs[0]?.complete(1))
    expect(transport.runs).toHaveLength(3)
    expect(transport.runs[2]?.config.input).toEqual({ index: 2 })
  })

  it.skipIf(isReact18)(
    'keeps to it also where a run is retried, and where all were let go and are followed again',
    async () => {
      const { transport, wrapper } = scripted()
      const { rerender } = render(inActivity('visible'), { wrapper })
      await act(async () => screen.getByText('0').click())
      await act(async () => screen.getByText('retry').click())
      await pass()
      expect(transport.runs).toHaveLength(3)
      rerender(inActivity('hidden'))
      await pass(5000)
      rerender(inActivity('visible'))
      await pass()
      expect(transport.runs).toHaveLength(3)
      await act(async () => transport.last.complete(1))
      await pass()
      expect(transport.runs).toHaveLength(4)
      await pass()
      expect(screen.getByText('2')).toBeVisible()
    },
  )

  it('starts more when its concurrency grows', async () => {
    const { transport, wrapper } = scripted()
    const { result, rerender } = renderHook((props: UseStreamsOptions) => useStreams(props), {
      wrapper,
      initialProps: { concurrency: 1 },
    })
    await act(async () => void result.current.start(configs(3)))
    rerender({ concurrency: 2 })
    await pass()
    expect(transport.runs).toHaveLength(2)
    rerender({ concurrency: Infinity })
    await pass()
    expect(result.current.counts).toMatchObject({ waiting: 0, active: 3 })
  })

  it('cancels all: what waits is never sent', async () => {
    const { transport, result, outcomes } = await started(3, { concurrency: 1 })
    await act(() => result.current.cancelAll())
    expect(transport.runs).toHaveLength(1)
    expect(transport.last.cancelled).toBe(true)
    await act(async () => transport.last.update({ status: 'cancelled' }))
    await pass()
    expect(outcomes).toEqual([[{ status: 'cancelled' }, { status: 'cancelled' }, { status: 'cancelled' }]])
    expect(result.current.counts.cancelled).toBe(3)
  })

  it('cancels one that waits by itself: it is never sent, unless it is retried', async () => {
    const { transport, result } = await started(2, { concurrency: 1 })
    await act(async () => result.current.runs[1]?.cancel())
    await act(async () => transport.last.complete(1))
    await pass()
    expect(transport.runs).toHaveLength(1)
    expect(result.current.counts).toMatchObject({ waiting: 0, completed: 1, cancelled: 1 })
    await act(async () => void result.current.runs[1]?.retry())
    await pass()
    expect(transport.last.config.input).toEqual({ index: 1 })
    expect(result.current.counts).toMatchObject({ active: 1, completed: 1, cancelled: 0 })
  })

  it('counts one that was reset by itself as cancelled, as its outcome says', async () => {
    const { transport, result, outcomes } = await started(2)
    await act(async () => result.current.runs[0]?.reset())
    await act(async () => transport.last.complete(1))
    await pass()
    expect(outcomes).toMatchObject([[{ status: 'cancelled' }, { status: 'completed' }]])
    expect(result.current).toMatchObject({
      counts: { waiting: 0, completed: 1, cancelled: 1 },
      progress: { fraction: 1 },
    })
  })

  it('a second start takes the place of the first and cancels it', async () => {
    const { transport, result, outcomes } = await started(2)
    const first = [...transport.runs]
    await act(async () => void result.current.start(configs(1)))
    expect(first.map(({ cancelled }) => cancelled)).toEqual([true, true])
    expect(outcomes).toHaveLength(1)
    await act(async () => first[0]?.complete('late'))
    await pass()
    expect(result.current.runs).toHaveLength(1)
    expect(result.current.counts).toMatchObject({ active: 1, completed: 0 })
  })

  it('a second start also takes the place of what the first had not begun', async () => {
    const { transport, result } = await started(3, { concurrency: 1 })
    await act(async () => void result.current.start([{ app: 'ns/other', input: {} }]))
    await pass()
    expect(transport.runs.map(({ config }) => config.app)).toEqual(['ns/app', 'ns/other'])
    expect(result.current.counts).toMatchObject({ waiting: 0, active: 1 })
  })

  it('reset cancels and shows nothing', async () => {
    const { transport, result } = await started(2)
    await act(async () => result.current.reset())
    await pass()
    expect(transport.last.cancelled).toBe(true)
    expect(result.current.runs).toHaveLength(0)
    expect(result.current.progress).toBeNull()
  })

  it('runs one again on its own retry', async () => {
    const { transport, result } = await started(2)
    await act(async () => transport.runs[0]?.fail('no'))
    await pass()
    await act(async () => void result.current.runs[0]?.retry())
    await pass()
    expect(transport.last.config.input).toEqual({ index: 0 })
    expect(result.current.counts).toMatchObject({ active: 2, failed: 0 })
  })

  it('lets go of all runs when its component goes, and starts no more', async () => {
    const { transport, counts, unmount, outcomes } = await started(3, { concurrency: 2 })
    unmount()
    await pass(2000)
    expect(counts).toEqual({ opened: 2, open: 0 })
    expect(transport.runs).toHaveLength(2)
    expect(transport.runs.some(({ cancelled }) => cancelled)).toBe(false)
    expect(outcomes).toMatchObject([[{ status: 'error' }, { status: 'error' }, { status: 'error' }]])
  })
})

function Auto() {
  const { counts, start } = useStreams()
  useEffect(() => void start(configs(3)), [start])
  return <p>{counts.active} active</p>
}

describe('useStreams in StrictMode', () => {
  it('sends what an effect starts once', async () => {
    const { transport, wrapper } = scripted()
    await act(async () => render(<Auto />, { wrapper, reactStrictMode: true }))
    await pass()
    expect(transport.runs).toHaveLength(3)
    expect(screen.getByText('3 active')).toBeVisible()
  })
})

describe('useStreams renders', () => {
  const rendered = vi.fn<(component: 'parent' | 'child') => void>()
  const rendersOf = (component: string) => rendered.mock.calls.filter(([name]) => name === component).length

  function Lines({ run }: { run: TaskState }) {
    rendered('child')
    return <li>{useStreamSelector(run, (state) => state.logs.length)}</li>
  }

  function Many() {
    const { runs, counts, start } = useStreams()
    rendered('parent')
    return (
      <>
        <button onClick={() => void start(configs(10))}>{counts.active}</button>
        {runs.map((run, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- runs keep their places
          <Lines key={index} run={run} />
        ))}
      </>
    )
  }

  it('once a frame for all runs together, and each component only for what it shows', async () => {
    const { transport, wrapper } = scripted()
    render(<Many />, { wrapper })
    await act(async () => screen.getByRole('button').click())
    await pass()
    await pass()
    rendered.mockClear()
    for (let frame = 0; frame < 5; frame++) {
      await act(async () => {
        for (let step = 0; step < 4; step++) for (const script of transport.runs) script.update({ logs: ['x'] })
      })
      await pass()
    }
    expect(screen.getAllByText('20')).toHaveLength(10)
    expect(rendersOf('parent')).toBe(0)
    expect(rendersOf('child')).toBeLessThanOrEqual(6 * 10)
  })
})
