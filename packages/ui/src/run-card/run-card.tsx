'use client'
import { useStreamSelector, type TaskState } from '@inferstream/react'
import type { ReactNode } from 'react'
import { later } from '../part/later.tsx'
import { useRunCard } from './run-card-context.ts'
import { RunCardLogs } from './run-card-logs.tsx'
import { RunCardOpen } from './run-card-open.tsx'
import { RunCardOutput } from './run-card-output.tsx'
import { RunCardProgress } from './run-card-progress.tsx'
import { RunCardRoot, type RunCardRootProps } from './run-card-root.tsx'

export type RunCardProps = RunCardRootProps

/** One run: its progress, its result as far as it is there, its log, and what can be done with it. */
export function RunCard(props: RunCardProps): ReactNode {
  const isRow = props.variant === 'row'
  return (
    <RunCardRoot {...props}>
      <RunCardProgress />
      {!isRow && <RunCardOutput />}
      {!isRow && <RunUsage />}
      {!isRow && <RunCardLogs />}
      <RunCardOpen />
    </RunCardRoot>
  )
}

// Loaded where a service sends any.
const Usage = later(async () => (await import('../task-output/view/usage.tsx')).Usage)

function RunUsage() {
  const { stream } = useRunCard('Output')
  const hasAny = useStreamSelector(stream, hasUsage)
  return hasAny ? <Usage stream={stream} /> : null
}

const hasUsage = ({ usage }: TaskState) => usage !== null
