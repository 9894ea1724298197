'use client'
import type { ReactNode } from 'react'
import { usePart, type PartProps } from '../part/part.ts'
import { useLogList, type LogListState } from './log-list-context.ts'

export type LogListEmptyProps = PartProps<'div', LogListState>

/** What stands there before the first line. Renders nothing once there is one, else a `<div>`. */
export function LogListEmpty(props: LogListEmptyProps): ReactNode {
  const { state, messages } = useLogList('Empty')
  const empty = usePart('div', 'log-list-empty', state, props, { children: messages.empty })
  return state.empty ? empty : null
}
