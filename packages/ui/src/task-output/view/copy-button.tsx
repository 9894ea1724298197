'use client'
import { useState, type ReactNode } from 'react'
import { writeClipboard } from '../../part/clipboard.ts'
import { useTaskOutput } from '../parts/task-output-context.ts'

/** Copies a text, and says whether that worked. */
export function CopyButton({ text }: { text: () => string }): ReactNode {
  const { messages } = useTaskOutput('View')
  const [outcome, setOutcome] = useState<'copied' | 'copyRefused' | null>(null)
  const copy = async (button: Element) => {
    try {
      await writeClipboard(text(), button)
      setOutcome('copied')
    } catch {
      setOutcome('copyRefused')
    }
  }
  return (
    <button
      type="button"
      data-slot="task-output-copy"
      aria-live="polite"
      onClick={(event) => void copy(event.currentTarget)}
      onBlur={() => setOutcome(null)}
    >
      {messages[outcome ?? 'copy']}
    </button>
  )
}
