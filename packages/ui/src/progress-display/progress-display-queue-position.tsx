'use client'
import { useStreamSelector, type TaskState } from '@inferstream/react'
import { useState, type ReactNode } from 'react'
import { usePart, type PartProps } from '../part/part.ts'
import { formatNumber } from '../text/format.ts'
import { shallowEqual } from './shallow-equal.ts'
import { useProgressDisplay, type ProgressDisplayState } from './progress-display-context.ts'

export type ProgressDisplayQueuePositionProps = PartProps<'span', ProgressDisplayState>

/** The position in the queue; empty once the run has left it. Renders a `<span>`. */
export function ProgressDisplayQueuePosition(props: ProgressDisplayQueuePositionProps): ReactNode {
  const { state, stream, messages } = useProgressDisplay('QueuePosition')
  const { locale } = useProgressDisplay('QueuePosition')
  const { position, taskId } = useStreamSelector(stream, placeOf, shallowEqual)
  // The first place that was seen of this run.
  const [first, setFirst] = useState<{ taskId: string | null; position: number } | null>(null)
  const isWaiting = position !== null && state.phase === 'queued'
  if (isWaiting && (first === null || first.taskId !== taskId || first.position < position))
    setFirst({ taskId, position })
  const gained = isWaiting && first?.taskId === taskId ? first.position - position : 0
  return usePart('span', 'progress-display-queue-position', state, props, {
    children: isWaiting && (
      <>
        {messages.queuePosition(position)}
        {gained > 0 && first && (
          <span data-slot="progress-display-queue-before">
            {' '}
            {messages.queueBefore(formatNumber(first.position, locale))}
          </span>
        )}
      </>
    ),
  })
}

const placeOf = ({ queuePosition, taskId }: TaskState) => ({ position: queuePosition, taskId })
