'use client'
import type { ReactNode } from 'react'
import { XIcon } from '../part/icons.ts'
import { usePart, type PartProps } from '../part/part.ts'
import { useKit } from '../provider/kit-context.ts'
import { useKeptFocus } from './use-kept-focus.ts'
import { useProgressDisplay, type ProgressDisplayState } from './progress-display-context.ts'

export type ProgressDisplayCancelProps = PartProps<'button', ProgressDisplayState>

/**
 * Cancels the run. While the service is cancelling, the button says so and is disabled, but keeps the focus
 * (`aria-disabled`). Renders nothing if there is nothing to cancel, else a `<button>`.
 */
export function ProgressDisplayCancel(props: ProgressDisplayCancelProps): ReactNode {
  const { state, cancel } = useProgressDisplay('Cancel')
  if (!cancel || state.terminal || state.phase === 'idle') return null
  return <CancelButton {...props} cancel={cancel} />
}

function CancelButton({ cancel, ...props }: ProgressDisplayCancelProps & { cancel: () => unknown }) {
  const { state, messages, ownLabel } = useProgressDisplay('Cancel')
  const kit = useKit()
  const CancelIcon = kit.icons.cancel ?? XIcon
  const cancelling = state.phase === 'cancelling'
  return usePart('button', 'progress-display-cancel', state, props, {
    ref: useKeptFocus(),
    'aria-label':
      state.variant === 'compact' && ownLabel !== null
        ? messages.actionOf(cancelling ? messages.cancelling : messages.cancel, ownLabel)
        : undefined,
    'aria-disabled': cancelling || undefined,
    onClick: () => {
      if (!cancelling) cancel()
    },
    children: (
      <>
        <CancelIcon aria-hidden="true" width={14} height={14} />
        <span>{cancelling ? messages.cancelling : messages.cancel}</span>
      </>
    ),
  })
}
