import { InferstreamError, type TaskState } from '@inferstream/react'
import { expect, userEvent, waitFor } from 'storybook/test'
import { say } from '../../../../.storybook/in-language'
import preview from '../../../../.storybook/preview'
import { ClockContext, createClock } from '../provider/clock.ts'
import { ScriptedRun } from '../testing/scripted-run.tsx'
import { logView, phasesOf, progressOf, startedAt, taskState } from '../testing/task-state.ts'
import { ProgressDisplay } from './progress-display.tsx'

const at = (seconds: number) => createClock(() => startedAt + seconds * 1000)

const meta = preview.meta({
  title: 'ProgressDisplay',
  component: ProgressDisplay,
  args: { label: 'Render', onCancel: () => {}, onRetry: () => {}, stream: taskState() },
  parameters: { layout: 'padded' },
  decorators: [
    (Story) => (
      <ClockContext value={at(12)}>
        <div style={{ maxInlineSize: 560 }}>
          <Story />
        </div>
      </ClockContext>
    ),
  ],
})

const logs = logView(['loading scene "lake"', 'building the hierarchy, 1,204 triangles', 'pass 7/16, variance 0.0182'])

export const Idle = meta.story()

export const Starting = meta.story({ args: { stream: taskState({ status: 'starting', connection: 'connecting' }) } })

export const Received = meta.story({ args: { stream: taskState({ status: 'received' }) } })

export const Queued = meta.story({ args: { stream: taskState({ status: 'queued', queuePosition: 3 }) } })

export const LongQueue = meta.story({ args: { stream: taskState({ status: 'queued', queuePosition: 1_204 }) } })

export const Scheduled = meta.story({ args: { stream: taskState({ status: 'scheduled' }) } })

export const Preparing = meta.story({ args: { stream: taskState({ status: 'preparing' }) } })

export const Serving = meta.story({ args: { stream: taskState({ status: 'serving' }) } })

export const SettingUp = meta.story({
  args: { stream: taskState({ status: 'setting_up', logs: logView(['fetching weights, 812 MB of 2.1 GB']) }) },
})

/** The app sends its progress. */
export const Determinate = meta.story({
  args: { stream: taskState({ status: 'running', progress: progressOf(7, 16), logs }) },
})

/** The connection was lost, and the run's backend cannot resume. */
export const LinesMayBeMissing = meta.story({
  args: {
    logs: true,
    stream: taskState({ status: 'running', resume: 'none', gaps: 1, progress: progressOf(7, 16), logs }),
  },
  async play({ canvas }) {
    await expect(canvas.getByText('The connection was lost, so lines may be missing.')).toBeVisible()
  },
})

/** Read from a progress bar in the log. */
export const FromLogs = meta.story({
  args: {
    stream: taskState({
      status: 'running',
      progress: progressOf(31, 50, 'logs'),
      pendingLine: ' 62%|██████▏   | 31/50 [00:12<00:07,  2.58it/s]',
    }),
  },
})

/** Stores durations of past runs of an app, in seconds, for a story. */
const past = (app: string, seconds: readonly number[]) => () => {
  const key = `inferstream:durations:${app}`
  const runs = seconds.map((total, index) => ({ taskId: `past-${index}`, total: total * 1000, phases: [] }))
  localStorage.setItem(key, JSON.stringify(runs))
  return () => localStorage.removeItem(key)
}

/** The last run of this app took 20 seconds: at 12 seconds this one is more than half done, marked as estimated. */
export const Estimated = meta.story({
  args: { app: 'story/estimated', stream: taskState({ status: 'running', logs }) },
  beforeEach: past('story/estimated', [20]),
  play: async ({ canvas }) => {
    const bar = canvas.getByRole('progressbar', { name: 'Render' })
    await waitFor(() => expect(bar).toHaveAttribute('aria-valuetext', `${say('60%')} ${say('estimated')}`))
    await expect(bar).toHaveAttribute('data-progress-source', 'estimated')
  },
})

/** Shown from three past runs on, and after ten seconds. */
export const TimeLeft = meta.story({
  args: { app: 'story/time-left', stream: taskState({ status: 'running', logs }) },
  beforeEach: past('story/time-left', [150, 152, 154]),
  play: async ({ canvas }) => {
    await expect(await canvas.findByText(/3 min/i)).toBeVisible()
  },
})

/** Nine of ten past runs took less time. */
export const SlowerThanUsual = meta.story({
  args: { app: 'story/slower', stream: taskState({ status: 'running', progress: progressOf(7, 16), logs }) },
  beforeEach: past('story/slower', [5, 6, 7]),
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('slower than usual')).toBeVisible()
  },
})

/** Progress is unknown: the bar moves and has no value. */
export const Indeterminate = meta.story({ args: { stream: taskState({ status: 'running', logs }) } })

export const Uploading = meta.story({
  args: { stream: taskState({ status: 'uploading', progress: progressOf(16, 16), logs: logView(['encoding PNG']) }) },
})

export const Completed = meta.story({
  args: {
    stream: taskState({
      status: 'completed',
      connection: 'closed',
      progress: progressOf(16, 16),
      logs: logView(['saved 480 × 300, 212 kB']),
      endedAt: startedAt + 8_400,
    }),
  },
})

export const Cancelling = meta.story({
  args: { stream: taskState({ status: 'cancelling', progress: progressOf(7, 16), logs }) },
})

/** The service refused the cancellation: the run goes on, and a sentence says so. */
export const CancelRefused = meta.story({
  args: {
    stream: taskState({ status: 'running', progress: progressOf(7, 16), logs }),
    onCancel: () => Promise.reject(new InferstreamError('forbidden', 'Only its owner may cancel this run.')),
  },
  play: async ({ canvas }) => {
    await userEvent.click(canvas.getByRole('button', { name: 'Cancel' }))
    await expect(await canvas.findByText(/Only its owner/, { selector: 'p' })).toBeVisible()
  },
})

export const Cancelled = meta.story({
  args: {
    stream: taskState({
      status: 'cancelled',
      connection: 'closed',
      progress: progressOf(7, 16),
      logs,
      endedAt: startedAt + 5_100,
    }),
  },
})

export const Failed = meta.story({
  args: {
    stream: taskState({
      status: 'failed',
      connection: 'closed',
      progress: progressOf(7, 16),
      logs,
      error: new InferstreamError('task_failed', 'The scene has no camera. Add one and run it again.'),
      endedAt: startedAt + 5_100,
    }),
  },
})

/** The connection failed; the run may go on. */
export const Lost = meta.story({
  args: {
    stream: taskState({
      status: 'error',
      connection: 'closed',
      progress: progressOf(7, 16),
      logs,
      error: new InferstreamError('network', 'The server could not be reached. Check that it is running.'),
      endedAt: startedAt + 5_100,
    }),
  },
})

/** A status that is unknown to this version. */
export const Unknown = meta.story({ args: { stream: taskState({ status: 'unknown', logs }) } })

export const FailedAtUpload = meta.story({
  args: {
    timeline: true,
    stream: taskState({
      status: 'failed',
      connection: 'closed',
      progress: progressOf(16, 16),
      phases: phasesOf(['queued', 0, 1.2], ['preparing', 1.2, 3.4], ['running', 3.4, 12.1], ['uploading', 12.1, 14]),
      error: new InferstreamError('task_failed', 'The result could not be saved: the disk is full.'),
      endedAt: startedAt + 14_000,
    }),
  },
})

export const Reconnecting = meta.story({
  args: {
    stream: taskState({
      status: 'running',
      connection: 'reconnecting',
      attempt: 2,
      retryAt: startedAt + 15_000,
      progress: progressOf(7, 16),
      logs,
    }),
  },
})

export const Offline = meta.story({
  args: { stream: taskState({ status: 'running', connection: 'offline', progress: progressOf(7, 16), logs }) },
})

/** A warm worker skips the start phases. */
export const WarmSkip = meta.story({
  args: {
    variant: 'timeline',
    stream: taskState({
      status: 'running',
      progress: progressOf(7, 16),
      phases: phasesOf(['queued', 0, 0.4], ['scheduled', 0.4, 0.6], ['running', 0.6, null]),
      logs,
    }),
  },
})

export const Compact = meta.story({
  args: { variant: 'compact', stream: taskState({ status: 'running', progress: progressOf(7, 16), logs }) },
})

const lostRun = taskState({
  status: 'error',
  connection: 'closed',
  progress: progressOf(7, 16),
  error: new InferstreamError('network', 'The server could not be reached. Check that it is running.'),
  endedAt: startedAt + 5_100,
})

const manyRuns: [string, TaskState][] = [
  ['Lake at dusk', taskState({ status: 'running', progress: progressOf(7, 16) })],
  ['Glass sphere', taskState({ status: 'running', progress: progressOf(15, 16) })],
  ['Three spheres on a lake, seen from above', taskState({ status: 'running' })],
  ['Mountains', taskState({ status: 'queued', queuePosition: 3 })],
  ['Harbour', taskState({ status: 'queued', queuePosition: 1_240 })],
  ['City by night', taskState({ status: 'serving' })],
  ['Forest', taskState({ status: 'running', connection: 'reconnecting', progress: progressOf(3, 16) })],
  ['Desert', taskState({ status: 'completed', progress: progressOf(16, 16), endedAt: startedAt + 83_400 })],
  ['Canyon', taskState({ status: 'cancelled', progress: progressOf(4, 16), endedAt: startedAt + 4_000 })],
  ['Cathedral', taskState({ status: 'cancelling', progress: progressOf(4, 16) })],
  ['Atoll', lostRun],
  ['Volcano', taskState({ status: 'uploading', progress: progressOf(16, 16) })],
]

/** Twelve runs in columns; each button is named after its run. */
export const ManyRuns = meta.story({
  render: ({ onCancel, onRetry }) => (
    <div style={{ display: 'grid' }}>
      {manyRuns.map(([label, stream]) => (
        <ProgressDisplay
          key={label}
          variant="compact"
          label={label}
          stream={stream}
          onCancel={onCancel}
          onRetry={onRetry}
          documentTitle={false}
        />
      ))}
    </div>
  ),
  play: async ({ canvas, globals }) => {
    if (globals['locale'] !== undefined && globals['locale'] !== 'en') return
    await expect(canvas.getByRole('button', { name: 'Cancel Lake at dusk' })).toBeInTheDocument()
    await expect(canvas.getByRole('button', { name: 'Cancel Forest' })).toBeInTheDocument()
  },
})

const traceback = [
  'Traceback (most recent call last):',
  ...Array.from({ length: 34 }, (_, index) => `  File "/app/render.py", line ${index + 12}, in pass_${index}`),
  '    tile = scene.sample(camera, seed)',
  'torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB',
].join('\n')

/** One sentence; the rest on demand. */
export const LongError = meta.story({
  args: {
    stream: taskState({
      status: 'failed',
      connection: 'closed',
      progress: progressOf(7, 16),
      error: new InferstreamError('task_failed', traceback),
      endedAt: startedAt + 5_100,
    }),
  },
  play: async ({ canvas }) => {
    await expect(canvas.getByText(/^torch\.cuda\.OutOfMemoryError/)).toBeVisible()
    const summary = await canvas.findByText((text, element) => element?.tagName === 'SUMMARY' && text.includes('37'))
    await userEvent.click(summary)
    await expect(await canvas.findByText(/line 45, in pass_33/)).toBeVisible()
  },
})

/** Contact was lost: the same run first, another one second. */
export const LostContact = meta.story({
  args: { stream: { ...lostRun, attach: () => {}, retry: () => Promise.resolve() } },
})

/** The steps of an epoch within the epochs. */
export const NestedBars = meta.story({
  args: {
    stream: taskState({
      status: 'running',
      progress: {
        current: 1,
        total: 3,
        fraction: 1 / 3,
        source: 'logs',
        label: 'epochs',
        inner: { current: 12, total: 20, fraction: 0.6, label: 'steps' },
      },
      logs,
    }),
  },
})

export const Ring = meta.story({
  args: { variant: 'ring', stream: taskState({ status: 'running', progress: progressOf(7, 16), logs }) },
})

export const WithLogs = meta.story({
  args: { logs: true, stream: taskState({ status: 'running', progress: progressOf(7, 16), logs }) },
})

/** Press "Next step"; Cancel and Retry work. */
export const Live = meta.story({
  render: () => (
    <ScriptedRun
      steps={[
        (run) => run.update({ status: 'queued', queuePosition: 2 }),
        (run) => run.update({ status: 'preparing' }),
        (run) => run.update({ status: 'running', logs: ['pass 1/4'], progress: progressOf(1, 4) }),
        (run) => run.update({ logs: ['pass 2/4'], progress: progressOf(2, 4) }),
        (run) => run.disconnect(),
        (run) => run.reconnect(),
        (run) => run.update({ logs: ['pass 4/4'], progress: progressOf(4, 4) }),
        (run) => run.complete({ url: 'https://example.com/lake.png' }),
      ]}
    >
      {(stream) => <ProgressDisplay stream={stream} label="Render" />}
    </ScriptedRun>
  ),
  play: async ({ canvas }) => {
    const next = await canvas.findByRole('button', { name: 'Next step' })
    await userEvent.click(next)
    await expect(await canvas.findByText(/^(?:2nd|2\.|Platz 2)/)).toBeVisible()
    for (let press = 0; press < 2; press += 1) await userEvent.click(next)
    const bar = canvas.getByRole('progressbar', { name: 'Render' })
    await waitFor(() => expect(bar).toHaveAttribute('aria-valuenow', '25'))
    await expect(canvas.getByText('pass 1/4')).toBeVisible()
    for (let press = 0; press < 2; press += 1) await userEvent.click(next)
    await expect(await canvas.findByText('Connection lost. The run goes on.')).toBeVisible()
    await expect(bar).toHaveAttribute('aria-valuenow', '50')
    for (let press = 0; press < 3; press += 1) await userEvent.click(next)
    await expect(await canvas.findByText('Done')).toBeVisible()
    await expect(bar).toHaveAttribute('aria-valuenow', '100')
  },
})

/** By keyboard: Cancel shows that it is waiting and keeps the focus; the next Tab reaches Retry. */
export const CancelAndRetry = meta.story({
  render: () => (
    <ScriptedRun
      script={[(run) => run.update({ status: 'running', logs: ['pass 1/4'], progress: progressOf(1, 4) })]}
      steps={[(run) => run.update({ status: 'cancelled' })]}
    >
      {(stream) => <ProgressDisplay stream={stream} label="Render" />}
    </ScriptedRun>
  ),
  play: async ({ canvas }) => {
    await canvas.findByText(/^25\s?%$/)
    await userEvent.tab()
    await expect(canvas.getByRole('button', { name: 'Cancel' })).toHaveFocus()
    await userEvent.keyboard('{Enter}')
    const waiting = await canvas.findByRole('button', { name: 'Cancelling…' })
    await expect(waiting).toHaveFocus()
    await expect(waiting).toHaveAttribute('aria-disabled', 'true')
    await userEvent.keyboard('{Enter}')
    await userEvent.tab()
    await userEvent.keyboard('{Enter}')
    await expect(await canvas.findByText('Cancelled')).toBeVisible()
    await expect(canvas.getByText(/^25\s?%$/)).toBeVisible()
    await userEvent.tab({ shift: true })
    await expect(canvas.getByRole('button', { name: 'Retry' })).toHaveFocus()
    await userEvent.keyboard('{Enter}')
    await expect(await canvas.findByRole('button', { name: 'Cancel' })).toBeVisible()
  },
})
