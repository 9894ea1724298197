'use client'
import { createContext, use } from 'react'
import type { LogSource } from '@inferstream/react'
import type { Terminal } from '../../text/terminal.ts'
import type { LogLines } from '../model/log-lines.ts'
import type { LogFilter, LogLevel, LogRows } from '../model/log-rows.ts'
import type { Position } from '../model/log-view-position.ts'
import type { LogMessages } from '../model/messages.ts'
import type { StyleCarry } from '../model/style-carry.ts'
import type { SyncedLayout } from '../view/synced-layout.ts'
import type { LogMatches, SearchTerms } from '../model/log-matches.ts'
import type { LogGeometry } from '../model/log-geometry.ts'

export type LogListState = {
  /** The end is kept in view. */
  following: boolean
  wrap: boolean
  timestamps: boolean
  empty: boolean
}

export interface LogListContextValue {
  lines: LogLines
  /** The lines that pass the filter. */
  rows: LogRows
  pending: string | null
  state: LogListState
  terminal: Terminal | null
  layout: SyncedLayout
  carry: StyleCarry
  position: Position
  setPosition: (position: Position) => void
  geometry: LogGeometry
  setWrap: (wrap: boolean) => void
  setTimestamps: (timestamps: boolean) => void
  filter: LogFilter
  setFilter: (filter: LogFilter) => void
  /** The available filter values. */
  facets: { readonly levels: readonly LogLevel[]; readonly sources: readonly LogSource[] }
  terms: SearchTerms
  setTerms: (terms: SearchTerms) => void
  matches: LogMatches
  setMatches: (matches: LogMatches) => void
  /** Identity of the rows: another object after they were replaced, not when they grow. */
  scope: object
  /** Number of the line of the current match. */
  current: number | null
  /** Goes to the next match (1) or to the one before (-1). */
  step: (step: 1 | -1) => void
  /** Stops following at the current position. */
  detach: () => void
  closeSearch: () => void
  filename: string
  label: string
  locale: string
  messages: LogMessages
}

export const LogListContext = createContext<LogListContextValue | null>(null)

export function useLogList(part: string): LogListContextValue {
  const value = use(LogListContext)
  if (value) return value
  throw new Error(`LogListPrimitive.${part} has no log to show. Put it inside LogListPrimitive.Root.`)
}
