'use client'
import type { ReactNode } from 'react'
import { later } from '../part/later.tsx'
import { LogListCount } from './parts/log-list-count.tsx'
import { LogListEmpty } from './parts/log-list-empty.tsx'
import { LogListJumpToLatest } from './parts/log-list-jump-to-latest.tsx'
import { LogListRoot, type LogListRootProps } from './parts/log-list-root.tsx'
import { LogListTruncated } from './parts/log-list-truncated.tsx'
import { LogListViewport } from './parts/log-list-viewport.tsx'

// The lines are loaded first; the tools follow, in space reserved for them.
const Tools = later(async () => (await import('./parts/log-list-tools.tsx')).LogListTools, undefined, true)

const Selected = later(async () => (await import('./parts/log-list-selected.tsx')).LogListSelected)

export type LogListProps = LogListRootProps

/** A log of any length that stays readable while lines arrive. */
export function LogList(props: LogListProps): ReactNode {
  return (
    <LogListRoot {...props}>
      <div data-slot="log-list-tools">
        <Tools />
      </div>
      <div data-slot="log-list-body">
        <LogListViewport />
        <LogListEmpty />
        <LogListJumpToLatest />
      </div>
      <div data-slot="log-list-footer">
        <LogListCount />
        <Selected />
        <LogListTruncated />
      </div>
    </LogListRoot>
  )
}
