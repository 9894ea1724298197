'use client'
import type { ReactNode } from 'react'
import { BanIcon, CheckIcon, CircleIcon, LoaderCircleIcon, MinusIcon, XIcon } from '../part/icons.ts'
import { usePart, type PartProps } from '../part/part.ts'
import { useKit, type Icon, type IconName } from '../provider/kit-context.ts'
import type { TimelineStepState } from './progress-display-timeline-item.tsx'
import type { StepState, TimelineStep } from './timeline-steps.ts'

export interface ProgressDisplayTimelineMarkerProps extends PartProps<'span', TimelineStepState> {
  step: TimelineStep
}

const icons: Readonly<Record<StepState, readonly [IconName, Icon]>> = {
  done: ['done', CheckIcon],
  current: ['active', LoaderCircleIcon],
  skipped: ['skipped', MinusIcon],
  failed: ['failed', XIcon],
  cancelled: ['cancelled', BanIcon],
  pending: ['idle', CircleIcon],
  unreached: ['idle', CircleIcon],
}

/** The icon of a step; its text alternative is the state beside it. Renders a `<span>`. */
export function ProgressDisplayTimelineMarker({ step, ...props }: ProgressDisplayTimelineMarkerProps): ReactNode {
  const kit = useKit()
  const [name, fallback] = icons[step.state]
  const StepIcon = kit.icons[name] ?? fallback
  return usePart('span', 'progress-display-timeline-marker', { step: step.name, state: step.state }, props, {
    'aria-hidden': true,
    children: <StepIcon width={14} height={14} />,
  })
}
