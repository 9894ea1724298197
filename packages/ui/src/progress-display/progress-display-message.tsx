'use client'
import { useStreamSelector, type TaskState } from '@inferstream/react'
import type { ReactNode } from 'react'
import { usePart, type PartProps } from '../part/part.ts'
import { plainText } from '../text/plain-text.ts'
import { useProgressDisplay, type ProgressDisplayState } from './progress-display-context.ts'

export type ProgressDisplayMessageProps = PartProps<'span', ProgressDisplayState>

/** The last line of the log, finished or not, without escapes. Renders a `<span>`. */
export function ProgressDisplayMessage(props: ProgressDisplayMessageProps): ReactNode {
  const { state, stream } = useProgressDisplay('Message')
  const line = useStreamSelector(stream, lastLine)
  return usePart('span', 'progress-display-message', state, props, { dir: 'ltr', children: line })
}

/** Longer messages are cut: one line of a page shows far fewer characters. */
const longest = 500

function lastLine({ logs, pendingLine }: TaskState): string {
  const line = (pendingLine || logs.at(-1)) ?? ''
  // The last redraw of a progress bar.
  const drawn = line.lastIndexOf('\r', line.length - 2) + 1
  return plainText(line.slice(drawn, drawn + longest)).trim()
}
