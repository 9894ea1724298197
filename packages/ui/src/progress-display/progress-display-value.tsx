'use client'
import type { ReactNode } from 'react'
import { usePart, type PartProps } from '../part/part.ts'
import { formatPercent } from '../text/format.ts'
import { useProgressDisplay, type ProgressDisplayState } from './progress-display-context.ts'
import { useShownProgress } from './use-shown-progress.ts'

export type ProgressDisplayValueProps = PartProps<'span', ProgressDisplayState>

/** The percentage as text; empty while nobody knows it. Hidden from assistive technology, which reads the track. Renders a `<span>`. */
export function ProgressDisplayValue(props: ProgressDisplayValueProps): ReactNode {
  const { state, locale } = useProgressDisplay('Value')
  const { fraction } = useShownProgress('Value')
  return usePart('span', 'progress-display-value', state, props, {
    'aria-hidden': true,
    children: fraction === null ? null : formatPercent(fraction, locale),
  })
}
