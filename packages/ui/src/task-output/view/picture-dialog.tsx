'use client'
import { useMemo, type ReactNode } from 'react'
import { useKit } from '../../provider/kit-context.ts'
import { useMessages } from '../../provider/use-messages.ts'
import { outputMessages } from '../messages.ts'
import { readOutput } from '../model/read-output.ts'
import { TaskOutputContext } from '../parts/task-output-context.ts'
import { Viewer } from './viewer.tsx'

interface PictureDialogProps {
  url: string
  alt: string
  /** Whether it is a preview. */
  partial: boolean
  onClose: () => void
}

/** The viewer of TaskOutput, for a picture that something else shows. */
export function PictureDialog({ url, alt, partial, onClose }: PictureDialogProps): ReactNode {
  const { locale } = useKit()
  const messages = useMessages('output', outputMessages)
  const view = useMemo(() => readOutput({ url, content_type: 'image/*' }), [url])
  const value = useMemo(
    () => ({ view, state: { kind: view.kind, partial }, alt, locale, messages }),
    [view, partial, alt, locale, messages],
  )
  if (view.kind !== 'image') return null
  return (
    <TaskOutputContext value={value}>
      <Viewer pictures={[{ file: view.file, alt }]} start={0} onClose={onClose} />
    </TaskOutputContext>
  )
}
