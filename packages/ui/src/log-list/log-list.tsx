'use client'
import type { ReactNode } from 'react'
import { LogListEmpty } from './log-list-empty.tsx'
import { LogListJumpToLatest } from './log-list-jump-to-latest.tsx'
import { LogListRoot, type LogListRootProps } from './log-list-root.tsx'
import { LogListTruncated } from './log-list-truncated.tsx'
import { LogListViewport } from './log-list-viewport.tsx'

export type LogListProps = LogListRootProps

/** A log of any length that stays readable while it runs. */
export function LogList(props: LogListProps): ReactNode {
  return (
    <LogListRoot {...props}>
      <LogListTruncated />
      <LogListViewport />
      <LogListEmpty />
      <LogListJumpToLatest />
    </LogListRoot>
  )
}
