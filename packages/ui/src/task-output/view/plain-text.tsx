'use client'
import { useState, type ReactNode } from 'react'
import { formatNumber } from '../../text/format.ts'
import { useTaskOutput } from '../parts/task-output-context.ts'
import { CopyButton } from './copy-button.tsx'

/** Characters that are drawn at once. */
const shownAtOnce = 20_000
/** Characters from which a text may be higher than its box. */
const scrolling = 1_000

/** A text as it is, line ends kept. */
export function PlainText({ text }: { text: string }): ReactNode {
  const { locale, messages } = useTaskOutput('View')
  const [shown, setShown] = useState(shownAtOnce)
  const hidden = text.length - shown
  return (
    <div data-slot="task-output-figure">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a long text scrolls */}
      <div data-slot="task-output-text" dir="auto" tabIndex={text.length > scrolling ? 0 : undefined}>
        {hidden > 0 ? text.slice(0, shown) : text}
      </div>
      {hidden > 0 && (
        <button type="button" data-slot="task-output-more" onClick={() => setShown(shown * 4)}>
          {messages.more(formatNumber(hidden, locale))}
        </button>
      )}
      <div data-slot="task-output-bar">
        <CopyButton text={() => text} />
      </div>
    </div>
  )
}
