'use client'
import type { ReactNode } from 'react'
import { usePart, type PartProps } from '../../part/part.ts'
import { formatNumber } from '../../text/format.ts'
import { droppedLines } from '../model/log-lines.ts'
import { useLogList, type LogListState } from './log-list-context.ts'

export type LogListCountProps = PartProps<'span', LogListState>

/** The number of lines so far, and how many of them the filter shows. Renders a `<span>`. */
export function LogListCount(props: LogListCountProps): ReactNode {
  const { state, lines, rows, messages, locale } = useLogList('Count')
  const total = droppedLines(lines) + lines.length
  const shown = rows.length === lines.length ? null : formatNumber(rows.length, locale)
  return usePart('span', 'log-list-count', state, props, {
    children: messages.lines(formatNumber(total, locale), total, shown),
  })
}
