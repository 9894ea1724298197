'use client'
import type { ReactNode } from 'react'
import { RotateCwIcon } from '../part/icons.ts'
import { usePart, type PartProps } from '../part/part.ts'
import { useKit } from '../provider/kit-context.ts'
import { useKeptFocus } from './use-kept-focus.ts'
import { useProgressDisplay, type ProgressDisplayState } from './progress-display-context.ts'

export type ProgressDisplayRetryProps = PartProps<'button', ProgressDisplayState>

/** Runs the same config again after a failed or cancelled run. Renders nothing otherwise, else a `<button>`. */
export function ProgressDisplayRetry(props: ProgressDisplayRetryProps): ReactNode {
  const { state, retry } = useProgressDisplay('Retry')
  if (!retry || (state.phase !== 'failed' && state.phase !== 'cancelled')) return null
  return <RetryButton {...props} retry={retry} />
}

function RetryButton({ retry, ...props }: ProgressDisplayRetryProps & { retry: () => unknown }) {
  const { state, messages } = useProgressDisplay('Retry')
  const kit = useKit()
  const RetryIcon = kit.icons.retry ?? RotateCwIcon
  return usePart('button', 'progress-display-retry', state, props, {
    ref: useKeptFocus(),
    onClick: () => {
      retry()
    },
    children: (
      <>
        <RetryIcon aria-hidden="true" width={14} height={14} />
        <span>{messages.retry}</span>
      </>
    ),
  })
}
