import { InferstreamError, type TaskState } from '@inferstream/react'
import { expect, fn, userEvent, waitFor } from 'storybook/test'
import preview from '../../../../.storybook/preview'
import { ScriptedRun } from '../testing/scripted-run.tsx'
import { logView, phasesOf, progressOf, startedAt, taskState } from '../testing/task-state.ts'
import { RunCard } from './run-card.tsx'

const picture = (shade: string) =>
  `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" width="480" height="300" viewBox="0 0 480 300"><rect width="480" height="300" fill="${shade}"/><circle cx="240" cy="170" r="70" fill="white" opacity=".8"/></svg>`,
  )}`

const logs = logView(['loading scene "lake"', 'pass 7/16'])
const running = taskState({
  status: 'running',
  progress: progressOf(7, 16),
  logs,
  phases: phasesOf(['queued', 0, 1], ['running', 1, null]),
  partialOutput: { image: { uri: picture('gray') } },
})
const done = taskState({
  status: 'completed',
  logs,
  output: { image: { uri: picture('#355070') } },
  endedAt: startedAt + 8_400,
})
const failed = taskState({
  status: 'failed',
  logs: logView(['loading scene "lake"', 'pass 7/16', 'ERROR: CUDA out of memory']),
  partialOutput: { image: { uri: picture('gray') } },
  progress: progressOf(7, 16),
  error: new InferstreamError('task_failed', 'CUDA out of memory'),
  endedAt: startedAt + 8_400,
})

const meta = preview.meta({
  title: 'RunCard',
  component: RunCard,
  args: { stream: running, label: 'Lake at dusk' },
  parameters: { layout: 'padded' },
  decorators: [
    (Story) => (
      <div style={{ maxInlineSize: 560 }}>
        <Story />
      </div>
    ),
  ],
})

export const Queued = meta.story({ args: { stream: taskState({ status: 'queued', queuePosition: 3 }) } })
export const Running = meta.story()
export const Done = meta.story({ args: { stream: done, onOpen: fn() } })

/** The error, what was there until then, and the log, which opens by itself. */
export const Failed = meta.story({
  args: { stream: failed },
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole('img', { name: 'Lake at dusk' })).toBeVisible()
    await expect(await canvas.findByText('ERROR: CUDA out of memory')).toBeVisible()
  },
})

export const Compact = meta.story({ args: { variant: 'compact' } })

export const Row = meta.story({
  args: { variant: 'row', onOpen: fn() },
  play: async ({ canvas, args }) => {
    await userEvent.click(await canvas.findByRole('button', { name: 'Open Lake at dusk' }))
    await expect(args.onOpen).toHaveBeenCalled()
  },
})

export const Words = meta.story({
  args: {
    stream: taskState({ status: 'completed', output: { response: 'The lake lay still.' }, endedAt: startedAt + 900 }),
  },
})

/** From the queue over a preview to the result, step by step: nothing moves. */
export const PreviewThenResult = meta.story({
  render: () => (
    <ScriptedRun
      script={[(run) => run.update({ status: 'running', logs: ['pass 1/2'] })]}
      steps={[
        (run) => run.update({ partial_output: { image: { uri: picture('gray') } } }),
        (run) => run.complete({ image: { uri: picture('#355070') } }),
      ]}
    >
      {(stream: TaskState) => <RunCard stream={stream} label="Lake at dusk" />}
    </ScriptedRun>
  ),
  play: async ({ canvas, canvasElement }) => {
    await canvas.findByText('Running')
    const output = () => canvasElement.querySelector('[data-slot="run-card-output"]')!.getBoundingClientRect()
    await waitFor(() => expect(canvasElement.querySelector('[data-slot="run-card-output"]')).not.toBeNull())
    const before = output()
    const next = canvas.getByRole('button', { name: 'Next step' })
    await userEvent.click(next)
    await canvas.findByRole('img', { name: 'Preview: Lake at dusk' })
    await expect(output()).toEqual(before)
    await userEvent.click(next)
    await canvas.findByRole('img', { name: 'Lake at dusk' })
    await expect(output()).toEqual(before)
  },
})
