import { act, render, renderHook, screen } from '@testing-library/react'
import { Activity, StrictMode, Suspense, use, useEffect, useState } from 'react'
import type { ReactNode } from 'react'
import { describe, expect, it, vi } from 'vitest'
import type { InferenceClient } from '@inferstream/client'
import {
  changed,
  config,
  handCrankFrames,
  isReact18,
  pass,
  scripted,
  scriptedCounted,
  scriptedSlow,
  withStreams,
  wrapperOf,
} from '../test/scripted.tsx'
import { InferenceProvider, useStream } from './index.ts'
import type { RunOutcome, UseStreamOptions } from './index.ts'

handCrankFrames()

async function started(options?: UseStreamOptions) {
  const { transport, wrapper } = scripted()
  const { result, unmount } = renderHook(() => useStream(options), { wrapper })
  const outcomes: RunOutcome[] = []
  const run = async (next = config) => {
    await act(async () => void result.current.run(next).then((outcome) => outcomes.push(outcome)))
    return transport.last
  }
  const script = await run()
  return { transport, result, unmount, run, script, outcomes }
}

describe('a second run', () => {
  it('takes the place of the first, cancels it, and hears no more of it', async () => {
    const { result, run, script, outcomes } = await started()
    act(() => script.update({ status: 'running', logs: ['old'] }))
    const second = await run()
    expect(script.cancelled).toBe(true)
    expect(outcomes).toEqual([{ status: 'cancelled' }])
    await act(async () => {
      script.update({ logs: ['late'] })
      script.complete('late')
    })
    await pass()
    expect(result.current).toMatchObject({ taskId: second.taskId, status: 'received', output: null })
    expect(result.current.logs).toHaveLength(0)
  })

  it('only detaches the first where asked to, and says so in its outcome', async () => {
    const { run, script, outcomes } = await started({ replace: 'detach' })
    await run()
    expect(script.cancelled).toBe(false)
    expect(outcomes).toMatchObject([{ status: 'error', error: { code: 'aborted' } }])
  })

  it('is not covered by what the first one had left for the next frame', async () => {
    const { result, run, script } = await started()
    act(() => script.update({ status: 'running', logs: ['shown'] }))
    act(() => script.update({ logs: ['waits for the frame'] }))
    const second = await run()
    await pass()
    expect(result.current.taskId).toBe(second.taskId)
    expect(result.current.logs).toHaveLength(0)
  })

  it('is not ended by the first one that fails late', async () => {
    const onSettled = vi.fn()
    const { result, run, script } = await started({ onSettled })
    await run()
    await act(async () => script.fail('late'))
    expect(result.current).toMatchObject({ status: 'received', error: null })
    expect(onSettled).not.toHaveBeenCalled()
  })

  it('wins also when the first one is accepted later', async () => {
    const { transport, wrapper, accept } = scriptedSlow()
    const { result } = renderHook(() => useStream({ replace: 'detach' }), { wrapper })
    await act(async () => void result.current.run(config))
    await act(async () => void result.current.run(config))
    await act(async () => accept[1]?.())
    const { taskId } = result.current
    expect(taskId).toBe(transport.last.taskId)
    await act(async () => accept[0]?.())
    await act(async () => transport.last.update({ status: 'running' }))
    await pass()
    expect(result.current).toMatchObject({ taskId, status: 'received' })
  })
})

const refuse = () => Promise.reject(new Error('not yours'))

describe('cancel', () => {
  it('asks the service, and shows cancelling until it says how the run ended', async () => {
    const { result, script, outcomes } = await started()
    await act(() => result.current.cancel())
    expect(script.cancelled).toBe(true)
    expect(result.current.status).toBe('cancelling')
    act(() => script.update({ status: 'running', logs: ['still here'] }))
    await pass()
    expect(result.current).toMatchObject({ status: 'cancelling', phase: 'cancelling' })
    await act(async () => script.update({ status: 'cancelled' }))
    expect(result.current).toMatchObject({ status: 'cancelled', isTerminal: true })
    expect(outcomes).toEqual([{ status: 'cancelled' }])
  })

  it('before there is an id waits for the id, and shows cancelling at once', async () => {
    const { transport, wrapper, accept } = scriptedSlow()
    const { result } = renderHook(() => useStream(), { wrapper })
    await act(async () => void result.current.run(config))
    let accepted = false
    act(() => void result.current.cancel().then(() => (accepted = true)))
    expect(result.current.status).toBe('cancelling')
    await pass()
    expect(accepted).toBe(false)
    await act(async () => accept[0]?.())
    expect(transport.last.cancelled).toBe(true)
    expect(accepted).toBe(true)
    expect(result.current.status).toBe('cancelling')
  })

  it('of a run that then cannot be started counts as cancelled', async () => {
    const refusing = withStreams(scripted().client, () => Promise.reject(new Error('refused')))
    const wrapper = wrapperOf(refusing)
    const { result } = renderHook(() => useStream(), { wrapper })
    let outcome: RunOutcome | undefined
    await act(async () => {
      void result.current.run(config).then((ended) => (outcome = ended))
      void result.current.cancel()
    })
    expect(outcome).toEqual({ status: 'cancelled' })
    expect(result.current).toMatchObject({ status: 'cancelled', isActive: false })
  })

  it('that the service refuses says so, waited for or not, and shows the status as it is', async () => {
    const { transport, client } = scripted()
    const wrapper = wrapperOf(withStreams(client, async (stream) => changed(await stream(), { cancel: refuse })))
    const onWarning = vi.fn()
    const { result } = renderHook(() => useStream({ onWarning }), { wrapper })
    await act(async () => void result.current.run(config))
    await act(async () => transport.last.update({ status: 'running' }))
    await pass()
    await act(async () => void result.current.cancel())
    expect(onWarning).toHaveBeenCalledWith(expect.objectContaining({ message: 'not yours' }))
    expect(result.current.status).toBe('running')
    await act(() => expect(result.current.cancel()).rejects.toThrow('not yours'))
  })

  it('does nothing where nothing runs', async () => {
    const { result, script } = await started()
    await act(async () => script.complete(1))
    await act(() => result.current.cancel())
    expect(result.current.status).toBe('completed')
  })
})

describe('reset', () => {
  it('in onComplete is no reason not to tell onSettled', async () => {
    const onSettled = vi.fn()
    const { transport, wrapper } = scripted()
    const { result } = renderHook(
      () => {
        const stream = useStream({ onComplete: () => stream.reset(), onSettled })
        return stream
      },
      { wrapper },
    )
    await act(async () => void result.current.run(config))
    await act(async () => transport.last.complete(1))
    expect(result.current.status).toBe('idle')
    expect(onSettled).toHaveBeenCalledExactlyOnceWith({ status: 'completed', output: 1 })
  })

  it('while running cancels the run, is idle again, and hears no more of it', async () => {
    const { result, script, outcomes } = await started()
    await act(async () => result.current.reset())
    expect(script.cancelled).toBe(true)
    expect(outcomes).toEqual([{ status: 'cancelled' }])
    await act(async () => script.complete('late'))
    await pass()
    expect(result.current).toMatchObject({ status: 'idle', taskId: null, output: null })
  })

  it('while starting cancels the run once it has an id', async () => {
    const { transport, wrapper } = scripted()
    const { result } = renderHook(() => useStream(), { wrapper })
    await act(async () => {
      void result.current.run(config)
      await Promise.resolve()
      result.current.reset()
    })
    expect(transport.last.cancelled).toBe(true)
    expect(result.current.status).toBe('idle')
  })

  it('that comes with the run sends nothing at all', async () => {
    const { transport, wrapper } = scripted()
    const { result } = renderHook(() => useStream(), { wrapper })
    const outcomes: RunOutcome[] = []
    await act(async () => {
      void result.current.run(config).then((outcome) => outcomes.push(outcome))
      result.current.reset()
    })
    expect(transport.runs).toHaveLength(0)
    expect(outcomes).toEqual([{ status: 'cancelled' }])
    expect(result.current.status).toBe('idle')
  })
})

describe('a component that goes', () => {
  it('detaches and never cancels; its promise settles', async () => {
    const { transport, wrapper, counts } = scriptedCounted()
    const { result, unmount } = renderHook(() => useStream(), { wrapper })
    let outcome: RunOutcome | undefined
    await act(async () => void result.current.run(config).then((ended) => (outcome = ended)))
    unmount()
    await pass(2000)
    expect(counts).toEqual({ opened: 1, open: 0 })
    expect(transport.last.cancelled).toBe(false)
    expect(outcome).toMatchObject({ status: 'error', error: { code: 'aborted', taskId: transport.last.taskId } })
  })

  it('while its request is unanswered leaves no stream open', async () => {
    const { transport, client, counts } = scriptedCounted()
    let accept!: () => void
    const accepted = new Promise<void>((resolve) => {
      accept = resolve
    })
    const slow = withStreams(client, async (stream) => {
      await accepted
      return stream()
    })
    const wrapper = wrapperOf(slow)
    const { result, unmount } = renderHook(() => useStream(), { wrapper })
    await act(async () => void result.current.run(config))
    unmount()
    await pass(2000)
    await act(async () => accept())
    expect(transport.last.cancelled).toBe(false)
    expect(counts).toEqual({ opened: 1, open: 0 })
  })

  it.each([0, 500, 2000])('calls no callbacks any more, %i ms later', async (ms) => {
    const onUpdate = vi.fn()
    const onSettled = vi.fn()
    const { unmount, script } = await started({ onUpdate, onSettled })
    unmount()
    onUpdate.mockClear()
    await pass(ms)
    await act(async () => script.complete(1))
    await pass(2000)
    expect(onUpdate).not.toHaveBeenCalled()
    expect(onSettled).not.toHaveBeenCalled()
  })

  it('and comes back as another, as with another key, hears the end once', async () => {
    const { transport, wrapper } = scripted()
    const onComplete = vi.fn()
    const { result, unmount } = renderHook(() => useStream({ resume: 'back', onComplete }), { wrapper })
    await act(async () => void result.current.run(config))
    unmount()
    const back = renderHook(() => useStream({ resume: 'back', onComplete }), { wrapper })
    await act(async () => transport.last.complete(1))
    expect(back.result.current.status).toBe('completed')
    expect(onComplete).toHaveBeenCalledTimes(1)
  })

  it('calls none either when its request is refused later', async () => {
    let refuseNow!: (error: Error) => void
    const answer = new Promise<never>((_, reject) => {
      refuseNow = reject
    })
    const wrapper = wrapperOf(withStreams(scripted().client, () => answer))
    const onError = vi.fn()
    const { result, unmount } = renderHook(() => useStream({ onError }), { wrapper })
    await act(async () => void result.current.run(config))
    unmount()
    await pass(2000)
    await act(async () => refuseNow(new Error('too late')))
    expect(onError).not.toHaveBeenCalled()
  })
})

function Auto() {
  const { run, status } = useStream()
  useEffect(() => void run(config), [run])
  return <p>{status}</p>
}

describe('StrictMode', () => {
  it('sends what an effect runs once, and opens one stream', async () => {
    const { transport, wrapper: Wrapper, counts } = scriptedCounted()
    await act(async () =>
      render(
        <StrictMode>
          <Wrapper>
            <Auto />
          </Wrapper>
        </StrictMode>,
      ),
    )
    expect(transport.runs).toHaveLength(1)
    expect(counts).toEqual({ opened: 1, open: 1 })
    await act(async () => transport.last.complete(1))
    expect(screen.getByText('completed')).toBeVisible()
  })
})

function Attached({ id }: { id: string }) {
  const { attach, status } = useStream()
  useEffect(() => attach(id), [attach, id])
  return <p>{status}</p>
}

describe('attach', () => {
  it('to the run that is followed already opens no second stream, in StrictMode too', async () => {
    const { transport, client, wrapper: Wrapper, counts } = scriptedCounted()
    const { taskId } = await client.run(config, { wait: false })
    Object.assign(counts, { opened: 0, open: 0 })
    await act(async () =>
      render(
        <StrictMode>
          <Wrapper>
            <Attached id={taskId} />
          </Wrapper>
        </StrictMode>,
      ),
    )
    expect(counts).toEqual({ opened: 1, open: 1 })
    await act(async () => transport.last.complete(1))
    expect(screen.getByText('completed')).toBeVisible()
  })
})

function Shown() {
  const stream = useStream()
  return (
    <button onClick={() => void stream.run(config)}>
      {stream.status} {stream.logs.length}
    </button>
  )
}

const inActivity = (mode: 'visible' | 'hidden', child: ReactNode) => <Activity mode={mode}>{child}</Activity>

describe.skipIf(isReact18)('Activity and Suspense', () => {
  it('hidden for a moment, the run goes on over the same connection', async () => {
    const { transport, wrapper, counts } = scriptedCounted()
    const { rerender } = render(inActivity('visible', <Shown />), { wrapper })
    await act(async () => screen.getByRole('button').click())
    rerender(inActivity('hidden', <Shown />))
    await pass(500)
    rerender(inActivity('visible', <Shown />))
    await pass(2000)
    act(() => transport.last.update({ status: 'running', logs: ['x'] }))
    await pass()
    expect(screen.getByText('running 1')).toBeVisible()
    expect(counts).toEqual({ opened: 1, open: 1 })
  })

  it.each([500, 5000])('hidden for %i ms while the run ends, its callbacks hear of it when it is shown', async (ms) => {
    const { transport, wrapper } = scripted()
    const heard: string[] = []
    function Told() {
      const { run } = useStream({
        onUpdate: ({ status, logs }) => heard.push(`${status} ${logs.join()}`),
        onSettled: ({ status }) => heard.push(`settled ${status}`),
      })
      return <button onClick={() => void run(config)}>run</button>
    }
    const { rerender } = render(inActivity('visible', <Told />), { wrapper })
    await act(async () => screen.getByRole('button').click())
    await act(async () => transport.last.update({ status: 'running', logs: ['a'] }))
    rerender(inActivity('hidden', <Told />))
    heard.length = 0
    await pass(ms)
    await act(async () => transport.last.update({ logs: ['b'] }))
    await act(async () => transport.last.complete(1))
    await pass(5000)
    expect(heard).toEqual([])
    rerender(inActivity('visible', <Told />))
    await pass()
    expect(heard.flatMap((line) => line.match(/b/) ?? [])).toEqual(['b'])
    expect(heard.at(-1)).toBe('settled completed')
  })

  it('hidden for long, the run is let go, and shown again it catches up without a gap', async () => {
    const { transport, wrapper, counts } = scriptedCounted()
    const { rerender } = render(inActivity('visible', <Shown />), { wrapper })
    await act(async () => screen.getByRole('button').click())
    await act(async () => transport.last.update({ status: 'running', logs: ['x'] }))
    rerender(inActivity('hidden', <Shown />))
    await pass(5000)
    expect(counts.open).toBe(0)
    transport.last.update({ logs: ['y'] })
    rerender(inActivity('visible', <Shown />))
    await pass()
    expect(screen.getByText('running 2')).toBeVisible()
    expect(counts).toEqual({ opened: 2, open: 1 })
    expect(transport.last.cancelled).toBe(false)
  })

  it('shown again, what was shown stays until the service says more', async () => {
    const { transport, client } = scripted()
    const { tasks } = client
    const stream: typeof tasks.stream = (taskId) => {
      const inner = tasks.stream(taskId)
      const unanswered = { ...inner.state, status: 'starting', connection: 'connecting', logs: [] }
      return changed(inner, { state: unanswered as never }) as never
    }
    const wrapper = wrapperOf({ ...client, tasks: { ...tasks, stream } })
    const { rerender } = render(inActivity('visible', <Shown />), { wrapper })
    await act(async () => screen.getByRole('button').click())
    await act(async () => transport.last.update({ status: 'running', logs: ['x'] }))
    rerender(inActivity('hidden', <Shown />))
    await pass(5000)
    rerender(inActivity('visible', <Shown />))
    await pass()
    expect(screen.getByText('running 1')).toBeVisible()
  })

  it('onUpdate hears each line once, also over a second connection', async () => {
    const { transport, wrapper } = scripted()
    const lines: string[] = []
    function Logged() {
      const { run } = useStream({ onUpdate: (update) => lines.push(...update.logs) })
      return <button onClick={() => void run(config)}>run</button>
    }
    const { rerender } = render(inActivity('visible', <Logged />), { wrapper })
    await act(async () => screen.getByRole('button').click())
    await act(async () => transport.last.update({ logs: ['1', '2'] }))
    rerender(inActivity('hidden', <Logged />))
    await pass(5000)
    transport.last.update({ logs: ['3'] })
    rerender(inActivity('visible', <Logged />))
    await pass()
    await act(async () => transport.last.update({ logs: ['4'] }))
    expect(lines).toEqual(['1', '2', '3', '4'])
  })

  it('suspended for any time, the run is still followed', async () => {
    const { transport, wrapper: Wrapper, counts } = scriptedCounted()
    let show!: () => void
    const pending = new Promise<void>((resolve) => {
      show = resolve
    })
    function Sibling() {
      const [waits, setWaits] = useState(false)
      if (waits) use(pending)
      return <input type="checkbox" onChange={() => setWaits(true)} />
    }
    render(
      <Wrapper>
        <Suspense fallback="…">
          <Shown />
          <Sibling />
        </Suspense>
      </Wrapper>,
    )
    await act(async () => screen.getByRole('button').click())
    await act(async () => screen.getByRole('checkbox').click())
    await pass(5000)
    await act(async () => transport.last.update({ status: 'running', logs: ['x'] }))
    await act(async () => show())
    await pass()
    expect(screen.getByText('running 1')).toBeVisible()
    expect(counts).toEqual({ opened: 1, open: 1 })
  })
})

const inProvider = (client: InferenceClient, child: ReactNode) => (
  <InferenceProvider client={client}>{child}</InferenceProvider>
)

describe("the provider's client", () => {
  it('replaced in mid-run: the run keeps its own, the next run uses the new one', async () => {
    const first = scripted()
    const second = scripted()
    const { rerender } = render(inProvider(first.client, <Shown />))
    await act(async () => screen.getByRole('button').click())
    rerender(inProvider(second.client, <Shown />))
    await act(async () => first.transport.last.complete(1))
    expect(screen.getByText('completed 0')).toBeVisible()
    await act(async () => screen.getByRole('button').click())
    expect(second.transport.runs).toHaveLength(1)
    expect(first.transport.runs).toHaveLength(1)
  })

  it('given to one hook wins over the provider', async () => {
    const provided = scripted()
    const own = scripted()
    const { result } = renderHook(() => useStream({ client: own.client }), { wrapper: provided.wrapper })
    await act(async () => void result.current.run(config))
    expect(own.transport.runs).toHaveLength(1)
  })
})
