'use client'
import type { ReactNode } from 'react'
import { RotateCwIcon } from '../part/icons.ts'
import { usePart, type PartProps } from '../part/part.ts'
import { useKit } from '../provider/kit-context.ts'
import { useGenerator, type GeneratorState } from './generator-context.ts'

export type GeneratorRetryProps = PartProps<'button', GeneratorState>

/** Runs the same input again after a failed or a cancelled run. Renders nothing otherwise, else a `<button>`. */
export function GeneratorRetry(props: GeneratorRetryProps): ReactNode {
  const { state, retry, messages } = useGenerator('Retry')
  const RetryIcon = useKit().icons.retry ?? RotateCwIcon
  const button = usePart('button', 'generator-retry', state, props, {
    onClick: retry,
    children: (
      <>
        <RetryIcon aria-hidden="true" width={14} height={14} />
        <span>{messages.retry}</span>
      </>
    ),
  })
  return state.phase === 'failed' || state.phase === 'cancelled' ? button : null
}
