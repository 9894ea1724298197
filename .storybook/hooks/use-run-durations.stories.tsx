import { expect } from 'storybook/test'
import { useRunDurations, useStream } from '../../packages/react/src/index.ts'
import preview from '../preview'
import { press } from './press.ts'
import { ScriptedTasks, type TaskStep } from './scripted-tasks.tsx'

const meta = preview.meta({ title: 'useRunDurations', parameters: { docs: { canvas: { sourceState: 'none' } } } })

const app = 'ns/poems-of-the-docs'

const seconds = (ms: number | null | undefined) => (typeof ms === 'number' ? `${(ms / 1_000).toFixed(1)} s` : 'unknown')

function Page() {
  const { status, run } = useStream()
  const { samples, median, p90, phases, clear } = useRunDurations(app)
  return (
    <>
      <div className="hook-actions">
        <button type="button" onClick={() => void run({ app, input: { prompt: 'the tide' } })}>
          Run
        </button>
        <button type="button" onClick={clear}>
          Forget
        </button>
      </div>
      <p>Status: {status}</p>
      <p>Runs known: {samples}</p>
      <p>Half of them took no longer than: {seconds(median)}</p>
      <p>Nine of ten took no longer than: {seconds(p90)}</p>
      <p>Of that running: {seconds(phases.running)}</p>
    </>
  )
}

const oneRun: readonly TaskStep[] = [
  { label: 'it runs', run: ({ last }) => last.update({ status: 'running' }) },
  { label: 'the run completes', run: ({ last }) => last.complete({ text: 'The tide.' }) },
]
const steps: readonly TaskStep[] = [...oneRun, ...oneRun, ...oneRun].map(({ label, run }, index) => ({
  label: index % 2 === 0 && index > 0 ? `${label} (press Run once more first)` : label,
  run,
}))

/** Three runs whose duration you control. */
export const Live = meta.story({
  render: () => (
    <ScriptedTasks steps={steps}>
      <Page />
    </ScriptedTasks>
  ),
  play: async ({ canvas, canvasElement }) => {
    const systemClock = Date.now
    let now = systemClock()
    // Not a spy of the test library: it reads the clock itself on each call.
    Date.now = () => now
    try {
      await press(canvasElement, 'Forget')
      await expect(await canvas.findByText('Half of them took no longer than: unknown')).toBeVisible()
      for (const [index, took] of [2_000, 9_000, 4_000].entries()) {
        await press(canvasElement, 'Run')
        await canvas.findByText('Status: received')
        now += 500
        await press(canvasElement, 'Next step')
        await canvas.findByText('Status: running')
        now += took - 500
        await press(canvasElement, 'Next step')
        await canvas.findByText(`Runs known: ${index + 1}`)
      }
    } finally {
      Date.now = systemClock
    }
    await expect(canvas.getByText('Half of them took no longer than: 4.0 s')).toBeVisible()
    await expect(canvas.getByText('Nine of ten took no longer than: 8.0 s')).toBeVisible()
    await expect(canvas.getByText('Of that running: 3.5 s')).toBeVisible()
    await press(canvasElement, 'Forget')
    await expect(await canvas.findByText('Runs known: 0')).toBeVisible()
  },
})
