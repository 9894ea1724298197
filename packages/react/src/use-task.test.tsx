import { act, render, renderHook, screen } from '@testing-library/react'
import { Activity, StrictMode } from 'react'
import { describe, expect, it, vi } from 'vitest'
import { config, handCrankFrames, isReact18, pass, scriptedCounted } from '../test/scripted.tsx'
import { useTask } from './index.ts'

handCrankFrames()

function Task({ id }: { id: string | null }) {
  const { status, logs } = useTask(id)
  return (
    <p>
      {status} {logs.length}
    </p>
  )
}

async function started() {
  const { transport, client, counts, wrapper } = scriptedCounted()
  await client.run(config, { wait: false })
  Object.assign(counts, { opened: 0, open: 0 })
  return { script: transport.last, id: transport.last.taskId, transport, client, counts, wrapper }
}

describe('useTask', () => {
  it('is idle without an id, and follows the task once there is one', async () => {
    const { script, id, wrapper } = await started()
    const { rerender } = render(<Task id={null} />, { wrapper })
    expect(screen.getByText('idle 0')).toBeVisible()
    rerender(<Task id={id} />)
    await act(async () => script.update({ status: 'running', logs: ['a'] }))
    await pass()
    expect(screen.getByText('running 1')).toBeVisible()
  })

  it('shares one connection among twenty components, StrictMode too', async () => {
    const { script, id, counts, wrapper } = await started()
    const many = Array.from({ length: 20 }, (_, index) => <Task key={index} id={id} />)
    await act(async () => render(<StrictMode>{many}</StrictMode>, { wrapper }))
    await act(async () => script.update({ status: 'running', logs: ['a'] }))
    await pass()
    expect(screen.getAllByText('running 1')).toHaveLength(20)
    expect(counts).toEqual({ opened: 1, open: 1 })
  })

  it('survives a change of route over the same connection, and detaches a moment after the last one has left', async () => {
    const { script, id, counts, wrapper } = await started()
    const { rerender } = render(<Task key="here" id={id} />, { wrapper })
    await act(async () => script.update({ status: 'running', logs: ['a'] }))
    await pass()
    rerender(<p>between routes</p>)
    await pass(900)
    rerender(<Task key="there" id={id} />)
    expect(screen.getByText('running 1')).toBeVisible()
    await pass(5000)
    expect(counts).toEqual({ opened: 1, open: 1 })
    rerender(<p>gone</p>)
    await pass(1000)
    expect(counts.open).toBe(0)
    expect(script.cancelled).toBe(false)
  })

  it.skipIf(isReact18)(
    'shared again after it was hidden for long: later components join the same connection',
    async () => {
      const { id, counts, wrapper } = await started()
      const view = (mode: 'visible' | 'hidden', other: boolean) => (
        <>
          <Activity mode={mode}>
            <Task id={id} />
          </Activity>
          {other && <Task id={id} />}
        </>
      )
      const { rerender } = render(view('visible', false), { wrapper })
      rerender(view('hidden', false))
      await pass(5000)
      rerender(view('visible', false))
      rerender(view('visible', true))
      await pass()
      expect(counts).toEqual({ opened: 2, open: 1 })
    },
  )

  it('follows another task when the id changes, and shows nothing of the old one', async () => {
    const { script, id, client, transport, counts, wrapper } = await started()
    await client.run(config, { wait: false })
    Object.assign(counts, { opened: 0, open: 0 })
    const { rerender } = render(<Task id={id} />, { wrapper })
    await act(async () => script.update({ status: 'running', logs: ['a'] }))
    rerender(<Task id={transport.last.taskId} />)
    await act(async () => transport.last.update({ status: 'queued' }))
    await pass()
    await act(async () => script.update({ logs: ['late'] }))
    await pass()
    expect(screen.getByText('queued 0')).toBeVisible()
    await pass(2000)
    expect(counts).toEqual({ opened: 2, open: 1 })
  })

  it('shows a run that has ended as ended, and one that is gone as an error', async () => {
    const { script, id, wrapper } = await started()
    script.complete({ image: 'a' })
    const ended = renderHook(() => useTask(id), { wrapper })
    await pass()
    expect(ended.result.current).toMatchObject({ status: 'completed', output: { image: 'a' } })
    const gone = renderHook(() => useTask('unknown-task'), { wrapper })
    await pass()
    expect(gone.result.current).toMatchObject({ status: 'error', error: { code: 'not_found' } })
  })

  it('cancels for everybody who shows the task', async () => {
    const { script, id, wrapper } = await started()
    const here = renderHook(() => useTask(id), { wrapper })
    const there = renderHook(() => useTask(id), { wrapper })
    await act(() => here.result.current.cancel())
    expect(script.cancelled).toBe(true)
    expect(there.result.current.status).toBe('cancelling')
  })

  it('follows the task again on retry, also after reset', async () => {
    const { script, id, counts, wrapper } = await started()
    const { result } = renderHook(() => useTask(id), { wrapper })
    act(() => result.current.reset())
    expect(result.current.status).toBe('idle')
    expect(counts.open).toBe(0)
    await act(async () => void result.current.retry())
    await act(async () => script.update({ status: 'running' }))
    await pass()
    expect(result.current.status).toBe('running')
    expect(script.cancelled).toBe(false)
  })
})

const callbacks = () => ({ onUpdate: vi.fn(), onComplete: vi.fn(), onError: vi.fn(), onSettled: vi.fn() })

describe('the callbacks of useTask', () => {
  it('are each component’s own: all updates, each line once, and the end once', async () => {
    const { script, id, counts, wrapper } = await started()
    const heard = [callbacks(), callbacks()]
    const [first, second] = heard.map((own) => renderHook(() => useTask(id, own), { wrapper, reactStrictMode: true }))
    await act(async () => script.update({ status: 'running', logs: ['a'] }))
    await act(async () => script.update({ logs: ['b', 'c'] }))
    await act(async () => script.complete('done'))
    await pass()
    for (const { onUpdate, onComplete, onError, onSettled } of heard) {
      expect(onUpdate.mock.calls.flatMap(([{ logs }]) => logs)).toEqual(['a', 'b', 'c'])
      expect(onUpdate.mock.calls.filter(([{ status }]) => status === 'completed')).toHaveLength(1)
      expect(onComplete.mock.calls).toMatchObject([[{ output: 'done' }]])
      expect(onSettled.mock.calls).toEqual([[{ status: 'completed', output: 'done' }]])
      expect(onError).not.toHaveBeenCalled()
    }
    expect(counts.opened).toBe(1)
    first?.unmount()
    second?.unmount()
  })

  it('of a component that comes late hear an end that was before it', async () => {
    const { script, id, wrapper } = await started()
    render(<Task id={id} />, { wrapper })
    await act(async () => script.fail('out of memory'))
    await pass()
    const late = callbacks()
    renderHook(() => useTask(id, late), { wrapper, reactStrictMode: true })
    await pass()
    expect(late.onError.mock.calls).toMatchObject([[{ code: 'task_failed', message: 'out of memory' }]])
    expect(late.onSettled).toHaveBeenCalledTimes(1)
  })

  it('are always those of the latest render, and none after the component is gone', async () => {
    const { script, id, wrapper } = await started()
    const [before, after] = [vi.fn(), vi.fn()]
    const { rerender, unmount } = renderHook(({ onUpdate }) => useTask(id, { onUpdate }), {
      wrapper,
      initialProps: { onUpdate: before },
    })
    await pass()
    before.mockClear()
    rerender({ onUpdate: after })
    await act(async () => script.update({ status: 'running' }))
    expect(before).not.toHaveBeenCalled()
    expect(after.mock.lastCall).toMatchObject([{ status: 'running' }])
    unmount()
    after.mockClear()
    await act(async () => script.update({ logs: ['late'] }))
    expect(after).not.toHaveBeenCalled()
  })
})
