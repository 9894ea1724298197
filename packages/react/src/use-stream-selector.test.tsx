import { act, render, renderHook, screen } from '@testing-library/react'
import { describe, expect, it, vi } from 'vitest'
import type { TaskState } from '@inferstream/client'
import { config, handCrankFrames, pass, scripted } from '../test/scripted.tsx'
import { useStream, useStreamSelector } from './index.ts'

handCrankFrames()

const rendered = vi.fn<(component: 'parent' | 'percent') => void>()

function Percent({ stream }: { stream: TaskState }) {
  rendered('percent')
  return <p>{useStreamSelector(stream, ({ progress }) => Math.floor((progress?.fraction ?? 0) * 10) * 10)} %</p>
}

function Parent() {
  const stream = useStream()
  rendered('parent')
  return (
    <>
      <button onClick={() => void stream.run(config)}>run</button>
      <Percent stream={stream} />
    </>
  )
}

describe('useStreamSelector', () => {
  it('renders a component for its own value only, and its parent not at all', async () => {
    const { transport, wrapper } = scripted()
    render(<Parent />, { wrapper })
    await act(async () => screen.getByRole('button').click())
    rendered.mockClear()
    for (let step = 1; step <= 100; step++) {
      act(() => transport.last.update({ progress: { current: step, total: 100, fraction: step / 100, source: 'app' } }))
      await pass()
    }
    expect(screen.getByText('100 %')).toBeVisible()
    expect(rendered.mock.calls).toEqual(Array.from({ length: 10 }, () => ['percent']))
  })

  it('keeps the previous value while isEqual says so, with selectors and comparisons written in place', async () => {
    const { transport, wrapper } = scripted()
    const seen = new Set<object>()
    const { result, rerender } = renderHook(
      () => {
        const stream = useStream()
        seen.add(
          useStreamSelector(
            stream,
            ({ status }) => ({ status }),
            (a, b) => a.status === b.status,
          ),
        )
        return stream
      },
      { wrapper },
    )
    await act(async () => void result.current.run(config))
    await act(async () => transport.last.update({ logs: ['a'] }))
    rerender()
    await pass()
    expect([...seen]).toEqual([{ status: 'idle' }, { status: 'starting' }, { status: 'received' }])
  })

  it('reads a plain state as it is given', () => {
    const { result, rerender } = renderHook(({ state }) => useStreamSelector(state, ({ status }) => status), {
      initialProps: { state: { status: 'running' } as TaskState },
    })
    expect(result.current).toBe('running')
    rerender({ state: { status: 'completed' } as TaskState })
    expect(result.current).toBe('completed')
  })
})
