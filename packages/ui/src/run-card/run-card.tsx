'use client'
import type { ReactNode } from 'react'
import { useRunCard } from './run-card-context.ts'
import { RunCardLogs } from './run-card-logs.tsx'
import { RunCardOpen } from './run-card-open.tsx'
import { RunCardOutput } from './run-card-output.tsx'
import { RunCardProgress } from './run-card-progress.tsx'
import { RunCardRoot, type RunCardRootProps } from './run-card-root.tsx'
import { RunUsage } from './run-usage.tsx'

export type RunCardProps = RunCardRootProps

/** One run: its progress, its result as far as it is there, its log, and what can be done with it. */
export function RunCard(props: RunCardProps): ReactNode {
  const isRow = props.variant === 'row'
  return (
    <RunCardRoot {...props}>
      <RunCardProgress />
      {!isRow && <RunCardOutput />}
      {!isRow && <Usage />}
      {!isRow && <RunCardLogs />}
      <RunCardOpen />
    </RunCardRoot>
  )
}

function Usage() {
  const { stream } = useRunCard('Output')
  return <RunUsage stream={stream} />
}
