'use client'
import type { CSSProperties, ReactNode } from 'react'
import { usePart, type PartProps } from '../part/part.ts'
import { formatPercent } from '../text/format.ts'
import { useProgressDisplay, type ProgressDisplayState } from './progress-display-context.ts'
import { useShownProgress } from './use-shown-progress.ts'

export type ProgressDisplayTrackProps = PartProps<'div', ProgressDisplayState>

/**
 * The progress bar. Sets `--ifs-progress` (0–1) for its children. While progress is unknown it has no `aria-valuenow`
 * (ARIA 1.2, progressbar). Renders a `<div>`.
 */
export function ProgressDisplayTrack(props: ProgressDisplayTrackProps): ReactNode {
  const { state, labelId, locale, messages } = useProgressDisplay('Track')
  const { fraction, source } = useShownProgress('Track')
  const style: CSSProperties & { '--ifs-progress': number } = { '--ifs-progress': fraction ?? 0 }
  return usePart('div', 'progress-display-track', state, props, {
    role: 'progressbar',
    'aria-labelledby': labelId,
    'aria-valuemin': 0,
    'aria-valuemax': 100,
    ...(fraction !== null && {
      'aria-valuenow': Math.floor(fraction * 100 + 1e-9),
      'aria-valuetext':
        source === 'estimated'
          ? `${formatPercent(fraction, locale)} ${messages.estimated}`
          : formatPercent(fraction, locale),
    }),
    style,
  })
}
