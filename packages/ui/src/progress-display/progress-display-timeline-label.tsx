'use client'
import type { ReactNode } from 'react'
import { usePart, type PartProps } from '../part/part.ts'
import { useMessages } from '../provider/use-messages.ts'
import { progressMessages } from './messages.ts'
import type { TimelineStepState } from './progress-display-timeline-item.tsx'
import type { TimelineStep } from './timeline-steps.ts'

export interface ProgressDisplayTimelineLabelProps extends PartProps<'span', TimelineStepState> {
  step: TimelineStep
}

/** The name of a step. Renders a `<span>`. */
export function ProgressDisplayTimelineLabel({ step, ...props }: ProgressDisplayTimelineLabelProps): ReactNode {
  const messages = useMessages('progress', progressMessages)
  return usePart('span', 'progress-display-timeline-label', { step: step.name, state: step.state }, props, {
    children: step.folded === undefined ? messages.stepName[step.name] : messages.skippedSteps(step.folded),
  })
}
