import { expect } from 'storybook/test'
import { useStream, useStreamSelector, type TaskState } from '../../packages/react/src/index.ts'
import { progressOf } from '../../packages/ui/src/testing/task-state.ts'
import preview from '../preview'
import { press } from './press.ts'
import { ScriptedTasks, type TaskStep } from './scripted-tasks.tsx'
import { useRenderCount } from './use-render-count.ts'

const meta = preview.meta({ title: 'useStreamSelector', parameters: { docs: { canvas: { sourceState: 'none' } } } })

function Page() {
  const renders = useRenderCount()
  const stream = useStream()
  return (
    <>
      <button type="button" onClick={() => void stream.run({ app: 'ns/poems', input: { prompt: 'the tide' } })}>
        Run
      </button>
      <p>The page: rendered {renders} times</p>
      <Percent stream={stream} />
      <Quarter stream={stream} />
    </>
  )
}

function Percent({ stream }: { stream: TaskState }) {
  const renders = useRenderCount()
  const percent = useStreamSelector(stream, ({ progress }) => Math.round((progress?.fraction ?? 0) * 100))
  return (
    <p>
      {percent} %: rendered {renders} times
    </p>
  )
}

function Quarter({ stream }: { stream: TaskState }) {
  const renders = useRenderCount()
  const quarter = useStreamSelector(stream, ({ progress }) => Math.floor((progress?.fraction ?? 0) * 4))
  return (
    <p>
      {quarter} quarters: rendered {renders} times
    </p>
  )
}

const steps: readonly TaskStep[] = [10, 20, 30, 40].map((percent) => ({
  label: `${percent} %`,
  run: ({ last }) => last.update({ status: 'running', progress: progressOf(percent, 100) }),
}))

/** Four updates: the percentage renders for each, the quarter for one, the page for none of them. */
export const Live = meta.story({
  render: () => (
    <ScriptedTasks steps={steps}>
      <Page />
    </ScriptedTasks>
  ),
  play: async ({ canvas, canvasElement }) => {
    await press(canvasElement, 'Run')
    for (const percent of [10, 20, 30, 40]) {
      await press(canvasElement, 'Next step')
      await canvas.findByText(new RegExp(`^${percent} %`))
    }
    await expect(canvas.getByText('40 %: rendered 5 times')).toBeVisible()
    await expect(canvas.getByText('1 quarters: rendered 2 times')).toBeVisible()
    await expect(canvas.getByText('The page: rendered 1 times')).toBeVisible()
  },
})
