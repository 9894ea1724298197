'use client'
import type { ReactNode } from 'react'
import { usePart, type PartProps } from '../../part/part.ts'
import { useLogList, type LogListState } from './log-list-context.ts'

export type LogListEmptyProps = PartProps<'div', LogListState>

/** Text before the first line, or while the filter hides every line. Renders a `<div>`, else nothing. */
export function LogListEmpty(props: LogListEmptyProps): ReactNode {
  const { state, rows, pending, messages } = useLogList('Empty')
  const hidden = !state.empty && rows.length === 0 && !pending
  const empty = usePart('div', 'log-list-empty', state, props, {
    children: hidden ? messages.nothingShown : messages.empty,
  })
  return state.empty || hidden ? empty : null
}
