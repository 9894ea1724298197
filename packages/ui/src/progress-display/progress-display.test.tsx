import {
  inference,
  InferenceProvider,
  InferstreamError,
  useStream,
  type RunConfig,
  type UseStreamResult,
} from '@inferstream/react'
import { scriptedTransport } from '@inferstream/client/testing'
import { act, render, screen, waitFor } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { StrictMode, useEffect, type ReactNode } from 'react'
import { renderToString } from 'react-dom/server'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { KitProvider, useAnnouncements } from '../provider/index.ts'
import { progressOf, startedAt, taskState } from '../testing/task-state.ts'
import { ProgressDisplay, ProgressDisplayPrimitive } from './index.ts'

const config: RunConfig = { app: 'local/echo', input: { text: 'a' } }

function setUp() {
  const transport = scriptedTransport()
  const client = inference({ transport })
  const wrapper = ({ children }: { children: ReactNode }) => (
    <InferenceProvider client={client}>{children}</InferenceProvider>
  )
  return { transport, wrapper }
}

function Announcing({ children }: { children: ReactNode }) {
  return (
    <KitProvider>
      {children}
      <Transcript />
    </KitProvider>
  )
}

function Transcript() {
  return <output data-testid="transcript">{useAnnouncements().map(({ text }) => `${text}; `)}</output>
}

let stream: UseStreamResult
function Run({ children }: { children: (stream: UseStreamResult) => ReactNode }) {
  const current = useStream()
  useEffect(() => {
    stream = current
  })
  return children(current)
}

beforeEach(() => localStorage.clear())

describe('a run by config', () => {
  it('starts once, in StrictMode too', async () => {
    const { transport, wrapper } = setUp()
    render(
      <StrictMode>
        <ProgressDisplay config={config} />
      </StrictMode>,
      { wrapper },
    )
    await screen.findByText('Received')
    expect(transport.runs).toHaveLength(1)
  })

  it('is not started again by an equal config, and is detached by a different one', async () => {
    const { transport, wrapper } = setUp()
    const { rerender } = render(<ProgressDisplay config={config} />, { wrapper })
    await screen.findByText('Received')
    rerender(<ProgressDisplay config={{ app: 'local/echo', input: { text: 'a' } }} />)
    await act(async () => {})
    expect(transport.runs).toHaveLength(1)
    rerender(<ProgressDisplay config={{ app: 'local/echo', input: { text: 'b' } }} />)
    await waitFor(() => expect(transport.runs).toHaveLength(2))
    expect(transport.runs[0]?.cancelled).toBe(false)
  })

  it('is named after its app', async () => {
    const { wrapper } = setUp()
    render(<ProgressDisplay config={config} />, { wrapper })
    expect(screen.getByRole('progressbar', { name: 'local/echo' })).toBeInTheDocument()
    await screen.findByText('Received')
  })
})

describe('what is shown', () => {
  it('has no value while progress is unknown', () => {
    render(<ProgressDisplay stream={taskState({ status: 'running' })} />)
    const bar = screen.getByRole('progressbar', { name: 'Run' })
    expect(bar).not.toHaveAttribute('aria-valuenow')
    expect(bar).toHaveAttribute('data-indeterminate')
  })

  it('is the same number in text, fill and ARIA', () => {
    render(<ProgressDisplay stream={taskState({ status: 'running', progress: progressOf(2, 3) })} />)
    const bar = screen.getByRole('progressbar')
    expect(bar).toHaveAttribute('aria-valuenow', '66')
    expect(bar).toHaveAttribute('aria-valuetext', '66%')
    expect(screen.getByText('66%')).toBeInTheDocument()
    expect(Number(bar.style.getPropertyValue('--ifs-progress'))).toBeCloseTo(2 / 3)
    expect(bar).toHaveAttribute('data-progress-source', 'app')
  })

  it.each([
    { current: Number.NaN, total: 10, value: null },
    { current: -4, total: 10, value: '0' },
    { current: 40, total: 10, value: '100' },
    { current: 1, total: 0, value: null },
  ])('survives $current of $total', ({ current, total, value }) => {
    render(<ProgressDisplay stream={taskState({ status: 'running', progress: progressOf(current, total) })} />)
    expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe(value)
  })

  it('is estimated, and marked so, from the second run of an app on', async () => {
    const { transport, wrapper } = setUp()
    const { unmount } = render(<ProgressDisplay config={config} />, { wrapper })
    await screen.findByText('Received')
    act(() => transport.last.update({ status: 'running' }))
    expect(screen.getByRole('progressbar')).not.toHaveAttribute('aria-valuenow')
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 5) // a run of 0 ms estimates nothing
    await act(async () => transport.last.complete({}))
    unmount()
    render(<ProgressDisplay config={{ ...config, input: { text: 'again' } }} />, { wrapper })
    await screen.findByText('Received')
    act(() => transport.last.update({ status: 'running' }))
    const bar = screen.getByRole('progressbar')
    await waitFor(() => expect(bar).toHaveAttribute('data-progress-source', 'estimated'))
    expect(screen.getByText('estimated')).toBeInTheDocument()
    expect(Number(bar.getAttribute('aria-valuenow'))).toBeLessThanOrEqual(95)
  })

  it('contains no time in server-rendered markup', () => {
    const html = renderToString(<ProgressDisplay stream={taskState({ status: 'running' })} />)
    expect(html).toContain('Running')
    expect(html).not.toMatch(/\d+s</)
  })

  it('uses the words and number format of another language', () => {
    render(
      <KitProvider locale="de" messages={{ progress: { status: { ...statusWords, completed: 'Fertig' } } }}>
        <ProgressDisplay
          stream={taskState({ status: 'completed', progress: progressOf(1, 1), endedAt: startedAt + 3200 })}
        />
      </KitProvider>,
    )
    expect(screen.getByText('Fertig')).toBeInTheDocument()
    expect(screen.getByText(/^3,2\s/)).toBeInTheDocument()
    expect(screen.getByText(/^100\s%$/)).toBeInTheDocument()
  })
})

const statusWords = {
  idle: '',
  waiting: '',
  starting: '',
  received: '',
  queued: '',
  scheduled: '',
  preparing: '',
  serving: '',
  setting_up: '',
  running: '',
  cancelling: '',
  uploading: '',
  completed: '',
  failed: '',
  cancelled: '',
  unknown: '',
  error: '',
}

describe('cancel and retry', () => {
  it('cancels once, shows that it is waiting, and keeps the focus', async () => {
    const { transport, wrapper } = setUp()
    render(<ProgressDisplay config={config} />, { wrapper })
    await screen.findByText('Received')
    act(() => transport.last.update({ status: 'running', progress: progressOf(1, 2) }))
    const cancel = screen.getByRole('button', { name: 'Cancel' })
    await userEvent.click(cancel)
    await waitFor(() => expect(cancel).toHaveTextContent('Cancelling…'))
    expect(cancel).toHaveFocus()
    expect(cancel).toHaveAttribute('aria-disabled', 'true')
    expect(transport.last.cancelled).toBe(true)
    await act(async () => transport.last.update({ status: 'cancelled' }))
    await screen.findByText('Cancelled')
    expect(screen.getByText('50%')).toBeInTheDocument()
  })

  it('leave the focus at the display when they disappear', async () => {
    const { transport, wrapper } = setUp()
    render(<ProgressDisplay config={config} />, { wrapper })
    await screen.findByText('Received')
    screen.getByRole('button', { name: 'Cancel' }).focus()
    await userEvent.keyboard('{Enter}')
    await act(async () => transport.last.update({ status: 'cancelled' }))
    const display = screen.getByRole('group', { name: 'local/echo' })
    await waitFor(() => expect(display).toHaveFocus())
    await userEvent.tab()
    expect(screen.getByRole('button', { name: 'Retry' })).toHaveFocus()
    await userEvent.keyboard('{Enter}')
    await waitFor(() => expect(display).toHaveFocus())
    expect(transport.runs).toHaveLength(2)
  })

  it('runs the same config again', async () => {
    const { transport, wrapper } = setUp()
    render(<ProgressDisplay config={config} />, { wrapper })
    await screen.findByText('Received')
    await act(async () => transport.last.fail('The disk is full.'))
    expect(await screen.findByText('The disk is full.')).toBeInTheDocument()
    await userEvent.click(screen.getByRole('button', { name: 'Retry' }))
    await waitFor(() => expect(transport.runs).toHaveLength(2))
    expect(transport.last.config).toEqual(config)
  })

  it('a refused cancel is shown and announced until the run ends or is cancelled again', async () => {
    const answers = [() => Promise.reject(new InferstreamError('forbidden', 'Not your run.')), () => Promise.resolve()]
    const cancel = () => answers.shift()!()
    const run = taskState({ status: 'running', startedAt })
    const { rerender } = render(<ProgressDisplay stream={{ ...run, cancel }} />, { wrapper: Announcing })
    await userEvent.click(screen.getByRole('button', { name: 'Cancel' }))
    const sentence = 'Could not cancel, the run goes on. Not your run.'
    expect(await screen.findByText(sentence, { selector: 'p' })).toBeInTheDocument()
    await waitFor(() => expect(screen.getByTestId('transcript')).toHaveTextContent(sentence))
    expect(screen.getByRole('button', { name: 'Cancel' })).toHaveFocus()
    await userEvent.click(screen.getByRole('button', { name: 'Cancel' }))
    expect(screen.queryByText(sentence, { selector: 'p' })).not.toBeInTheDocument()
    rerender(<ProgressDisplay stream={{ ...run, status: 'cancelled', endedAt: startedAt, cancel }} />)
    expect(screen.queryByText(sentence, { selector: 'p' })).not.toBeInTheDocument()
  })
})

describe('time', () => {
  const at = Date.now()

  it('after the end says how long ago that was, with the exact time as its title', async () => {
    const run = taskState({ status: 'completed', startedAt: at - 160_000, endedAt: at - 150_000 })
    render(<ProgressDisplay stream={run} />)
    const ago = await screen.findByText('2 min. ago')
    expect(ago).toHaveAttribute('datetime', new Date(at - 150_000).toISOString())
    expect(ago.title).toContain(String(new Date(at - 150_000).getFullYear()))
  })

  it('after half a minute without contact offers the next attempt at once', async () => {
    const attach = vi.fn<(taskId: string) => void>()
    const run = taskState({ status: 'running', connection: 'reconnecting', startedAt: at - 40_000 })
    const { rerender } = render(<ProgressDisplay stream={{ ...run, attach }} />)
    await userEvent.click(await screen.findByRole('button', { name: 'Try now' }))
    expect(attach).toHaveBeenCalledWith(run.taskId)
    rerender(<ProgressDisplay stream={{ ...run, connection: 'live', attach }} />)
    expect(screen.queryByRole('button', { name: 'Try now' })).not.toBeInTheDocument()
  })
})

describe('rendering', () => {
  it('renders one number for a tick of progress, not the tree', async () => {
    const { transport, wrapper } = setUp()
    const drawn = vi.fn<(part: string) => void>()
    const Probe = ({ name, children }: { name: string; children?: ReactNode }) => {
      drawn(name)
      return <span>{children}</span>
    }
    render(
      <Run>
        {(current) => (
          <ProgressDisplayPrimitive.Root stream={current}>
            <ProgressDisplayPrimitive.Status render={(props) => <Probe name="status" {...props} />} />
            <ProgressDisplayPrimitive.Value render={(props) => <Probe name="value" {...props} />} />
          </ProgressDisplayPrimitive.Root>
        )}
      </Run>,
      { wrapper },
    )
    await act(async () => void stream.run(config))
    await act(async () => transport.last.update({ status: 'running', progress: progressOf(1, 10) }))
    await screen.findByText('10%')
    drawn.mockClear()
    for (let tick = 2; tick <= 5; tick += 1) {
      await act(async () => transport.last.update({ progress: progressOf(tick, 10) }))
      await screen.findByText(`${tick * 10}%`)
    }
    expect(drawn.mock.calls.filter(([name]) => name === 'status')).toHaveLength(0)
    expect(drawn.mock.calls.filter(([name]) => name === 'value')).toHaveLength(4)
  })
})

describe('what is announced', () => {
  it('is written to live regions that were empty before, and to the transcript', async () => {
    const { transport, wrapper } = setUp()
    render(
      <KitProvider>
        <ProgressDisplay config={config} label="Echo" />
        <Transcript />
      </KitProvider>,
      { wrapper },
    )
    const polite = document.querySelector('[aria-live="polite"]')
    const assertive = document.querySelector('[aria-live="assertive"]')
    expect(polite).toBeEmptyDOMElement()
    await waitFor(() => expect(polite).toHaveTextContent('Echo: started'))
    await act(async () => transport.last.fail('No.'))
    await waitFor(() => expect(assertive).toHaveTextContent('Echo: failed. No.'))
    expect(screen.getByTestId('transcript')).toHaveTextContent('Echo: started; Echo: failed. No.;')
  })
})

describe('the title of a hidden tab', () => {
  it('shows how far the runs are', async () => {
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
    document.title = 'My app'
    const run = taskState({ status: 'running', progress: progressOf(3, 10) })
    const { rerender, unmount } = render(<ProgressDisplay stream={run} />)
    await waitFor(() => expect(document.title).toBe('30% · My app'))
    rerender(<ProgressDisplay stream={{ ...run, progress: progressOf(4, 10) }} />)
    await waitFor(() => expect(document.title).toBe('40% · My app'))
    const other = render(<ProgressDisplay stream={run} />)
    await waitFor(() => expect(document.title).toBe('40% (+1) · My app'))
    unmount()
    expect(document.title).toBe('30% · My app')
    other.unmount()
    expect(document.title).toBe('My app')
  })

  afterEach(() => {
    vi.restoreAllMocks()
    document.title = ''
  })

  it('shows the outcome of the run until the tab is visible again', async () => {
    const { transport, wrapper } = setUp()
    document.title = 'My app'
    render(<ProgressDisplay config={config} />, { wrapper })
    await screen.findByText('Received')
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
    await act(async () => transport.last.complete({}))
    await waitFor(() => expect(document.title).toBe('✓ done · My app'))
    document.dispatchEvent(new Event('visibilitychange'))
    expect(document.title).toBe('My app')
  })
})
