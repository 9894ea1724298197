'use client'
import type { ReactNode } from 'react'
import { LogListCopy } from './log-list-copy.tsx'
import { LogListDownload } from './log-list-download.tsx'
import { LogListFollow } from './log-list-follow.tsx'
import { LogListLevelFilter } from './log-list-level-filter.tsx'
import { LogListMatchCount } from './log-list-match-count.tsx'
import { LogListNext } from './log-list-next.tsx'
import { LogListPrevious } from './log-list-previous.tsx'
import { LogListSearch } from './log-list-search.tsx'
import { LogListSourceFilter } from './log-list-source-filter.tsx'
import { LogListTimestamps } from './log-list-timestamps.tsx'
import { LogListToolbar } from './log-list-toolbar.tsx'
import { LogListWrap } from './log-list-wrap.tsx'

/** The toolbar of the composed LogList. */
export function LogListTools(): ReactNode {
  return (
    <LogListToolbar>
      <LogListSearch />
      <span data-slot="log-list-steps">
        <LogListMatchCount />
        <LogListPrevious />
        <LogListNext />
      </span>
      <LogListLevelFilter />
      <LogListSourceFilter />
      <span data-slot="log-list-actions">
        <LogListWrap />
        <LogListTimestamps />
        <LogListCopy />
        <LogListDownload />
        <LogListFollow />
      </span>
    </LogListToolbar>
  )
}
