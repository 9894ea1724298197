'use client'
import type { ReactNode } from 'react'
import { usePart, type PartProps } from '../../part/part.ts'
import { formatNumber } from '../../text/format.ts'
import { useLogList, type LogListState } from './log-list-context.ts'
import { droppedLines } from '../model/log-lines.ts'

export type LogListTruncatedProps = PartProps<'div', LogListState>

/** The number of dropped lines. Renders nothing if there are none, else a `<div>`. */
export function LogListTruncated(props: LogListTruncatedProps): ReactNode {
  const { state, lines, messages, locale } = useLogList('Truncated')
  const dropped = droppedLines(lines)
  const text = messages.truncated(formatNumber(dropped, locale), dropped)
  const note = usePart('div', 'log-list-truncated', state, props, {
    title: text,
    children: text,
  })
  return dropped > 0 ? note : null
}
