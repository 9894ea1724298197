'use client'
import { useState, type ReactNode } from 'react'
import { later } from '../part/later.tsx'
import { useGenerator } from './generator-context.ts'
import { pictureAlt } from './picture-alt.ts'

// Loaded when a picture is opened.
const PictureDialog = later(async () => (await import('../task-output/view/picture-dialog.tsx')).PictureDialog)

/** Opens the picture of the run large. Renders a `<button>` over the picture. */
export function GeneratorEnlarge({ src }: { src: string }): ReactNode {
  const generator = useGenerator('Output')
  const { state, messages } = generator
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <button
        type="button"
        data-slot="generator-enlarge"
        aria-label={messages.enlarge}
        title={messages.enlarge}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      />
      {isOpen && (
        <PictureDialog url={src} alt={pictureAlt(generator)} partial={state.active} onClose={() => setOpen(false)} />
      )}
    </>
  )
}
