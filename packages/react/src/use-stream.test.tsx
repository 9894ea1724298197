import { act, renderHook } from '@testing-library/react'
import { describe, expect, it, vi } from 'vitest'
import type { FollowOptions, InferenceClient, RunConfig, RunStreamOptions, TaskState } from '@inferstream/client'
import { config, pass, scripted, handCrankFrames, wrapperOf } from '../test/scripted.tsx'
import { InferstreamError, useStream } from './index.ts'
import type { UseStreamOptions, UseStreamResult } from './index.ts'

handCrankFrames()

/** Renders a component that reads what `read` reads, and counts its renders. */
async function rendered<T>(read: (stream: UseStreamResult) => T, options?: UseStreamOptions) {
  const { transport, wrapper } = scripted()
  const seen: T[] = []
  let stream!: UseStreamResult
  const { unmount } = renderHook(
    () => {
      stream = useStream(options)
      seen.push(read(stream))
    },
    { wrapper },
  )
  const run = async () => {
    await act(async () => void stream.run(config))
    return transport.last
  }
  return { transport, seen, run, unmount, current: () => stream }
}

describe('useStream shows a run', () => {
  it('is idle at first, and starting from the moment of run', async () => {
    const { seen, current } = await rendered(({ status, phase, isActive }) => ({ status, phase, isActive }))
    act(() => void current().run(config))
    expect(seen).toEqual([
      { status: 'idle', phase: 'idle', isActive: false },
      { status: 'starting', phase: 'starting', isActive: true },
    ])
  })

  it('shows status, phase, progress, logs, partial output and output as they come', async () => {
    const { run, current } = await rendered((stream) => ({ ...stream }))
    const script = await run()
    await pass()
    act(() => script.update({ status: 'queued', queuePosition: 3 }))
    expect(current()).toMatchObject({ taskId: script.taskId, status: 'queued', phase: 'queued', queuePosition: 3 })
    await pass()
    act(() =>
      script.update({
        status: 'running',
        logs: ['one', 'two'],
        progress: { current: 1, total: 4, fraction: 0.25, source: 'app' },
        partial_output: { image: 'a' },
      }),
    )
    expect(current()).toMatchObject({ status: 'running', phase: 'running', partialOutput: { image: 'a' } })
    expect(current().progress).toMatchObject({ fraction: 0.25 })
    expect([...current().logs]).toEqual(['one', 'two'])
    act(() => script.complete({ image: 'b' }))
    expect(current()).toMatchObject({ status: 'completed', phase: 'done', isActive: false, isTerminal: true })
    expect(current().output).toEqual({ image: 'b' })
  })

  it('shows a failed run with its error, and what it said until then', async () => {
    const { run, current } = await rendered((stream) => ({ ...stream }))
    const script = await run()
    act(() => script.update({ status: 'running', logs: ['half way'] }))
    await act(async () => script.fail('out of memory'))
    expect(current()).toMatchObject({ status: 'failed', phase: 'failed', isTerminal: true })
    expect(current().error).toMatchObject({ code: 'task_failed', message: 'out of memory' })
    expect([...current().logs]).toEqual(['half way'])
  })

  it('shows what the connection does', async () => {
    const { run, current } = await rendered(({ connection, attempt }) => ({ connection, attempt }))
    const script = await run()
    await pass()
    act(() => script.disconnect())
    expect(current()).toMatchObject({ connection: 'reconnecting', attempt: 1 })
    await pass()
    act(() => script.reconnect())
    expect(current()).toMatchObject({ connection: 'live', attempt: 0 })
    await pass()
    act(() => script.offline())
    expect(current().connection).toBe('offline')
  })
})

describe('useStream renders', () => {
  it('once a frame, however many updates there are', async () => {
    const { run, seen, current } = await rendered(({ logs }) => logs.length)
    const script = await run()
    await pass()
    seen.length = 0
    for (let frame = 0; frame < 60; frame++) {
      act(() => {
        for (let line = 0; line < 33; line++) script.update({ logs: [`${frame}.${line}`] })
      })
      await pass()
    }
    expect(current().logs).toHaveLength(60 * 33)
    expect(seen.length).toBeLessThanOrEqual(62)
  })

  it('not at all for logs and progress when only the status is read', async () => {
    const { run, seen } = await rendered(({ status }) => status)
    const script = await run()
    act(() => script.update({ status: 'running' }))
    await pass()
    for (let step = 1; step <= 100; step++) {
      act(() =>
        script.update({
          logs: [`step ${step}`],
          progress: { current: step, total: 100, fraction: step / 100, source: 'app' },
        }),
      )
      await pass()
    }
    act(() => script.complete({}))
    expect(seen).toEqual(['idle', 'starting', 'received', 'running', 'completed'])
  })

  it('not at all when nothing is read, as when the result is only passed on', async () => {
    const { run, seen } = await rendered(() => null)
    const script = await run()
    act(() => script.update({ status: 'running', logs: ['a'] }))
    act(() => script.complete({}))
    expect(seen).toHaveLength(1)
  })

  it('at once for the first update and for the end, in the middle of a frame', async () => {
    const { run, current } = await rendered(({ status, logs }) => [status, logs.length])
    const script = await run()
    expect(current().status).toBe('received')
    act(() => script.update({ status: 'running' }))
    act(() => script.update({ logs: ['waits for the frame'] }))
    expect(current().logs).toHaveLength(0)
    await act(async () => script.complete({}))
    expect(current().status).toBe('completed')
    expect(current().logs).toHaveLength(1)
  })

  it('for everything that a spread took', async () => {
    const { run, seen } = await rendered((stream) => ({ ...stream }))
    const script = await run()
    await pass()
    const before = seen.length
    act(() => script.update({ logs: ['a'] }))
    expect(seen.length).toBe(before + 1)
  })

  it('with a new object for each change, which memoising compilers rely on', async () => {
    const { run, seen } = await rendered((stream) => {
      expect(stream.status).toBeTypeOf('string')
      return stream
    })
    const script = await run()
    await pass()
    act(() => script.update({ status: 'running' }))
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.map(({ status }) => status)).toEqual(['idle', 'starting', 'received', 'running'])
  })

  it('with actions that never change', async () => {
    const { run, seen } = await rendered(({ status, run: start, cancel, retry, attach, reset }) => {
      expect(status).toBeTypeOf('string')
      return [start, cancel, retry, attach, reset]
    })
    await run()
    for (const actions of seen) expect(actions).toEqual(seen[0])
  })
})

describe('run', () => {
  it('resolves to the output of a completed run', async () => {
    const { transport, current } = await rendered(() => null)
    const outcome = act(async () => {
      const ended = current().run(config)
      await Promise.resolve()
      await Promise.resolve()
      transport.last.complete({ image: 'a' })
      return ended
    })
    await expect(outcome).resolves.toEqual({ status: 'completed', output: { image: 'a' } })
  })

  it('resolves, never rejects, when the run fails, is cancelled or cannot be started', async () => {
    const { transport, current } = await rendered(() => null)
    const settled = async (start: () => void, end: () => void) => {
      const outcome = current().run(config)
      await act(async () => start())
      await act(async () => end())
      return outcome
    }
    await expect(
      settled(
        () => {},
        () => transport.last.fail('no'),
      ),
    ).resolves.toMatchObject({
      status: 'failed',
      error: { message: 'no' },
    })
    await expect(
      settled(
        () => {},
        () => transport.last.update({ status: 'cancelled' }),
      ),
    ).resolves.toEqual({ status: 'cancelled' })
    const unknown = act(async () => current().run({ app: '', input: {} }))
    await expect(unknown).resolves.toMatchObject({ status: 'error', error: { code: 'config' } })
  })

  it('tells the latest callbacks, each update in order, the end last', async () => {
    const { transport, wrapper } = scripted()
    const calls: string[] = []
    const options = (render: number): UseStreamOptions => ({
      onUpdate: (update) => calls.push(`${render} update ${update.status} ${update.logs.join()}`),
      onComplete: (result) => calls.push(`${render} complete ${JSON.stringify(result.output)}`),
      onSettled: (outcome) => calls.push(`${render} settled ${outcome.status}`),
    })
    const { result, rerender } = renderHook(({ render }) => useStream(options(render)), {
      wrapper,
      initialProps: { render: 1 },
    })
    await act(async () => void result.current.run(config))
    await act(async () => transport.last.update({ status: 'running', logs: ['a'] }))
    rerender({ render: 2 })
    await act(async () => {
      transport.last.update({ logs: ['b'] })
      transport.last.update({ logs: ['c'] })
      transport.last.complete(1)
    })
    expect(calls).toEqual([
      '1 update received ',
      '1 update running a',
      '2 update running b',
      '2 update running c',
      '2 update completed ',
      '2 complete 1',
      '2 settled completed',
    ])
  })

  it('tells the latest onEvent and onWarning', async () => {
    const { client } = scripted()
    let followed: FollowOptions = {}
    const run = (asked: RunConfig, options: RunStreamOptions) => {
      followed = options
      return client.run(asked, options)
    }
    const calls: string[] = []
    const { result, rerender } = renderHook(
      ({ render }) =>
        useStream({
          onEvent: (record) => calls.push(`${render} ${String(record)}`),
          onWarning: ({ message }) => calls.push(`${render} ${message}`),
        }),
      { wrapper: wrapperOf({ ...client, run: run as InferenceClient['run'] }), initialProps: { render: 1 } },
    )
    await act(async () => void result.current.run(config))
    rerender({ render: 2 })
    followed.onEvent?.('record')
    followed.onWarning?.(new InferstreamError('protocol', 'skipped'))
    expect(calls).toEqual(['2 record', '2 skipped'])
  })

  it('tells onError of a failed run and of one that could not start, not of a cancelled one', async () => {
    const onError = vi.fn()
    const { run, transport, current } = await rendered(() => null, { onError })
    await run()
    await act(async () => transport.last.update({ status: 'cancelled' }))
    expect(onError).not.toHaveBeenCalled()
    await run()
    await act(async () => transport.last.fail('broken'))
    expect(onError).toHaveBeenLastCalledWith(expect.objectContaining({ message: 'broken' }))
    await act(async () => void current().run({ app: '', input: {} }))
    expect(onError).toHaveBeenCalledTimes(2)
  })
})

describe('what is said of following', () => {
  it('reaches the client: the lines kept, and the time a run may take', async () => {
    const { run, transport, current } = await rendered((stream) => ({ ...stream }), {
      maxLogLines: 2,
      timeoutMs: 60_000,
    })
    const script = await run()
    await act(async () => script.update({ status: 'running', logs: ['1', '2', '3'] }))
    await pass()
    expect([...current().logs]).toEqual(['2', '3'])
    expect(current().logs.dropped).toBe(1)
    await pass(60_000)
    expect(current()).toMatchObject({ status: 'error', error: { code: 'timeout' } })
    expect(transport.last.cancelled).toBe(true)
  })
})

describe('retry', () => {
  it('runs the last config again', async () => {
    const { run, transport, current } = await rendered(({ status }) => status)
    const script = await run()
    await act(async () => script.fail('no'))
    await act(async () => void current().retry())
    expect(transport.runs.map((each) => each.config)).toEqual([config, config])
    expect(current().status).toBe('received')
  })

  it('says so when there is nothing to run again', async () => {
    const { current } = await rendered(() => null)
    await expect(current().retry()).resolves.toMatchObject({ status: 'error', error: { code: 'config' } })
  })
})

describe('attach', () => {
  it('follows a run that was started elsewhere, from all that it has said', async () => {
    const { transport, client, wrapper } = scripted()
    await client.run(config, { wait: false })
    transport.last.update({ status: 'running', logs: ['before'] })
    const { result } = renderHook(() => useStream(), { wrapper })
    await act(async () => result.current.attach(transport.last.taskId))
    expect(result.current.status).toBe('running')
    expect([...result.current.logs]).toEqual(['before'])
  })

  it('says so when the run is gone, or the id cannot be one', async () => {
    const { current } = await rendered((stream): TaskState => ({ ...stream }))
    await act(async () => current().attach('unknown-task'))
    expect(current()).toMatchObject({ status: 'error', error: { code: 'not_found' } })
    await act(async () => current().attach('no id!'))
    expect(current()).toMatchObject({ status: 'error', error: { code: 'config' } })
  })
})
