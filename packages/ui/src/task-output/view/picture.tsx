'use client'
import { useState, type CSSProperties, type ReactNode } from 'react'
import { later } from '../../part/later.tsx'
import type { OutputFile } from '../model/read-output.ts'
import { useTaskOutput } from '../parts/task-output-context.ts'
import { FileBar } from './file-bar.tsx'
import { Broken } from './broken.tsx'

/** What the viewer needs to know of a picture. */
export interface ViewedPicture {
  file: OutputFile
  alt: string
}

interface PictureProps extends ViewedPicture {
  /** Whether it is known to be a picture: a file of unknown type that cannot be drawn is shown as a file. */
  isSure?: boolean
  /** The pictures of which it is one, for the viewer. @defaultValue itself */
  among?: readonly ViewedPicture[]
  /** Its place among them. */
  at?: number
}

const Viewer = later(async () => (await import('./viewer.tsx')).Viewer)

/** A picture in a frame whose size is reserved; a press opens it in a viewer. */
export function Picture({ file, alt, isSure = false, among, at = 0 }: PictureProps): ReactNode {
  const { state, messages } = useTaskOutput('View')
  const [broken, setBroken] = useState<string>()
  const [loaded, setLoaded] = useState<string>()
  const [isOpen, setOpen] = useState(false)
  const { url, width, height } = file
  // A preview may be gone before it is asked for: the one before stays until the next, or the result.
  const shown = (broken === url && state.partial && loaded) || url
  if (broken === shown)
    return <Broken file={file} alt={alt} tried={isSure ? 'image' : null} onRetry={() => setBroken(undefined)} />
  const style: CSSProperties & Record<`--${string}`, string> =
    width && height ? { '--ifs-output-ratio': `${width} / ${height}` } : {}
  return (
    <figure data-slot="task-output-figure">
      <button
        type="button"
        data-slot="task-output-frame"
        data-kind="image"
        aria-haspopup="dialog"
        title={messages.enlarge}
        style={style}
        onClick={() => setOpen(true)}
      >
        <img
          data-slot="task-output-image"
          src={shown}
          alt={state.partial ? `${messages.preview}: ${alt}` : alt}
          referrerPolicy="no-referrer"
          decoding="async"
          onLoad={() => setLoaded(shown)}
          onError={() => setBroken(url)}
        />
      </button>
      <FileBar file={file} />
      {isOpen && <Viewer pictures={among ?? [{ file, alt }]} start={at} onClose={() => setOpen(false)} />}
    </figure>
  )
}
