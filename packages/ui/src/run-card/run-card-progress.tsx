'use client'
import type { ReactNode } from 'react'
import { ProgressDisplay, type ProgressDisplayProps } from '../progress-display/progress-display.tsx'
import { useRunCard } from './run-card-context.ts'

export type RunCardProgressProps = Omit<ProgressDisplayProps, 'stream' | 'config'>

/** The run's ProgressDisplay: status, bar, errors and actions. Accepts its props; renders its root. */
export function RunCardProgress(props: RunCardProgressProps): ReactNode {
  const { stream, state, label, app } = useRunCard('Progress')
  const variant = state.variant === 'full' ? 'bar' : 'compact'
  return <ProgressDisplay variant={variant} label={label} app={app} {...props} stream={stream} />
}
