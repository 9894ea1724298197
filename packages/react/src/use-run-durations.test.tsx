import { act, renderHook } from '@testing-library/react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { config, handCrankFrames, pass, scripted } from '../test/scripted.tsx'
import { useRunDurations, useStream } from './index.ts'

handCrankFrames()
beforeEach(() => localStorage.clear())

function page() {
  const { transport, wrapper } = scripted()
  const { result } = renderHook(() => ({ stream: useStream(), durations: useRunDurations('ns/app') }), { wrapper })
  const run = async (queued: number, running: number, app = 'ns/app') => {
    await act(async () => void result.current.stream.run({ ...config, app }))
    await act(async () => transport.last.update({ status: 'queued' }))
    await pass(queued)
    await act(async () => transport.last.update({ status: 'running' }))
    await pass(running)
    await act(async () => {
      transport.last.complete(1)
      await vi.dynamicImportSettled()
    })
  }
  return { transport, result, run }
}

describe('useRunDurations', () => {
  it('knows nothing at first', () => {
    const { result } = page()
    expect(result.current.durations).toMatchObject({ samples: 0, median: null, p90: null, phases: {} })
  })

  it('learns from completed runs, versions of an app together, other apps apart', async () => {
    const { result, run } = page()
    await run(100, 900)
    await run(200, 1800, 'ns/app@v2')
    await run(300, 2700)
    await run(5000, 5000, 'ns/other')
    expect(result.current.durations).toMatchObject({
      samples: 3,
      median: 2000,
      p90: 2800,
      phases: { queued: 200, running: 1800 },
    })
  })

  it('learns nothing from failed or cancelled runs', async () => {
    const { transport, result } = page()
    await act(async () => void result.current.stream.run(config))
    await act(async () => transport.last.fail('no'))
    expect(result.current.durations.samples).toBe(0)
  })

  it('keeps the last twenty', async () => {
    const { result, run } = page()
    for (let index = 0; index < 25; index++) await run(0, index < 5 ? 60_000 : 1000)
    expect(result.current.durations).toMatchObject({ samples: 20, median: 1000, p90: 1000 })
  })

  it('forgets on clear, and survives stored nonsense', async () => {
    const { result, run } = page()
    await run(0, 1000)
    act(() => result.current.durations.clear())
    expect(result.current.durations.samples).toBe(0)
    localStorage.setItem('inferstream:durations:ns/app', '{"not":"a list"}')
    expect(page().result.current.durations.samples).toBe(0)
    const nonsense = [1, null, { total: 9, phases: [] }, { taskId: 'b', total: 9, phases: [null] }]
    const one = { taskId: 'a', total: 5, phases: [] }
    localStorage.setItem('inferstream:durations:ns/app', JSON.stringify([...nonsense, one]))
    expect(page().result.current.durations.median).toBe(5)
  })
})
