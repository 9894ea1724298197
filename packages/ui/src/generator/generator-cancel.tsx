'use client'
import type { ReactNode } from 'react'
import { XIcon } from '../part/icons.ts'
import { usePart, type PartProps } from '../part/part.ts'
import { useKit } from '../provider/kit-context.ts'
import { useGenerator, type GeneratorState } from './generator-context.ts'

export type GeneratorCancelProps = PartProps<'button', GeneratorState>

/** Cancels the run. Always rendered, so that the layout is stable; `aria-disabled` without a run. Renders a `<button>`. */
export function GeneratorCancel(props: GeneratorCancelProps): ReactNode {
  const { state, stream, messages } = useGenerator('Cancel')
  const CancelIcon = useKit().icons.cancel ?? XIcon
  const cancelling = state.phase === 'cancelling'
  const disabled = cancelling || !state.active
  return usePart('button', 'generator-cancel', state, props, {
    'aria-disabled': disabled || undefined,
    onClick: () => {
      if (!disabled) void stream.cancel()
    },
    children: (
      <>
        <CancelIcon aria-hidden="true" width={14} height={14} />
        <span>{cancelling ? messages.cancelling : messages.cancel}</span>
      </>
    ),
  })
}
