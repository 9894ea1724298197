'use client'
import type { ReactNode } from 'react'
import { usePart, type PartProps } from '../part/part.ts'
import { useProgressDisplay, type ProgressDisplayState } from './progress-display-context.ts'

export type ProgressDisplayIndicatorProps = PartProps<'div', ProgressDisplayState>

/** The filled part of the track; `--ifs-progress` moves it, so a tick renders nothing here. Renders a `<div>`. */
export function ProgressDisplayIndicator(props: ProgressDisplayIndicatorProps): ReactNode {
  const { state } = useProgressDisplay('Indicator')
  return usePart('div', 'progress-display-indicator', state, props)
}
