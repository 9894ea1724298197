'use client'
import { useStreamSelector, type TaskState } from '@inferstream/react'
import type { ReactNode } from 'react'
import { later } from '../part/later.tsx'
import { usePart, type PartProps } from '../part/part.ts'
import { readError } from './error-text.ts'
import { useProgressDisplay, type ProgressDisplayState } from './progress-display-context.ts'

// Only the text of an error with several lines needs it.
const ErrorLines = later(async () => (await import('./error-lines.tsx')).ErrorLines)

export type ProgressDisplayErrorDetailsProps = PartProps<'div', ProgressDisplayState>

/**
 * Why the run failed, or could not be cancelled: one sentence, and on demand the whole text. Renders nothing without an
 * error, else a `<div>`.
 */
export function ProgressDisplayErrorDetails(props: ProgressDisplayErrorDetailsProps): ReactNode {
  const { state, stream, messages, refusal } = useProgressDisplay('ErrorDetails')
  const error = useStreamSelector(stream, (run: TaskState) => run.error)
  const text = state.phase === 'failed' ? error && messages.error(error) : refusal && messages.cancelRefused(refusal)
  const { sentence, details, lines } = readError(text ?? '')
  const cost = state.phase === 'failed' && error?.mayHaveStarted === true
  const card = usePart('div', 'progress-display-error-details', state, props, {
    children: (
      <>
        <p data-slot="progress-display-error-sentence">{state.lost ? messages.lostContact : sentence}</p>
        {state.lost && <p data-slot="progress-display-error-note">{sentence}</p>}
        {cost && <p data-slot="progress-display-error-note">{messages.mayHaveStarted}</p>}
        {details !== null && <ErrorLines text={details} lines={lines} />}
      </>
    ),
  })
  return text ? card : null
}
