'use client'
import type { ReactNode } from 'react'
import { usePart, type PartProps } from '../part/part.ts'
import { useProgressDisplay, type ProgressDisplayState } from './progress-display-context.ts'

export type ProgressDisplayIndicatorProps = PartProps<'div', ProgressDisplayState>

/** The filled part of the track; moved by `--ifs-progress`, so it does not render on a tick. Renders a `<div>`. */
export function ProgressDisplayIndicator(props: ProgressDisplayIndicatorProps): ReactNode {
  const { state } = useProgressDisplay('Indicator')
  return usePart('div', 'progress-display-indicator', state, props)
}
