'use client'
import { useStreamSelector, type TaskState } from '@inferstream/react'
import type { ReactNode } from 'react'
import { usePart, type PartProps } from '../part/part.ts'
import { useGenerator, type GeneratorState } from './generator-context.ts'
import { imageUrl } from './image-url.ts'

export type GeneratorImageProps = PartProps<'img', GeneratorState>

/**
 * The picture of the run: a preview while it runs, replaced in place by the result. Its alternative text is the prompt.
 * Renders nothing without a picture, else an `<img>`.
 */
export function GeneratorImage(props: GeneratorImageProps): ReactNode {
  const { state, stream, input, messages } = useGenerator('Image')
  const src = useStreamSelector(stream, (run: TaskState) => imageUrl(run.output) ?? imageUrl(run.partialOutput))
  const { prompt } = input
  const image = usePart('img', 'generator-image', state, props, {
    src,
    alt: typeof prompt === 'string' && prompt !== '' ? prompt : messages.imageAlt,
    'data-partial': state.active ? '' : undefined,
  })
  return src === undefined ? null : image
}
