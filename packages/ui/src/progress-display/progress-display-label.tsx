'use client'
import type { ReactNode } from 'react'
import { usePart, type PartProps } from '../part/part.ts'
import { useProgressDisplay, type ProgressDisplayState } from './progress-display-context.ts'

export type ProgressDisplayLabelProps = PartProps<'span', ProgressDisplayState>

/** The run's name, which also labels the progress bar. Renders a `<span>`. */
export function ProgressDisplayLabel(props: ProgressDisplayLabelProps): ReactNode {
  const { state, label, labelId } = useProgressDisplay('Label')
  return usePart('span', 'progress-display-label', state, props, { id: labelId, children: label })
}
