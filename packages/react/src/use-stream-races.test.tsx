import { act, render, renderHook, screen } from '@testing-library/react'
import { StrictMode, useEffect } from 'react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import {
  changed,
  config,
  handCrankFrames,
  pass,
  scripted,
  scriptedCounted,
  scriptedSlow,
  withStreams,
  wrapperOf,
} from '../test/scripted.tsx'
import { inference, InferenceProvider, useStream, useStreams } from './index.ts'
import type { RunOutcome, UseStreamResult } from './index.ts'

handCrankFrames()
beforeEach(() => localStorage.clear())

function fail() {
  throw new Error('mine')
}

describe('callbacks that act on their own run', () => {
  it('may retry what failed, as often as they like', async () => {
    const { transport, wrapper } = scripted()
    const { result } = renderHook(
      () => {
        const stream: UseStreamResult = useStream({
          onError: () => {
            if (transport.runs.length < 3) void stream.retry()
          },
        })
        return stream
      },
      { wrapper },
    )
    await act(async () => void result.current.run(config))
    for (let attempt = 1; attempt <= 3; attempt++) {
      await act(async () => transport.last.fail(`attempt ${attempt}`))
      await pass()
    }
    expect(transport.runs).toHaveLength(3)
    expect(result.current).toMatchObject({ status: 'failed', error: { message: 'attempt 3' } })
  })

  it('may run the next one when one is complete, in StrictMode too', async () => {
    const { transport, wrapper } = scripted()
    const { result } = renderHook(
      () => {
        const stream: UseStreamResult = useStream({
          onComplete: ({ output }) => {
            if (output !== 'last') void stream.run(config)
          },
        })
        return stream
      },
      { wrapper, reactStrictMode: true },
    )
    await act(async () => void result.current.run(config))
    await act(async () => transport.last.complete('first'))
    await act(async () => transport.last.complete('last'))
    expect(transport.runs).toHaveLength(2)
    expect(result.current.output).toBe('last')
  })

  it('may take their component away in the middle of a batch', async () => {
    const { transport, counts, wrapper } = scriptedCounted()
    const heard: string[] = []
    const view = renderHook(
      () =>
        useStream({
          onUpdate: ({ status }) => {
            heard.push(status)
            if (status === 'running') view.unmount()
          },
        }),
      { wrapper },
    )
    await act(async () => void view.result.current.run(config))
    await act(async () => {
      transport.last.update({ status: 'running' })
      transport.last.update({ logs: ['a'] })
    })
    await pass(2000)
    expect(heard).toEqual(['received', 'running'])
    expect(counts.open).toBe(0)
  })

  it('that throw are reported, and disturb neither the run nor each other', async () => {
    const { transport, wrapper } = scripted()
    const onSettled = vi.fn(fail)
    const { result } = renderHook(() => useStream({ onUpdate: fail, onComplete: fail, onSettled }), { wrapper })
    const outcomes: RunOutcome[] = []
    const reported: unknown[] = []
    const { queueMicrotask } = globalThis
    vi.stubGlobal('queueMicrotask', (task: () => void) =>
      queueMicrotask(() => {
        try {
          task()
        } catch (error) {
          reported.push(error)
        }
      }),
    )
    await act(async () => void result.current.run(config).then((outcome) => outcomes.push(outcome)))
    await act(async () => transport.last.update({ status: 'running', logs: ['a'] }))
    await act(async () => transport.last.complete(1))
    vi.unstubAllGlobals()
    expect(reported).toEqual(Array.from({ length: 5 }, () => new Error('mine')))
    expect(outcomes).toEqual([{ status: 'completed', output: 1 }])
    expect(result.current).toMatchObject({ status: 'completed', logs: ['a'] })
    expect(onSettled).toHaveBeenCalledTimes(1)
  })
})

describe('attach while the hook has a run of its own', () => {
  it('detaches that one, whether it was accepted or not', async () => {
    const { transport, accept, wrapper } = scriptedSlow()
    const { result } = renderHook(() => useStream(), { wrapper })
    const outcomes: RunOutcome[] = []
    const run = () => act(async () => void result.current.run(config).then((outcome) => outcomes.push(outcome)))
    await run()
    await act(async () => accept[0]?.())
    const { taskId } = transport.last
    await run()
    await act(async () => result.current.attach(taskId))
    await act(async () => accept[1]?.())
    expect(result.current.taskId).toBe(taskId)
    expect(outcomes).toMatchObject([{ status: 'cancelled' }, { status: 'error', error: { code: 'aborted' } }])
    expect(transport.last.cancelled).toBe(false)
  })
})

describe('cancel', () => {
  it('right after run waits for the id, and shows cancelling until the service says how the run ended', async () => {
    const { transport, wrapper } = scripted()
    const { result } = renderHook(() => useStream(), { wrapper })
    await act(async () => {
      void result.current.run(config)
      await result.current.cancel()
    })
    expect(transport.last.cancelled).toBe(true)
    expect(result.current.status).toBe('cancelling')
  })

  it('pressed twice asks once', async () => {
    const { transport, client } = scripted()
    const asked = vi.fn()
    const counted = withStreams(client, async (open) => {
      const stream = await open()
      return changed(stream, {
        cancel() {
          asked()
          return stream.cancel()
        },
      })
    })
    const { result } = renderHook(() => useStream(), { wrapper: wrapperOf(counted) })
    await act(async () => void result.current.run(config))
    await act(() => Promise.all([result.current.cancel(), result.current.cancel()]))
    await act(() => result.current.cancel())
    expect(asked).toHaveBeenCalledTimes(1)
    expect(transport.last.cancelled).toBe(true)
  })

  it('of many whose requests are unanswered waits for their ids, and sends no more', async () => {
    const { transport, accept, wrapper } = scriptedSlow()
    const { result } = renderHook(() => useStreams({ concurrency: 2 }), { wrapper })
    await act(async () => void result.current.start([config, config, config]))
    let isDone = false
    act(() => void result.current.cancelAll().then(() => (isDone = true)))
    await pass()
    expect(result.current.runs.map(({ status }) => status)).toEqual(['cancelling', 'cancelling', 'cancelled'])
    expect(isDone).toBe(false)
    await act(async () => {
      for (const answer of accept) answer()
    })
    expect(isDone).toBe(true)
    expect(transport.runs.map(({ cancelled }) => cancelled)).toEqual([true, true])
  })
})

function Child({ run }: Pick<UseStreamResult, 'run'>) {
  useEffect(() => void run(config), [run])
  return null
}

function Parent({ hasChild }: { hasChild: boolean }) {
  const { run, status } = useStream()
  return (
    <>
      <p>{status}</p>
      {hasChild && <Child run={run} />}
    </>
  )
}

describe('run', () => {
  it.each(['with its parent', 'later'])(
    'in the effect of a child that mounts %s is sent once and followed',
    async (when) => {
      const { transport, wrapper } = scripted()
      const { rerender } = render(<Parent hasChild={when !== 'later'} />, { wrapper, reactStrictMode: true })
      await pass()
      await act(async () => rerender(<Parent hasChild />))
      expect(transport.runs).toHaveLength(1)
      await act(async () => transport.last.complete(1))
      expect(screen.getByText('completed')).toBeVisible()
    },
  )

  it('while rendering says in one sentence where it belongs', () => {
    const silent = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { wrapper } = scripted()
    expect(() => renderHook(() => void useStream().run(config), { wrapper })).toThrow(/not while rendering/)
    silent.mockRestore()
  })
})

function Tab({ name, told }: { name: string; told: (what: string) => void }) {
  const { status, logs, run } = useStream({
    resume: 'tabs',
    onComplete: () => told(`${name} complete`),
    onSettled: () => told(`${name} settled`),
  })
  return (
    <button onClick={() => void run(config)}>
      {name} {status} {logs.length}
    </button>
  )
}

describe('two tabs in StrictMode', () => {
  it('show one run, and each hears once of its end', async () => {
    const { transport, wrapper } = scripted()
    const told = vi.fn()
    render(<Tab name="A" told={told} />, { wrapper, reactStrictMode: true })
    await act(async () => screen.getByRole('button').click())
    await act(async () => transport.last.update({ status: 'running', logs: ['x'] }))
    render(
      <StrictMode>
        <InferenceProvider client={inference({ transport })}>
          <Tab name="B" told={told} />
        </InferenceProvider>
      </StrictMode>,
    )
    await pass()
    expect(screen.getByText('B running 1')).toBeVisible()
    expect(transport.runs).toHaveLength(1)
    await act(async () => transport.last.complete(1))
    await pass()
    expect(told.mock.calls.flat()).toEqual(['A complete', 'A settled', 'B complete', 'B settled'])
  })
})
