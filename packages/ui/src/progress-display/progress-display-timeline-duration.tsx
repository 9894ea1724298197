'use client'
import type { ReactNode } from 'react'
import { usePart, type PartProps } from '../part/part.ts'
import { useNow } from '../provider/clock.ts'
import { useKit } from '../provider/kit-context.ts'
import { useMessages } from '../provider/use-messages.ts'
import { formatDuration } from '../text/format.ts'
import { progressMessages } from './messages.ts'
import type { TimelineStepState } from './progress-display-timeline-item.tsx'
import type { TimelineStep } from './timeline-steps.ts'

export interface ProgressDisplayTimelineDurationProps extends PartProps<'span', TimelineStepState> {
  step: TimelineStep
}

/** The state of a step in words, and its duration; ticks once a second for the current one. Renders a `<span>`. */
export function ProgressDisplayTimelineDuration({ step, ...props }: ProgressDisplayTimelineDurationProps): ReactNode {
  const { locale } = useKit()
  const messages = useMessages('progress', progressMessages)
  const { since, spent } = step
  const running = step.state === 'current' && since !== null
  const now = useNow(running, running ? since - (spent ?? 0) : 0)
  const ms = running ? (now === null ? null : (spent ?? 0) + now - since) : spent
  const duration = ms === null ? null : formatDuration(ms, locale, { tenths: !running })
  return usePart('span', 'progress-display-timeline-duration', { step: step.name, state: step.state }, props, {
    // The name of folded steps says it already.
    children: step.folded === undefined ? messages.step[step.state](duration) : null,
  })
}
