'use client'
import type { ReactNode } from 'react'
import { usePart, type PartProps } from '../part/part.ts'
import type { TimelineStep } from './timeline-steps.ts'

/** The data attributes of a step: `data-step`, `data-state`. */
export type TimelineStepState = { step: TimelineStep['name']; state: TimelineStep['state'] }

export interface ProgressDisplayTimelineItemProps extends PartProps<'li', TimelineStepState> {
  step: TimelineStep
}

/** One step; `aria-current="step"` on the current one. Renders an `<li>`. */
export function ProgressDisplayTimelineItem({ step, ...props }: ProgressDisplayTimelineItemProps): ReactNode {
  return usePart('li', 'progress-display-timeline-item', { step: step.name, state: step.state }, props, {
    'aria-current': step.state === 'current' ? 'step' : undefined,
  })
}
