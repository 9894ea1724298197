'use client'
import type { CSSProperties, ReactNode } from 'react'
import { usePart, type PartProps } from '../part/part.ts'
import { formatPercent } from '../text/format.ts'
import { useProgressDisplay, type ProgressValueState } from './progress-display-context.ts'
import { percentOf } from './shown-progress.ts'
import { useShownProgress } from './use-shown-progress.ts'

export type ProgressDisplayTrackProps = PartProps<'div', ProgressValueState>

/**
 * The progress bar. Sets `--ifs-progress` (0–1) for its children. While progress is unknown it has no `aria-valuenow`
 * (ARIA 1.2, progressbar). Renders a `<div>`.
 */
export function ProgressDisplayTrack(props: ProgressDisplayTrackProps): ReactNode {
  const { state, labelId, locale, messages } = useProgressDisplay('Track')
  const { fraction, source, inner } = useShownProgress('Track')
  const percent = percentOf(fraction)
  const style: CSSProperties & { '--ifs-progress': number } = { '--ifs-progress': fraction ?? 0 }
  return usePart('div', 'progress-display-track', { ...state, percent }, props, {
    role: 'progressbar',
    'aria-labelledby': labelId,
    'aria-valuemin': 0,
    'aria-valuemax': 100,
    ...(fraction !== null && {
      'aria-valuenow': percent ?? undefined,
      'aria-valuetext': [
        formatPercent(fraction, locale),
        source === 'estimated' && ` ${messages.estimated}`,
        inner && `, ${[inner.label, formatPercent(inner.fraction, locale)].filter(Boolean).join(' ')}`,
      ]
        .filter(Boolean)
        .join(''),
    }),
    style,
  })
}
