'use client'
import type { ReactNode } from 'react'
import { RotateCwIcon } from '../part/icons.ts'
import { usePart, type PartProps } from '../part/part.ts'
import { useKit } from '../provider/kit-context.ts'
import { useKeptFocus } from './use-kept-focus.ts'
import { useProgressDisplay, type ProgressDisplayState } from './progress-display-context.ts'

export type ProgressDisplayRetryProps = PartProps<'button', ProgressDisplayState>

/**
 * Runs the same config again after a failed or cancelled run. After a lost contact the run may go on: Retry is then called
 * "Run again", because it starts another one. Renders nothing otherwise, else a `<button>`.
 */
export function ProgressDisplayRetry(props: ProgressDisplayRetryProps): ReactNode {
  const { state, retry, reconnect, messages } = useProgressDisplay('Retry')
  if (!retry || (state.phase !== 'failed' && state.phase !== 'cancelled')) return null
  // Following the same run is all that this source can do: that is Reconnect.
  if (state.lost && reconnect === retry) return null
  return (
    <AgainButton
      {...props}
      slot="progress-display-retry"
      onPress={retry}
      word={state.lost ? messages.runAgain : messages.retry}
    />
  )
}

/** Follows the same run again after contact with it was lost. Renders nothing otherwise, else a `<button>`. */
export function ProgressDisplayReconnect(props: ProgressDisplayRetryProps): ReactNode {
  const { state, reconnect, messages } = useProgressDisplay('Reconnect')
  if (!state.lost || !reconnect) return null
  return <AgainButton {...props} slot="progress-display-reconnect" onPress={reconnect} word={messages.reconnect} />
}

interface AgainButtonProps extends ProgressDisplayRetryProps {
  slot: string
  onPress: () => unknown
  word: string
}

function AgainButton({ slot, onPress, word, ...props }: AgainButtonProps) {
  const { state, messages, ownLabel } = useProgressDisplay('Retry')
  const kit = useKit()
  const RetryIcon = kit.icons.retry ?? RotateCwIcon
  return usePart('button', slot, state, props, {
    ref: useKeptFocus(),
    'aria-label': state.variant === 'compact' && ownLabel !== null ? messages.actionOf(word, ownLabel) : undefined,
    onClick: () => void onPress(),
    children: (
      <>
        <RetryIcon aria-hidden="true" width={14} height={14} />
        <span>{word}</span>
      </>
    ),
  })
}
