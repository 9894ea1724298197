'use client'
import type { ReactNode } from 'react'
import { LogListCopy } from './log-list-copy.tsx'
import { LogListDownload } from './log-list-download.tsx'
import { LogListFoldAll } from './log-list-fold-all.tsx'
import { LogListFollow } from './log-list-follow.tsx'
import { LogListFullScreen } from './log-list-full-screen.tsx'
import { LogListLevelFilter } from './log-list-level-filter.tsx'
import { useLogList } from './log-list-context.ts'
import { LogListMatchCount } from './log-list-match-count.tsx'
import { LogListMenu } from './log-list-menu.tsx'
import { LogListNext } from './log-list-next.tsx'
import { LogListPrevious } from './log-list-previous.tsx'
import { LogListProblems } from './log-list-problems.tsx'
import { LogListSearch } from './log-list-search.tsx'
import { LogListSoftWrap } from './log-list-soft-wrap.tsx'
import { LogListSourceFilter } from './log-list-source-filter.tsx'
import { LogListTimestamps } from './log-list-timestamps.tsx'
import { LogListToolbar } from './log-list-toolbar.tsx'
import { LogListWrap } from './log-list-wrap.tsx'

/** Between the matches, while there is a search. */
function Steps(): ReactNode {
  const { matches } = useLogList('Toolbar')
  if (!matches.active) return null
  return (
    <>
      <LogListMatchCount />
      <LogListPrevious />
      <LogListNext />
    </>
  )
}

/** The toolbar of the composed LogList: in a narrow log the tools in `log-list-wide` are only in the menu. */
export function LogListTools(): ReactNode {
  return (
    <LogListToolbar>
      <span data-slot="log-list-find">
        <LogListSearch />
        <Steps />
      </span>
      <LogListProblems />
      <span data-slot="log-list-wide">
        <LogListLevelFilter />
        <LogListSourceFilter />
      </span>
      <span data-slot="log-list-actions">
        <span data-slot="log-list-wide">
          <LogListWrap />
          <LogListTimestamps />
          <LogListCopy />
          <LogListDownload />
        </span>
        <LogListFollow />
        <LogListMenu>
          <span data-slot="log-list-narrow">
            <LogListLevelFilter />
            <LogListSourceFilter />
            <LogListWrap />
            <LogListTimestamps />
            <LogListCopy />
            <LogListDownload />
          </span>
          <LogListSoftWrap />
          <LogListFoldAll />
          <LogListFullScreen />
        </LogListMenu>
      </span>
    </LogListToolbar>
  )
}
