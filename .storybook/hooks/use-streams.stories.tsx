import { expect } from 'storybook/test'
import { useStreams } from '../../packages/react/src/index.ts'
import { progressOf } from '../../packages/ui/src/testing/task-state.ts'
import preview from '../preview'
import { press } from './press.ts'
import { ScriptedTasks, type TaskStep } from './scripted-tasks.tsx'

const meta = preview.meta({ title: 'useStreams', parameters: { docs: { canvas: { sourceState: 'none' } } } })

const subjects = ['a mountain', 'an ocean', 'a forest', 'a desert']

function Batch() {
  const { runs, counts, progress, start, cancelAll, reset } = useStreams<{ prompt: string }>({ concurrency: 2 })
  const configs = subjects.map((prompt) => ({ app: 'ns/poems', input: { prompt } }))
  return (
    <>
      <div className="hook-actions">
        <button type="button" onClick={() => void start(configs)}>
          Run
        </button>
        <button type="button" onClick={() => void cancelAll()}>
          Cancel all
        </button>
        <button type="button" onClick={reset}>
          Reset
        </button>
      </div>
      <p>
        {counts.waiting} waiting, {counts.active} active, {counts.completed} completed, {counts.failed} failed,{' '}
        {counts.cancelled} cancelled
      </p>
      <p>All together: {progress ? `${Math.round(progress.fraction * 100)} %` : 'nothing yet'}</p>
      <ul>
        {runs.map(({ status }, index) => (
          <li key={subjects[index]}>
            {subjects[index]}: {status}
          </li>
        ))}
      </ul>
    </>
  )
}

const steps: readonly TaskStep[] = [
  {
    label: 'the first run is halfway',
    run: ({ runs }) => runs[0]?.update({ status: 'running', progress: progressOf(1, 2) }),
  },
  { label: 'the first run completes, and the third begins', run: ({ runs }) => runs[0]?.complete({ text: 'High.' }) },
  { label: 'the second run fails, and the fourth begins', run: ({ runs }) => runs[1]?.fail('No rhyme for ocean.') },
  {
    label: 'the rest ends: cancelled if you asked for it, else completed',
    run({ runs }) {
      for (const run of runs.slice(2)) {
        if (run.cancelled) run.update({ status: 'cancelled' })
        else run.complete({ text: 'Wide.' })
      }
    },
  },
]

/** Four runs, two at a time. */
export const Live = meta.story({
  render: () => (
    <ScriptedTasks steps={steps}>
      <Batch />
    </ScriptedTasks>
  ),
  play: async ({ canvas, canvasElement }) => {
    await press(canvasElement, 'Run')
    await expect(await canvas.findByText('2 waiting, 2 active, 0 completed, 0 failed, 0 cancelled')).toBeVisible()
    await press(canvasElement, 'Next step')
    await expect(await canvas.findByText('All together: 13 %')).toBeVisible()
    await press(canvasElement, 'Next step')
    await expect(await canvas.findByText('1 waiting, 2 active, 1 completed, 0 failed, 0 cancelled')).toBeVisible()
    await expect(await canvas.findByText('a forest: received')).toBeVisible()
    await press(canvasElement, 'Next step')
    await expect(await canvas.findByText('0 waiting, 2 active, 1 completed, 1 failed, 0 cancelled')).toBeVisible()
    await expect(await canvas.findByText('a desert: received')).toBeVisible()
    await press(canvasElement, 'Cancel all')
    await expect(await canvas.findByText('a desert: cancelling')).toBeVisible()
    await press(canvasElement, 'Next step')
    await expect(await canvas.findByText('0 waiting, 0 active, 1 completed, 1 failed, 2 cancelled')).toBeVisible()
    await expect(canvas.getByText('All together: 100 %')).toBeVisible()
  },
})
