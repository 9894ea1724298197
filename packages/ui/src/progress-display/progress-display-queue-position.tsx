'use client'
import { useStreamSelector, type TaskState } from '@inferstream/react'
import type { ReactNode } from 'react'
import { usePart, type PartProps } from '../part/part.ts'
import { useProgressDisplay, type ProgressDisplayState } from './progress-display-context.ts'

export type ProgressDisplayQueuePositionProps = PartProps<'span', ProgressDisplayState>

/** The position in the queue; empty once the run has left it. Renders a `<span>`. */
export function ProgressDisplayQueuePosition(props: ProgressDisplayQueuePositionProps): ReactNode {
  const { state, stream, messages } = useProgressDisplay('QueuePosition')
  const position = useStreamSelector(stream, (now: TaskState) => now.queuePosition)
  return usePart('span', 'progress-display-queue-position', state, props, {
    children: position !== null && state.phase === 'queued' ? messages.queuePosition(position) : null,
  })
}
