'use client'
import { useStreamSelector, type TaskState } from '@inferstream/react'
import type { ReactNode } from 'react'
import { usePart, type PartProps } from '../part/part.ts'
import { useGenerator, type GeneratorState } from './generator-context.ts'
import { imageUrl } from './image-url.ts'
import { pictureAlt } from './picture-alt.ts'

export type GeneratorImageProps = PartProps<'img', GeneratorState>

/**
 * The picture of the run: a preview while it runs, replaced in place by the result. Its alternative text is the prompt.
 * Renders nothing without a picture, else an `<img>`.
 */
export function GeneratorImage(props: GeneratorImageProps): ReactNode {
  const generator = useGenerator('Image')
  const { state, stream } = generator
  const src = useStreamSelector(stream, (run: TaskState) => imageUrl(run.output) ?? imageUrl(run.partialOutput))
  const image = usePart('img', 'generator-image', state, props, {
    src,
    alt: pictureAlt(generator),
    'data-partial': state.active ? '' : undefined,
  })
  return src === undefined ? null : image
}
