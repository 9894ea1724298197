'use client'
import type { FormEvent, KeyboardEvent, ReactNode } from 'react'
import { usePart, type PartProps } from '../part/part.ts'
import { useGenerator, type GeneratorState } from './generator-context.ts'

export type GeneratorFormProps = PartProps<'form', GeneratorState>

/** Submits the input; Ctrl/⌘+Enter in any field does too. Renders a `<form>`. */
export function GeneratorForm(props: GeneratorFormProps): ReactNode {
  const { state, submit } = useGenerator('Form')
  return usePart('form', 'generator-form', state, props, {
    onSubmit: (event: FormEvent) => {
      event.preventDefault()
      if (!state.active) submit()
    },
    onKeyDown: (event: KeyboardEvent<HTMLFormElement>) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      event.currentTarget.requestSubmit()
    },
  })
}
