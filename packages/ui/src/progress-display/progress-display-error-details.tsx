'use client'
import { useStreamSelector, type TaskState } from '@inferstream/react'
import type { ReactNode } from 'react'
import { usePart, type PartProps } from '../part/part.ts'
import { useProgressDisplay, type ProgressDisplayState } from './progress-display-context.ts'

export type ProgressDisplayErrorDetailsProps = PartProps<'p', ProgressDisplayState>

/** The error in one sentence: why the run failed, or could not be cancelled. Renders nothing without an error, else a `<p>`. */
export function ProgressDisplayErrorDetails(props: ProgressDisplayErrorDetailsProps): ReactNode {
  const { state, stream, messages, refusal } = useProgressDisplay('ErrorDetails')
  const error = useStreamSelector(stream, (run: TaskState) => run.error)
  const sentence =
    state.phase === 'failed' ? error && messages.error(error) : refusal && messages.cancelRefused(refusal)
  const details = usePart('p', 'progress-display-error-details', state, props, { children: sentence })
  return sentence ? details : null
}
