'use client'
import { useStreamSelector, type TaskState } from '@inferstream/react'
import type { CSSProperties, ReactNode } from 'react'
import { usePart, type PartProps } from '../part/part.ts'
import { useNow } from '../provider/clock.ts'
import { useProgressDisplay } from './progress-display-context.ts'
import type { TimelineStepState } from './progress-display-timeline-item.tsx'
import { shallowEqual } from './shallow-equal.ts'
import { placeOfStep, type TimelineStep } from './timeline-steps.ts'

export interface ProgressDisplayTimelineBarProps extends PartProps<'span', TimelineStepState> {
  step: TimelineStep
}

/**
 * Where a step lies in the time of the run: sets `--ifs-from` and `--ifs-length` (0–1). Hidden from assistive technology,
 * which reads the duration. Renders a `<span>`.
 */
export function ProgressDisplayTimelineBar({ step, ...props }: ProgressDisplayTimelineBarProps): ReactNode {
  const { stream, state } = useProgressDisplay('TimelineBar')
  const { phases, startedAt, endedAt } = useStreamSelector(stream, timesOf, shallowEqual)
  const now = useNow(startedAt !== null && endedAt === null && !state.terminal, startedAt ?? 0)
  const place = placeOfStep(step.name, phases, startedAt, endedAt ?? now)
  const style: CSSProperties & Record<`--${string}`, number> = place
    ? { '--ifs-from': place.from, '--ifs-length': place.length }
    : { visibility: 'hidden' }
  return usePart('span', 'progress-display-timeline-bar', { step: step.name, state: step.state }, props, {
    'aria-hidden': true,
    style,
  })
}

const timesOf = ({ phases, startedAt, endedAt }: TaskState) => ({ phases, startedAt, endedAt })
