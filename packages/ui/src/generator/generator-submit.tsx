'use client'
import type { ReactNode } from 'react'
import { PlayIcon } from '../part/icons.ts'
import { usePart, type PartProps } from '../part/part.ts'
import { useKit } from '../provider/kit-context.ts'
import { useGenerator, type GeneratorState } from './generator-context.ts'

export type GeneratorSubmitProps = PartProps<'button', GeneratorState>

/** Starts the run; `aria-disabled` during a run, so that it keeps the focus. Renders a `<button type="submit">`. */
export function GeneratorSubmit(props: GeneratorSubmitProps): ReactNode {
  const { state, messages } = useGenerator('Submit')
  const RunIcon = useKit().icons.run ?? PlayIcon
  return usePart('button', 'generator-submit', state, props, {
    type: 'submit',
    'aria-disabled': state.active || undefined,
    children: (
      <>
        <RunIcon aria-hidden="true" width={14} height={14} />
        <span>{messages.run}</span>
      </>
    ),
  })
}
