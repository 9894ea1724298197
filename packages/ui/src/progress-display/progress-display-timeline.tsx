'use client'
import { useStreamSelector, type TaskState } from '@inferstream/react'
import type { ReactNode } from 'react'
import { usePart, type PartProps } from '../part/part.ts'
import { useProgressDisplay, type ProgressDisplayState } from './progress-display-context.ts'
import { ProgressDisplayTimelineBar } from './progress-display-timeline-bar.tsx'
import { ProgressDisplayTimelineDuration } from './progress-display-timeline-duration.tsx'
import { ProgressDisplayTimelineItem } from './progress-display-timeline-item.tsx'
import { ProgressDisplayTimelineLabel } from './progress-display-timeline-label.tsx'
import { ProgressDisplayTimelineMarker } from './progress-display-timeline-marker.tsx'
import { shallowEqual } from './shallow-equal.ts'
import { foldSkipped, timelineSteps, type TimelineStep } from './timeline-steps.ts'

export interface ProgressDisplayTimelineProps extends Omit<PartProps<'ol', ProgressDisplayState>, 'children'> {
  /** Renders each step. @defaultValue an Item of Marker, Label and Duration */
  children?: ((step: TimelineStep) => ReactNode) | undefined
}

/** The steps of a run, each with its state. Renders an `<ol>`. */
export function ProgressDisplayTimeline({ children = renderStep, ...props }: ProgressDisplayTimelineProps): ReactNode {
  const { state, stream, messages } = useProgressDisplay('Timeline')
  const steps = useStreamSelector(stream, timelineOf, sameSteps)
  return usePart('ol', 'progress-display-timeline', state, props, {
    // Without it Safari removes the list semantics of a list with hidden markers.
    role: 'list',
    'aria-label': messages.timeline,
    children: foldSkipped(steps).map((step) => children(step)),
  })
}

const timelineOf = (state: TaskState) => timelineSteps(state)

const sameSteps = (a: readonly TimelineStep[], b: readonly TimelineStep[]) =>
  a.every((step, index) => shallowEqual(step, b[index] ?? step))

const renderStep = (step: TimelineStep): ReactNode => (
  <ProgressDisplayTimelineItem key={step.name} step={step}>
    <ProgressDisplayTimelineMarker step={step} />
    <ProgressDisplayTimelineLabel step={step} />
    <ProgressDisplayTimelineBar step={step} />
    <ProgressDisplayTimelineDuration step={step} />
  </ProgressDisplayTimelineItem>
)
