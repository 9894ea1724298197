'use client'
import { useStreamSelector, type TaskState } from '@inferstream/react'
import type { ReactNode } from 'react'
import { usePart, type PartProps } from '../part/part.ts'
import { useProgressDisplay, type ProgressDisplayState } from './progress-display-context.ts'

export type ProgressDisplayErrorDetailsProps = PartProps<'p', ProgressDisplayState>

/** What went wrong, in one sentence. Renders nothing without an error, else a `<p>`. */
export function ProgressDisplayErrorDetails(props: ProgressDisplayErrorDetailsProps): ReactNode {
  const { state, stream, messages } = useProgressDisplay('ErrorDetails')
  const error = useStreamSelector(stream, (run: TaskState) => run.error)
  const details = usePart('p', 'progress-display-error-details', state, props, {
    children: error && messages.error(error),
  })
  return error && state.phase === 'failed' ? details : null
}
