import { useStreamSelector, type TaskState, type UseStreamResult } from '@inferstream/react'
import { expect, userEvent, waitFor, within } from 'storybook/test'
import preview from '../../../../.storybook/preview'
import { ScriptedRun } from '../testing/scripted-run.tsx'
import { logView } from '../testing/task-state.ts'
import { LogList } from './log-list.tsx'

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1} of ${count}`)

const meta = preview.meta({
  title: 'LogList',
  component: LogList,
  args: { lines: logView([]) },
  parameters: { layout: 'padded' },
})

export const Empty = meta.story()

export const Short = meta.story({
  args: { lines: logView(['loading scene "lake"', 'building the hierarchy, 1,204 triangles', 'pass 1/16']) },
})

export const Pending = meta.story({
  args: { lines: logView(['sampling']), pending: ' 62%|██████▏   | 31/50 [00:12<00:07,  2.58it/s]' },
})

export const LongLines = meta.story({
  args: {
    lines: logView(numbered(60).map((line, index) => (index % 7 === 3 ? `${line} ${'data '.repeat(60)}` : line))),
  },
})

export const HundredThousandLines = meta.story({ args: { lines: logView(numbered(100_000)) } })

export const Truncated = meta.story({ args: { lines: logView(numbered(500), 12_345) } })

function RunLog({ stream }: { stream: UseStreamResult }) {
  const lines = useStreamSelector(stream, (state: TaskState) => state.logs)
  const pending = useStreamSelector(stream, (state: TaskState) => state.pendingLine)
  return <LogList lines={lines} pending={pending} />
}

/** Press "Next step": each adds 50 lines. Scroll up and it stays where you are. */
export const Live = meta.story({
  render: () => (
    <ScriptedRun
      script={[(run) => run.update({ status: 'running', logs: numbered(50) })]}
      steps={Array.from({ length: 20 }, (_, step) => (run) => {
        run.update({ logs: numbered(50).map((line) => `step ${step + 1}, ${line}`) })
      })}
    >
      {(stream) => <RunLog stream={stream} />}
    </ScriptedRun>
  ),
  play: async ({ canvasElement }) => {
    const canvas = within(canvasElement)
    await expect(await canvas.findByText('line 50 of 50')).toBeVisible()
    await userEvent.click(canvas.getByRole('button', { name: 'Next step' }))
    await expect(await canvas.findByText('step 1, line 50 of 50')).toBeVisible()
    const log = canvas.getByRole('log', { name: 'Log' })
    log.scrollTop = 0
    await expect(await canvas.findByText('line 1 of 50')).toBeVisible()
    await userEvent.click(canvas.getByRole('button', { name: 'Next step' }))
    await expect(canvas.getByText('line 1 of 50')).toBeVisible()
    await userEvent.click(await canvas.findByRole('button', { name: 'Jump to latest, 50 new' }))
    await waitFor(() => expect(canvas.getByText('step 2, line 50 of 50')).toBeVisible())
  },
})
