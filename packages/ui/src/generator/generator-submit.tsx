'use client'
import { useRef, type MouseEvent, type ReactNode } from 'react'
import { PlayIcon, XIcon } from '../part/icons.ts'
import { usePart, type PartProps } from '../part/part.ts'
import { useKit } from '../provider/kit-context.ts'
import { useGenerator, type GeneratorState } from './generator-context.ts'

export type GeneratorSubmitProps = PartProps<'button', GeneratorState>

/** ms after a start in which a click is taken as part of a double click, or of a key that is held. */
const notCancelled = 500

/** Starts the run, and cancels it while it is active: one button in one place, which keeps the focus. Renders a `<button>`. */
export function GeneratorSubmit(props: GeneratorSubmitProps): ReactNode {
  const { state, stream, isReady, messages } = useGenerator('Submit')
  const { icons } = useKit()
  const startedAt = useRef(Number.NEGATIVE_INFINITY)
  const isCancelling = state.phase === 'cancelling'
  const Icon = state.active ? (icons.cancel ?? XIcon) : (icons.run ?? PlayIcon)
  return usePart('button', 'generator-submit', state, props, {
    type: state.active ? 'button' : 'submit',
    'aria-disabled': isCancelling || !(isReady || state.active) || undefined,
    onClick: ({ timeStamp }: MouseEvent) => {
      if (!state.active) startedAt.current = timeStamp
      else if (!isCancelling && timeStamp - startedAt.current > notCancelled) void stream.cancel()
    },
    children: (
      <>
        <Icon aria-hidden="true" width={14} height={14} />
        <span>{isCancelling ? messages.cancelling : state.active ? messages.cancel : messages.run}</span>
      </>
    ),
  })
}
