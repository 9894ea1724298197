'use client'
import type { ReactNode } from 'react'
import { ProgressDisplay, type ProgressDisplayProps } from '../progress-display/progress-display.tsx'
import { useGenerator } from './generator-context.ts'

export type GeneratorProgressProps = Omit<ProgressDisplayProps, 'stream' | 'config'>

/** The run's ProgressDisplay. Accepts its props; renders its root. */
export function GeneratorProgress(props: GeneratorProgressProps): ReactNode {
  const { stream, app, retry } = useGenerator('Progress')
  return <ProgressDisplay app={app} onRetry={retry} {...props} stream={stream} />
}
