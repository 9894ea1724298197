'use client'
import { useState, type ReactNode } from 'react'
import { writeClipboard } from '../part/clipboard.ts'
import { useMessages } from '../provider/use-messages.ts'
import { progressMessages } from './messages.ts'

/** The whole text of an error, folded. Renders a `<details>`. */
export function ErrorLines({ text, lines }: { text: string; lines: number }): ReactNode {
  const messages = useMessages('progress', progressMessages)
  const [copied, setCopied] = useState<boolean | null>(null)
  const copy = async (button: Element) => {
    try {
      await writeClipboard(text, button)
      setCopied(true)
    } catch {
      // The text can still be selected.
      setCopied(false)
    }
  }
  return (
    <details data-slot="progress-display-error-lines">
      <summary>{messages.showLines(lines)}</summary>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls */}
      <pre tabIndex={0} dir="ltr">
        {text}
      </pre>
      <button type="button" data-slot="progress-display-error-copy" onClick={(event) => void copy(event.currentTarget)}>
        {copied === null ? messages.copyError : copied ? messages.copied : messages.copyRefused}
      </button>
    </details>
  )
}
