'use client'
import { useState, type CSSProperties, type ReactNode } from 'react'
import type { OutputFile } from '../model/read-output.ts'
import { useTaskOutput } from '../parts/task-output-context.ts'
import { FileBar } from './file-bar.tsx'
import { Broken } from './broken.tsx'

/** A video or a sound with the browser's own controls. It does not start by itself. */
export function Player({ file, kind }: { file: OutputFile; kind: 'video' | 'audio' }): ReactNode {
  const { messages } = useTaskOutput('View')
  const [broken, setBroken] = useState<string | null>(null)
  const [attempt, setAttempt] = useState(0)
  const { url, width, height } = file
  if (broken === url)
    return (
      <Broken
        file={file}
        alt=""
        tried={kind}
        onRetry={() => {
          setBroken(null)
          setAttempt(attempt + 1)
        }}
      />
    )
  const common = { key: attempt, src: url, controls: true, preload: 'metadata', onError: () => setBroken(url) } as const
  const style: CSSProperties & Record<`--${string}`, string> =
    width && height ? { '--ifs-output-ratio': `${width} / ${height}` } : {}
  return (
    <figure data-slot="task-output-figure">
      <div data-slot="task-output-frame" data-kind={kind} style={style}>
        {kind === 'video' ? (
          // oxlint-disable-next-line jsx-a11y/media-has-caption -- the service sends none
          <video {...common} key={attempt} data-slot="task-output-video" aria-label={messages.video} playsInline />
        ) : (
          // oxlint-disable-next-line jsx-a11y/media-has-caption -- as above
          <audio {...common} key={attempt} data-slot="task-output-audio" aria-label={messages.audio} />
        )}
      </div>
      <FileBar file={file} />
    </figure>
  )
}
