import { useState } from 'react'
import { expect, waitFor } from 'storybook/test'
import { useStream, type ResumeStorage } from '../../packages/react/src/index.ts'
import { progressOf } from '../../packages/ui/src/testing/task-state.ts'
import preview from '../preview'
import { press } from './press.ts'
import { ScriptedTasks, type TaskStep } from './scripted-tasks.tsx'
import { useRenderCount } from './use-render-count.ts'

interface Prompt {
  prompt: string
}

interface Poem {
  text: string
}

const config = { app: 'ns/poems', input: { prompt: 'the tide' } }

const meta = preview.meta({ title: 'useStream', parameters: { docs: { canvas: { sourceState: 'none' } } } })

function Write() {
  const { status, queuePosition, connection, progress, pendingLine, logs, output, error, run, cancel, retry } =
    useStream<Prompt, Poem>()
  return (
    <>
      <div className="hook-actions">
        <button type="button" onClick={() => void run(config)}>
          Run
        </button>
        <button type="button" onClick={() => void cancel()}>
          Cancel
        </button>
        <button type="button" onClick={() => void retry()}>
          Retry
        </button>
      </div>
      <p>
        Status: {status}
        {queuePosition !== null && `, ${queuePosition} in line`}
      </p>
      <p>Connection: {connection}</p>
      <p>Progress: {progress ? `${Math.round(progress.fraction * 100)} %` : 'unknown'}</p>
      <p>Last line: {pendingLine ?? logs.at(-1) ?? 'none'}</p>
      {output && <p>Output: {output.text}</p>}
      {error && <p>Error: {error.message}</p>}
    </>
  )
}

const wholeRun: readonly TaskStep[] = [
  { label: 'the run waits in the queue', run: ({ last }) => last.update({ status: 'queued', queuePosition: 2 }) },
  {
    label: 'it runs, and one verse of four is written',
    run: ({ last }) => last.update({ status: 'running', logs: ['verse 1'], progress: progressOf(1, 4) }),
  },
  { label: 'the connection is lost', run: ({ last }) => last.disconnect() },
  { label: 'the connection is back', run: ({ last }) => last.reconnect() },
  {
    label: 'verses two and three are written',
    run: ({ last }) => last.update({ logs: ['verse 2', 'verse 3'], progress: progressOf(3, 4) }),
  },
  { label: 'the run completes', run: ({ last }) => last.complete({ text: 'The tide comes in on quiet feet.' }) },
]

/** One run from start to output, with a lost connection in between. */
export const Live = meta.story({
  render: () => (
    <ScriptedTasks steps={wholeRun}>
      <Write />
    </ScriptedTasks>
  ),
  play: async ({ canvas, canvasElement }) => {
    await press(canvasElement, 'Run')
    await expect(await canvas.findByText('Status: received')).toBeVisible()
    await press(canvasElement, 'Next step')
    await expect(await canvas.findByText('Status: queued, 2 in line')).toBeVisible()
    await press(canvasElement, 'Next step')
    await expect(await canvas.findByText('Progress: 25 %')).toBeVisible()
    await press(canvasElement, 'Next step')
    await expect(await canvas.findByText('Connection: reconnecting')).toBeVisible()
    await expect(canvas.getByText('Status: running')).toBeVisible()
    await press(canvasElement, 'Next step', 2)
    await expect(await canvas.findByText('Last line: verse 3')).toBeVisible()
    await press(canvasElement, 'Next step')
    await expect(await canvas.findByText('Output: The tide comes in on quiet feet.')).toBeVisible()
    await expect(canvas.getByText('Connection: closed')).toBeVisible()
  },
})

function StatusOnly() {
  const renders = useRenderCount()
  const { status, run } = useStream()
  return (
    <>
      <button type="button" onClick={() => void run(config)}>
        Run
      </button>
      <p>Status: {status}</p>
      <p>Rendered {renders} times</p>
    </>
  )
}

const pouring: readonly TaskStep[] = [
  { label: 'it runs', run: ({ last }) => last.update({ status: 'running' }) },
  {
    label: 'a thousand lines arrive, each in its own update',
    run({ last }) {
      for (let line = 1; line <= 1_000; line += 1) last.update({ logs: [`line ${line}`] })
    },
  },
  { label: 'the run completes', run: ({ last }) => last.complete({ text: 'done' }) },
]

/** A component that reads only `status` does not render for a thousand lines. */
export const RendersForWhatItReads = meta.story({
  render: () => (
    <ScriptedTasks steps={pouring}>
      <StatusOnly />
    </ScriptedTasks>
  ),
  play: async ({ canvas, canvasElement }) => {
    await press(canvasElement, 'Run')
    await canvas.findByText('Status: received')
    await press(canvasElement, 'Next step')
    await canvas.findByText('Status: running')
    const before = Number(/\d+/.exec(canvas.getByText(/^Rendered/).textContent)?.[0])
    await press(canvasElement, 'Next step')
    await press(canvasElement, 'Next step')
    await canvas.findByText('Status: completed')
    await expect(canvas.getByText(`Rendered ${before + 1} times`)).toBeVisible()
  },
})

/** Simulates a reload. */
function memory(): ResumeStorage {
  const kept = new Map<string, string>()
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  }
}

function Reloadable() {
  const [storage] = useState(memory)
  const [loads, setLoads] = useState(1)
  return (
    <>
      <button type="button" onClick={() => setLoads(loads + 1)}>
        Reload this part
      </button>
      <p>Loaded {loads} times</p>
      <Lasting key={loads} storage={storage} />
    </>
  )
}

function Lasting({ storage }: { storage: ResumeStorage }) {
  const { taskId, status, logs, run, reset } = useStream({ resume: { key: 'poem', storage } })
  return (
    <>
      <div className="hook-actions">
        <button type="button" onClick={() => void run(config)}>
          Run
        </button>
        <button type="button" onClick={reset}>
          Reset
        </button>
      </div>
      <p>
        Run {taskId ?? 'none'}: {status}, {logs.length} lines
      </p>
    </>
  )
}

const slow: readonly TaskStep[] = [
  {
    label: 'two lines are written',
    run: ({ last }) => last.update({ status: 'running', logs: ['verse 1', 'verse 2'] }),
  },
  { label: 'the third line is written', run: ({ last }) => last.update({ logs: ['verse 3'] }) },
  { label: 'the run completes', run: ({ last }) => last.complete({ text: 'done' }) },
]

/** With `resume`, a remounted component shows the same run with all its lines; `reset` forgets it. */
export const AfterAReload = meta.story({
  render: () => (
    <ScriptedTasks steps={slow}>
      <Reloadable />
    </ScriptedTasks>
  ),
  play: async ({ canvas, canvasElement }) => {
    await press(canvasElement, 'Run')
    await canvas.findByText('Run scripted-1: received, 0 lines')
    await press(canvasElement, 'Next step')
    await canvas.findByText('Run scripted-1: running, 2 lines')
    await press(canvasElement, 'Reload this part')
    await expect(await canvas.findByText('Run scripted-1: running, 2 lines')).toBeVisible()
    await press(canvasElement, 'Next step')
    await expect(await canvas.findByText('Run scripted-1: running, 3 lines')).toBeVisible()
    await press(canvasElement, 'Reset')
    await press(canvasElement, 'Reload this part')
    await waitFor(() => expect(canvas.getByText('Run none: idle, 0 lines')).toBeVisible())
  },
})
