'use client'
import { useStreamSelector, type TaskState } from '@inferstream/react'
import { useState, type ReactNode, type ToggleEvent } from 'react'
import { later } from '../part/later.tsx'
import { usePart, type PartProps } from '../part/part.ts'
import { useGenerator, type GeneratorState } from './generator-context.ts'

// Loaded when the log is opened.
const LogList = later(
  async () => (await import('../log-list/log-list.tsx')).LogList,
  () => <div data-slot="log-list" />,
)

export type GeneratorLogsProps = PartProps<'details', GeneratorState>

/** The run's log, collapsed until the reader opens it or the run fails. Renders a `<details>`. */
export function GeneratorLogs(props: GeneratorLogsProps): ReactNode {
  const { state, messages } = useGenerator('Logs')
  const [chosen, setChosen] = useState<boolean | null>(null)
  const open = chosen ?? state.phase === 'failed'
  return usePart('details', 'generator-logs', state, props, {
    open,
    onToggle: (event: ToggleEvent<HTMLDetailsElement>) => {
      const next = event.currentTarget.open
      if (next !== open) setChosen(next)
    },
    children: (
      <>
        <summary data-slot="generator-logs-summary">{messages.logs}</summary>
        {open && <RunLog />}
      </>
    ),
  })
}

function RunLog() {
  const { stream, messages } = useGenerator('Logs')
  const lines = useStreamSelector(stream, (run: TaskState) => run.logs)
  const pending = useStreamSelector(stream, (run: TaskState) => run.pendingLine)
  return <LogList lines={lines} pending={pending} label={messages.logs} hash="" />
}
