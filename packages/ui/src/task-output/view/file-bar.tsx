'use client'
import type { ReactNode } from 'react'
import { formatBytes } from '../../text/format-bytes.ts'
import type { OutputFile } from '../model/read-output.ts'
import { useTaskOutput } from '../parts/task-output-context.ts'

/** The name of a file, what is known of it, and what can be done with it. */
export function FileBar({ file }: { file: OutputFile }): ReactNode {
  const { locale, messages } = useTaskOutput('View')
  const { url, name, type, size, width, height } = file
  const facts = [width && height && `${width} × ${height}`, type, size !== null && formatBytes(size, locale)].filter(
    Boolean,
  )
  return (
    <figcaption data-slot="task-output-bar">
      <span data-slot="task-output-name">{name}</span>
      <span data-slot="task-output-facts">{facts.join(' · ')}</span>
      <FileActions url={url} name={name} messages={messages} />
    </figcaption>
  )
}

interface FileActionsProps {
  url: string
  name: string | null
  messages: { readonly download: string; readonly open: string }
}

export function FileActions({ url, name, messages }: FileActionsProps): ReactNode {
  const shared = { href: url, target: '_blank', rel: 'noopener noreferrer', referrerPolicy: 'no-referrer' } as const
  // A browser opens no `data:` address in a tab of its own.
  const canOpen = !/^data:/i.test(url)
  return (
    <span data-slot="task-output-actions">
      {canOpen && (
        <a {...shared} data-slot="task-output-open">
          {messages.open}
        </a>
      )}
      <a {...shared} data-slot="task-output-download" download={name ?? ''}>
        {messages.download}
      </a>
    </span>
  )
}
