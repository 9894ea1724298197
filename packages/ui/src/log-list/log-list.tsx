'use client'
import type { ReactNode } from 'react'
import { LogListCopy } from './log-list-copy.tsx'
import { LogListCount } from './log-list-count.tsx'
import { LogListDownload } from './log-list-download.tsx'
import { LogListEmpty } from './log-list-empty.tsx'
import { LogListFollow } from './log-list-follow.tsx'
import { LogListJumpToLatest } from './log-list-jump-to-latest.tsx'
import { LogListLevelFilter } from './log-list-level-filter.tsx'
import { LogListMatchCount } from './log-list-match-count.tsx'
import { LogListNext } from './log-list-next.tsx'
import { LogListPrevious } from './log-list-previous.tsx'
import { LogListRoot, type LogListRootProps } from './log-list-root.tsx'
import { LogListSearch } from './log-list-search.tsx'
import { LogListSourceFilter } from './log-list-source-filter.tsx'
import { LogListTimestamps } from './log-list-timestamps.tsx'
import { LogListToolbar } from './log-list-toolbar.tsx'
import { LogListTruncated } from './log-list-truncated.tsx'
import { LogListViewport } from './log-list-viewport.tsx'
import { LogListWrap } from './log-list-wrap.tsx'

export type LogListProps = LogListRootProps

/** A log of any length that stays readable while it runs. */
export function LogList(props: LogListProps): ReactNode {
  return (
    <LogListRoot {...props}>
      <LogListToolbar>
        <LogListSearch />
        <span data-slot="log-list-steps">
          <LogListMatchCount />
          <LogListPrevious />
          <LogListNext />
        </span>
        <LogListLevelFilter />
        <LogListSourceFilter />
        <span data-slot="log-list-space" />
        <LogListWrap />
        <LogListTimestamps />
        <LogListCopy />
        <LogListDownload />
        <LogListFollow />
      </LogListToolbar>
      <div data-slot="log-list-body">
        <LogListViewport />
        <LogListEmpty />
        <LogListJumpToLatest />
      </div>
      <div data-slot="log-list-footer">
        <LogListCount />
        <LogListTruncated />
      </div>
    </LogListRoot>
  )
}
