'use client'
import { useStreamSelector, type TaskState } from '@inferstream/react'
import { useState, type ReactNode, type ToggleEvent } from 'react'
import { later } from '../part/later.tsx'
import { usePart, type PartProps } from '../part/part.ts'
import { useRunCard, type RunCardState } from './run-card-context.ts'

// Loaded when the log is opened.
const LogList = later(
  async () => (await import('../log-list/log-list.tsx')).LogList,
  () => <div data-slot="log-list" />,
)

export type RunCardLogsProps = PartProps<'details', RunCardState>

/** The run's log, folded until the reader opens it or the run fails. Renders nothing before the first line, else a `<details>`. */
export function RunCardLogs(props: RunCardLogsProps): ReactNode {
  const { stream, state, label, messages } = useRunCard('Logs')
  const hasLines = useStreamSelector(stream, hasLog)
  const [chosen, setChosen] = useState<boolean | null>(null)
  const open = chosen ?? state.phase === 'failed'
  const part = usePart('details', 'run-card-logs', state, props, {
    open,
    onToggle: (event: ToggleEvent<HTMLDetailsElement>) => {
      const next = event.currentTarget.open
      if (next !== open) setChosen(next)
    },
    children: (
      <>
        <summary data-slot="run-card-logs-summary">{messages.logs}</summary>
        {open && <RunLog label={label === undefined ? messages.logs : `${messages.logs}, ${label}`} />}
      </>
    ),
  })
  return hasLines ? part : null
}

function RunLog({ label }: { label: string }) {
  const { stream } = useRunCard('Logs')
  const lines = useStreamSelector(stream, linesOf)
  const pending = useStreamSelector(stream, pendingOf)
  return <LogList lines={lines} pending={pending} label={label} hash="" />
}

const hasLog = ({ logs, pendingLine }: TaskState) => logs.length > 0 || logs.dropped > 0 || Boolean(pendingLine)
const linesOf = ({ logs }: TaskState) => logs
const pendingOf = ({ pendingLine }: TaskState) => pendingLine
