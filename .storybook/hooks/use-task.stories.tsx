import { useState } from 'react'
import { expect } from 'storybook/test'
import { useInference, useTask } from '../../packages/react/src/index.ts'
import { progressOf } from '../../packages/ui/src/testing/task-state.ts'
import preview from '../preview'
import { press } from './press.ts'
import { ScriptedTasks, type TaskStep } from './scripted-tasks.tsx'

const meta = preview.meta({ title: 'useTask', parameters: { docs: { canvas: { sourceState: 'none' } } } })

function Page() {
  const client = useInference()
  const [taskId, setTaskId] = useState<string | null>(null)
  const [isOpen, setOpen] = useState(false)

  async function start() {
    const task = await client.run({ app: 'ns/poems', input: { prompt: 'the tide' } }, { wait: false })
    setTaskId(task.taskId)
  }

  return (
    <>
      <div className="hook-actions">
        <button type="button" onClick={() => void start()}>
          Run
        </button>
        <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          Details
        </button>
      </div>
      <Row taskId={taskId} />
      {isOpen && <Details taskId={taskId} />}
    </>
  )
}

function Row({ taskId }: { taskId: string | null }) {
  const { phase, progress, cancel } = useTask(taskId)
  return (
    <section aria-label="List">
      <p>
        In the list: {phase}
        {progress && `, ${Math.round(progress.fraction * 100)} %`}
      </p>
      <button type="button" onClick={() => void cancel()}>
        Cancel
      </button>
    </section>
  )
}

function Details({ taskId }: { taskId: string | null }) {
  const { status, logs, output } = useTask<{ text: string }>(taskId)
  return (
    <section aria-label="Details">
      <p>
        In the details: {status}, {logs.length} lines
      </p>
      {output && <p>{output.text}</p>}
    </section>
  )
}

const steps: readonly TaskStep[] = [
  {
    label: 'it runs, and two lines are written',
    run: ({ last }) => last.update({ status: 'running', logs: ['verse 1', 'verse 2'], progress: progressOf(2, 4) }),
  },
  {
    label: 'a third line is written',
    run: ({ last }) => last.update({ logs: ['verse 3'], progress: progressOf(3, 4) }),
  },
  {
    label: 'the run ends: cancelled if you asked for it, else completed',
    run: ({ last }) => (last.cancelled ? last.update({ status: 'cancelled' }) : last.complete({ text: 'The tide.' })),
  },
]

/** One task in two places: one connection, the same state. */
export const Live = meta.story({
  render: () => (
    <ScriptedTasks steps={steps}>
      <Page />
    </ScriptedTasks>
  ),
  play: async ({ canvas, canvasElement }) => {
    await expect(canvas.getByText('In the list: idle')).toBeVisible()
    await press(canvasElement, 'Run')
    await canvas.findByText('In the list: queued')
    await press(canvasElement, 'Next step')
    await canvas.findByText('In the list: running, 50 %')
    // A component that is mounted later has everything from the start.
    await press(canvasElement, 'Details')
    await expect(await canvas.findByText('In the details: running, 2 lines')).toBeVisible()
    await press(canvasElement, 'Next step')
    await expect(await canvas.findByText('In the details: running, 3 lines')).toBeVisible()
    await expect(canvas.getByText('In the list: running, 75 %')).toBeVisible()
    // A cancel from one place is shown in the other before the service answers.
    await press(canvasElement, 'Cancel')
    await expect(await canvas.findByText('In the details: cancelling, 3 lines')).toBeVisible()
    await press(canvasElement, 'Next step')
    await expect(await canvas.findByText('In the details: cancelled, 3 lines')).toBeVisible()
    await expect(canvas.getByText('In the list: cancelled, 75 %')).toBeVisible()
  },
})
