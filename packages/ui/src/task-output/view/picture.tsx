'use client'
import { useState, type CSSProperties, type ReactNode } from 'react'
import type { OutputFile } from '../model/read-output.ts'
import { useTaskOutput } from '../parts/task-output-context.ts'
import { FileBar } from './file-bar.tsx'
import { Broken } from './broken.tsx'

interface PictureProps {
  file: OutputFile
  alt: string
  /** Whether it is known to be a picture: a file of unknown type that cannot be drawn is shown as a file. */
  isSure?: boolean
}

/** A picture in a frame whose size is reserved; a press shows it in its actual size. */
export function Picture({ file, alt, isSure = false }: PictureProps): ReactNode {
  const { state, messages } = useTaskOutput('View')
  const [broken, setBroken] = useState<string | null>(null)
  const [attempt, setAttempt] = useState(0)
  const [isActual, setActual] = useState(false)
  const { url, width, height } = file
  if (broken === url)
    return (
      <Broken
        file={file}
        alt={alt}
        tried={isSure ? 'image' : null}
        onRetry={() => {
          setBroken(null)
          setAttempt(attempt + 1)
        }}
      />
    )
  const style: CSSProperties & Record<`--${string}`, string> =
    width && height ? { '--ifs-output-ratio': `${width} / ${height}` } : {}
  return (
    <figure data-slot="task-output-figure">
      <button
        type="button"
        data-slot="task-output-frame"
        data-kind="image"
        data-actual={isActual ? '' : undefined}
        aria-pressed={isActual}
        title={isActual ? messages.fit : messages.actualSize}
        style={style}
        onClick={() => setActual(!isActual)}
      >
        <img
          key={attempt}
          data-slot="task-output-image"
          src={url}
          alt={state.partial ? `${messages.preview}: ${alt}` : alt}
          referrerPolicy="no-referrer"
          decoding="async"
          onError={() => setBroken(url)}
        />
      </button>
      <FileBar file={file} />
    </figure>
  )
}
