import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { expect } from 'storybook/test'
import { useInference } from '../../packages/react/src/index.ts'
import { taskQueryOptions, useRunMutation } from '../../packages/react/src/query/index.ts'
import preview from '../preview'
import { press } from './press.ts'
import { ScriptedTasks, type TaskStep } from './scripted-tasks.tsx'

const meta = preview.meta({ title: 'Query', parameters: { docs: { canvas: { sourceState: 'none' } } } })

function Cached({ children }: { children: ReactNode }) {
  const [queryClient] = useState(() => new QueryClient())
  return <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
}

function Page() {
  const client = useInference()
  const start = useRunMutation<{ prompt: string }>()
  const task = useQuery(taskQueryOptions<{ text: string }>(client, start.data?.taskId))
  return (
    <>
      <button type="button" onClick={() => start.mutate({ app: 'ns/poems', input: { prompt: 'the tide' } })}>
        Run
      </button>
      <p>Mutation: {start.status}</p>
      <p>Query: {task.status}</p>
      <p>Task - {task.data ? `${task.data.status}, ${task.data.logs.length} lines` : 'none'}</p>
      {task.data?.output && <p>Output: {task.data.output.text}</p>}
    </>
  )
}

const steps: readonly TaskStep[] = [
  {
    label: 'two lines are written',
    run: ({ last }) => last.update({ status: 'running', logs: ['verse 1', 'verse 2'] }),
  },
  { label: 'a third line is written', run: ({ last }) => last.update({ logs: ['verse 3'] }) },
  { label: 'the run completes', run: ({ last }) => last.complete({ text: 'The tide comes in on quiet feet.' }) },
]

/** A mutation that starts a run, and a query that the run updates. */
export const Live = meta.story({
  render: () => (
    <ScriptedTasks steps={steps}>
      <Cached>
        <Page />
      </Cached>
    </ScriptedTasks>
  ),
  play: async ({ canvas, canvasElement }) => {
    await expect(canvas.getByText('Query: pending')).toBeVisible()
    await press(canvasElement, 'Run')
    await expect(await canvas.findByText('Mutation: success')).toBeVisible()
    await expect(await canvas.findByText('Task - received, 0 lines')).toBeVisible()
    await press(canvasElement, 'Next step')
    await expect(await canvas.findByText('Task - running, 2 lines')).toBeVisible()
    await press(canvasElement, 'Next step')
    await expect(await canvas.findByText('Task - running, 3 lines')).toBeVisible()
    await press(canvasElement, 'Next step')
    await expect(await canvas.findByText('Output: The tide comes in on quiet feet.')).toBeVisible()
  },
})
