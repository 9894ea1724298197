'use client'
import { memo, type ReactNode } from 'react'
import { drawnText } from './line-cells.ts'

interface LogListLineProps {
  number: number
  text: string
  pending?: boolean
}

/** One line. Memoised on what it shows, so that a new line renders one of these. */
export const LogListLine = memo(function LogListLine({ number, text, pending }: LogListLineProps): ReactNode {
  return (
    <div data-slot="log-list-line" data-pending={pending ? '' : undefined}>
      <span data-slot="log-list-number" aria-hidden="true">
        {number}
      </span>
      <span data-slot="log-list-content">{drawnText(text) || ' '}</span>
    </div>
  )
})
