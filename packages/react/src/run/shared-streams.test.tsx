import { act, render, renderHook, screen } from '@testing-library/react'
import { Activity, StrictMode, useEffect } from 'react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { FollowOptions, InferenceClient, RunConfig, RunStreamOptions } from '@inferstream/client'
import { config, handCrankFrames, isReact18, pass, scripted, scriptedCounted, wrapperOf } from '../../test/scripted.tsx'
import { InferstreamError, useStream, useTask } from '../index.ts'
import type { UseStreamOptions } from '../index.ts'

handCrankFrames()
beforeEach(() => localStorage.clear())

/** `useStream` with a run that goes on, and `useTask` of the same run beside it. */
async function both(options: UseStreamOptions = {}) {
  const { transport, counts, wrapper } = scriptedCounted()
  const stream = renderHook((props: UseStreamOptions) => useStream(props), { wrapper, initialProps: options })
  await act(async () => void stream.result.current.run(config))
  const task = renderHook(() => useTask(stream.result.current.taskId), { wrapper })
  await act(async () => transport.last.update({ status: 'running', logs: ['a'] }))
  await pass()
  return { script: transport.last, transport, counts, wrapper, stream, task }
}

describe('useStream and useTask of its run', () => {
  it('show it over one connection', async () => {
    const { counts, stream, task, script } = await both()
    expect(counts).toEqual({ opened: 1, open: 1 })
    expect(task.result.current).toMatchObject({ status: 'running', logs: stream.result.current.logs })
    await act(async () => script.complete({ image: 'a' }))
    expect(task.result.current).toMatchObject({ status: 'completed', output: { image: 'a' } })
    await pass(2000)
    expect(counts).toEqual({ opened: 1, open: 0 })
  })

  it.each(['stream', 'task'] as const)('go on when %s leaves first, and let go when both have', async (first) => {
    const hooks = await both()
    const second = first === 'stream' ? 'task' : 'stream'
    hooks[first].unmount()
    await pass(2000)
    await act(async () => hooks.script.update({ logs: ['b'] }))
    await pass()
    expect([...hooks[second].result.current.logs]).toEqual(['a', 'b'])
    expect(hooks.counts).toEqual({ opened: 1, open: 1 })
    hooks[second].unmount()
    await pass(2000)
    expect(hooks.counts).toEqual({ opened: 1, open: 0 })
    expect(hooks.script.cancelled).toBe(false)
  })

  it('hear of a cancel by either of them', async () => {
    const { stream, task, script } = await both()
    await act(() => task.result.current.cancel())
    expect(stream.result.current.status).toBe('cancelling')
    expect(task.result.current.status).toBe('cancelling')
    await act(async () => script.update({ status: 'cancelled' }))
    expect([stream.result.current.status, task.result.current.status]).toEqual(['cancelled', 'cancelled'])
  })

  it('part when the hook detaches from its run: the task is followed on, and cancelled only where the run is', async () => {
    for (const replace of ['detach', 'cancel'] as const) {
      const { stream, script, counts, wrapper } = await both({ replace, onUpdate: () => {} })
      const { result } = renderHook(() => useTask(script.taskId), { wrapper })
      await act(async () => stream.result.current.reset())
      expect(stream.result.current.status).toBe('idle')
      expect(result.current.status).toBe(replace === 'detach' ? 'running' : 'cancelling')
      await act(async () => script.update({ status: 'cancelled', logs: ['b'] }))
      await pass()
      expect(result.current).toMatchObject({ status: 'cancelled', logs: ['a', 'b'] })
      expect(counts.opened).toBe(1)
    }
  })

  it('show it over one connection where the hook keeps few lines too', async () => {
    const { counts, task, script } = await both({ maxLogLines: 2 })
    await act(async () => script.update({ logs: ['b', 'c'] }))
    await pass()
    expect([...task.result.current.logs]).toEqual(['b', 'c'])
    expect(task.result.current.logs.dropped).toBe(1)
    expect(counts.opened).toBe(1)
  })

  it('keep apart what one of them does for itself', async () => {
    const { stream, task, script, counts } = await both()
    act(() => task.result.current.reset())
    expect(task.result.current.status).toBe('idle')
    await act(async () => script.update({ logs: ['b'] }))
    await pass()
    expect(stream.result.current).toMatchObject({ status: 'running', logs: ['a', 'b'] })
    await act(async () => void task.result.current.retry())
    expect(task.result.current).toMatchObject({ status: 'running', logs: ['a', 'b'] })
    expect(counts).toEqual({ opened: 1, open: 1 })
  })

  it('have a connection each where one of them has a time limit', async () => {
    const { stream, task, script, counts } = await both({ timeoutMs: 60_000, onTimeout: 'detach' })
    expect(counts).toEqual({ opened: 2, open: 2 })
    await pass(60_000)
    expect(stream.result.current).toMatchObject({ status: 'error', error: { code: 'timeout' } })
    expect(task.result.current.status).toBe('running')
    expect(script.cancelled).toBe(false)
  })
})

function Kept({ id }: { id?: string }) {
  const { attach, status, logs } = useStream({ resume: 'kept' })
  useEffect(() => {
    if (id !== undefined) attach(id)
  }, [attach, id])
  return (
    <p>
      {status} {logs.length}
    </p>
  )
}

describe('hooks that resume or attach to the same run', () => {
  it('hold one connection, in StrictMode too, until the last of them has gone', async () => {
    const { transport, client, counts, wrapper } = scriptedCounted()
    const { taskId } = await client.run(config, { wait: false })
    Object.assign(counts, { opened: 0, open: 0 })
    localStorage.setItem('inferstream:kept', JSON.stringify({ taskId, savedAt: Date.now() }))
    const view = (three: boolean) => (
      <StrictMode>
        <Kept />
        {three && <Kept />}
        {three && <Kept id={taskId} />}
      </StrictMode>
    )
    const { rerender, unmount } = render(view(true), { wrapper })
    await act(async () => transport.last.update({ status: 'running', logs: ['a'] }))
    await pass()
    expect(screen.getAllByText('running 1')).toHaveLength(3)
    expect(counts).toEqual({ opened: 1, open: 1 })
    rerender(view(false))
    await pass(2000)
    expect(counts).toEqual({ opened: 1, open: 1 })
    unmount()
    await pass(2000)
    expect(counts).toEqual({ opened: 1, open: 0 })
  })
})

function Attached({ id }: { id?: string | undefined }) {
  const { attach } = useStream({ maxLogLines: 2 })
  useEffect(() => {
    if (id !== undefined) attach(id)
  }, [attach, id])
  return null
}

describe('onUpdate over a connection that others hold', () => {
  it.skipIf(isReact18)(
    'hears each line once, also after it was hidden for long and lines were dropped meanwhile',
    async () => {
      const { transport, wrapper } = scriptedCounted()
      const lines: string[] = []
      const options = { maxLogLines: 2, onUpdate: ({ logs }: { logs: readonly string[] }) => lines.push(...logs) }
      function Logged() {
        const { run } = useStream(options)
        return <button onClick={() => void run(config)}>run</button>
      }
      const logged = <Logged />
      const view = (mode: 'visible' | 'hidden', id?: string) => (
        <>
          <Activity mode={mode}>{logged}</Activity>
          <Attached id={id} />
        </>
      )
      const { rerender } = render(view('visible'), { wrapper })
      await act(async () => screen.getByRole('button').click())
      const { taskId } = transport.last
      rerender(view('visible', taskId))
      const say = (...logs: string[]) => act(async () => transport.last.update({ status: 'running', logs }))
      await say('1', '2')
      await say('3')
      rerender(view('hidden', taskId))
      await pass(5000)
      await say('4')
      rerender(view('visible', taskId))
      await pass()
      await say('5')
      expect(lines).toEqual(['1', '2', '3', '4', '5'])
    },
  )
})

describe('callbacks', () => {
  it('of a hook that has gone hear no more of a stream that others hold', async () => {
    const { client } = scripted()
    let followed: FollowOptions = {}
    const run = (asked: RunConfig, options: RunStreamOptions) => {
      followed = options
      return client.run(asked, options)
    }
    const wrapper = wrapperOf({ ...client, run: run as InferenceClient['run'] })
    const told = vi.fn()
    const { result, unmount } = renderHook(() => useStream({ onWarning: told, onEvent: told }), { wrapper })
    await act(async () => void result.current.run(config))
    const { taskId } = result.current
    const task = renderHook(() => useTask(taskId), { wrapper })
    unmount()
    await pass(2000)
    followed.onWarning?.(new InferstreamError('protocol', 'skipped'))
    followed.onEvent?.('record')
    expect(told).not.toHaveBeenCalled()
    expect(task.result.current).toMatchObject({ taskId, status: 'received' })
  })
})
