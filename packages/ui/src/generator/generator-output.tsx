'use client'
import { useStreamSelector, type TaskState } from '@inferstream/react'
import type { ReactNode } from 'react'
import { usePart, type PartProps } from '../part/part.ts'
import { useGenerator, type GeneratorState } from './generator-context.ts'
import { GeneratorImage } from './generator-image.tsx'

export type GeneratorOutputProps = PartProps<'section', GeneratorState>

/** The labelled region of the result, with its space reserved (`--ifs-output-ratio`). Renders a `<section>`. */
export function GeneratorOutput(props: GeneratorOutputProps): ReactNode {
  const { state, stream, messages } = useGenerator('Output')
  const empty = useStreamSelector(stream, (run: TaskState) => run.output === null && run.partialOutput == null)
  return usePart('section', 'generator-output', state, props, {
    'aria-label': messages.output,
    'aria-busy': state.active,
    children: (
      <>
        <GeneratorImage />
        {empty && !state.active && <p data-slot="generator-empty">{messages.empty}</p>}
      </>
    ),
  })
}
