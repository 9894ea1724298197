'use client'
import { useStreamSelector, type TaskState } from '@inferstream/react'
import type { ReactNode } from 'react'
import { usePart, type PartProps } from '../part/part.ts'
import { plainText } from '../text/plain-text.ts'
import { useProgressDisplay, type ProgressDisplayState } from './progress-display-context.ts'

export type ProgressDisplayMessageProps = PartProps<'span', ProgressDisplayState>

/** The last line of the log while the run goes on, without escapes and without the bar that is drawn above. Renders a `<span>`. */
export function ProgressDisplayMessage(props: ProgressDisplayMessageProps): ReactNode {
  const { state, stream } = useProgressDisplay('Message')
  const line = useStreamSelector(stream, lastLine)
  const isOver = state.phase === 'done'
  return usePart('span', 'progress-display-message', state, props, { dir: 'ltr', children: isOver ? null : line })
}

/** Longer messages are cut: one line of a page shows far fewer characters. */
const longest = 500

/** `[  7.96s]` at the start: the elapsed time is shown beside. */
const elapsedPrefix = /^\s*\[\s*\d+(?:[.:]\d+)*\s*s?\]\s*/
/** `62%|██████▏   | ` of tqdm: the bar itself is above. */
const drawnBar = /\s*\d{1,3}%\s*\|[^|]{0,80}\|/

function lastLine({ logs, pendingLine }: TaskState): string {
  const line = (pendingLine || logs.at(-1)) ?? ''
  // The last redraw of a progress bar.
  const drawn = line.lastIndexOf('\r', line.length - 2) + 1
  return plainText(line.slice(drawn, drawn + longest))
    .replace(elapsedPrefix, '')
    .replace(drawnBar, '')
    .trim()
}
