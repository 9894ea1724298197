'use client'
import { useEffect, useState, type ReactNode } from 'react'
import type { MediaKind, OutputFile } from '../model/read-output.ts'
import { sniff } from '../model/sniff.ts'
import { useTaskOutput } from '../parts/task-output-context.ts'
import { FileCard } from './file-card.tsx'
import { Picture } from './picture.tsx'
import { Player } from './player.tsx'

export interface BrokenFileProps {
  file: OutputFile
  alt: string
  /** What it was taken for; null: its type was not known. */
  tried: MediaKind | null
  onRetry: () => void
}

type Answer = { readonly status: number; readonly found: ReturnType<typeof sniff> } | null

/**
 * A file that could not be shown: its server is asked why. One that is another medium than was said is shown as that.
 */
export function BrokenFile({ file, alt, tried, onRetry }: BrokenFileProps): ReactNode {
  const { messages } = useTaskOutput('View')
  const answer = useAnswer(file.url)
  const found = answer?.found ?? null
  // Once: what was recognised may be broken too.
  if (found && tried !== found.kind && file.type !== found.type) {
    const known = { ...file, type: found.type }
    if (found.kind === 'image') return <Picture file={known} alt={alt} isSure />
    if (found.kind === 'file') return <FileCard file={known} />
    return <Player file={known} kind={found.kind} />
  }
  if (tried === null)
    return <FileCard file={file} note={answer && answer.status >= 400 ? reasonOf(answer, messages) : null} />
  return <FileCard file={file} note={reasonOf(answer, messages)} onRetry={onRetry} />
}

function reasonOf(answer: Answer, messages: ReturnType<typeof useTaskOutput>['messages']): string {
  if (!answer) return messages.broken
  if (answer.status === 404 || answer.status === 410) return messages.gone
  if (answer.status === 401 || answer.status === 403) return messages.expired
  return answer.status >= 400 ? messages.refused(String(answer.status)) : messages.unreadable
}

/** What the server answers for the first bytes; null while and where that is not known, such as without CORS. */
function useAnswer(url: string): Answer {
  const [answer, setAnswer] = useState<{ of: string; answer: Answer } | null>(null)
  useEffect(() => {
    const abort = new AbortController()
    const ask = async () => {
      try {
        const response = await fetch(url, {
          signal: abort.signal,
          headers: { range: 'bytes=0-63' },
          credentials: 'omit',
          referrerPolicy: 'no-referrer',
        })
        const reader = response.body?.getReader()
        const first = response.ok ? (await reader?.read())?.value : undefined
        setAnswer({ of: url, answer: { status: response.status, found: first ? sniff(first) : null } })
        // A server may send all of it.
        abort.abort()
      } catch {
        // Its server lets no page ask.
      }
    }
    void ask()
    return () => abort.abort()
  }, [url])
  return answer?.of === url ? answer.answer : null
}
