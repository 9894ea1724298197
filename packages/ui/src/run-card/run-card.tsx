'use client'
import type { ReactNode } from 'react'
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
      {!isRow && <RunCardLogs />}
      <RunCardOpen />
    </RunCardRoot>
  )
}
