'use client'
import type { ReactNode } from 'react'
import { usePart, type PartProps } from '../part/part.ts'
import { formatPercent } from '../text/format.ts'
import { useProgressDisplay, type ProgressValueState } from './progress-display-context.ts'
import { percentOf } from './shown-progress.ts'
import { useShownProgress } from './use-shown-progress.ts'

export type ProgressDisplayValueProps = PartProps<'span', ProgressValueState>

/**
 * The percentage as text, marked if it is estimated; empty while it is unknown. Hidden from assistive technology,
 * which reads the track. Renders a `<span>`.
 */
export function ProgressDisplayValue(props: ProgressDisplayValueProps): ReactNode {
  const { state, locale, messages } = useProgressDisplay('Value')
  const { fraction, source } = useShownProgress('Value')
  return usePart('span', 'progress-display-value', { ...state, percent: percentOf(fraction) }, props, {
    'aria-hidden': true,
    children: fraction !== null && (
      <>
        {formatPercent(fraction, locale)}
        {source === 'estimated' && (
          <>
            {' '}
            <span data-slot="progress-display-estimated">{messages.estimated}</span>
          </>
        )}
      </>
    ),
  })
}
