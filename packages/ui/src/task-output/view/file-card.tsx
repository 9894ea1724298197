'use client'
import type { ReactNode } from 'react'
import { formatBytes } from '../../text/format-bytes.ts'
import type { OutputFile } from '../model/read-output.ts'
import { useTaskOutput } from '../parts/task-output-context.ts'
import { FileActions } from './file-bar.tsx'

interface FileCardProps {
  /** Null for an address that cannot be opened. */
  file: OutputFile | null
  address?: string | undefined
  /** Why it is not shown. */
  note?: string | null | undefined
  onRetry?: (() => void) | undefined
}

/** A file that is not shown: what it is, and why. What can run code is only downloaded. */
export function FileCard({ file, address, note, onRetry }: FileCardProps): ReactNode {
  const { locale, messages } = useTaskOutput('View')
  const facts = file ? [file.type, file.size !== null && formatBytes(file.size, locale)].filter(Boolean) : []
  return (
    <div data-slot="task-output-file">
      <span data-slot="task-output-name">{file?.name ?? address ?? file?.url.slice(0, 100)}</span>
      <span data-slot="task-output-facts">{facts.join(' · ')}</span>
      {note && <p data-slot="task-output-note">{note}</p>}
      {onRetry && (
        <button type="button" data-slot="task-output-retry" onClick={onRetry}>
          {messages.tryAgain}
        </button>
      )}
      {file && <FileActions url={file.url} name={file.name} messages={messages} />}
    </div>
  )
}
