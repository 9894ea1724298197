'use client'
import { createContext, use, type ReactNode } from 'react'
import type { LogSource } from '@inferstream/react'
import type { Terminal } from '../../text/terminal.ts'
import type { LogIndex } from '../model/log-index.ts'
import type { LogLines } from '../model/log-lines.ts'
import type { LogFilter, LogLevel, LogRows } from '../model/log-rows.ts'
import type { Position } from '../model/log-view-position.ts'
import type { LineMessages } from '../model/messages.ts'
import type { StyleCarry } from '../model/style-carry.ts'
import type { SyncedLayout } from '../view/synced-layout.ts'
import type { LogMatches, SearchTerms } from '../model/log-matches.ts'
import type { LogGeometry } from '../model/log-geometry.ts'

export type LogListState = {
  /** The end is kept in view. */
  following: boolean
  wrap: boolean
  /** Wraps at spaces. */
  softWrap: boolean
  timestamps: boolean
  empty: boolean
  /** Covers the page. */
  fullScreen: boolean
}

export interface SelectedLines {
  readonly from: number
  readonly to: number
}

/** What was read of the lines in the background, at one moment. */
export interface LogReading {
  readonly index: LogIndex
  /** Of the index. */
  readonly version: number
  /** Pairs of the first and last number of hidden lines. */
  readonly folds: readonly number[]
  /** The header of the section that begins with this line, or, if `isStuck`, of the one it is in. */
  readonly headerOf: (line: number, total: number, isStuck?: boolean) => ReactNode
  /** Goes to the next error or warning (1), or to the one before (-1), and announces it. */
  readonly showProblem: (kind: 'error' | 'warn', by: 1 | -1) => void
  /** Folds all sections, or opens them if all are folded. */
  readonly foldAll: () => void
  /** Copies the address of the selected lines. */
  readonly copyLink: (button: Element) => void
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
  setSoftWrap: (softWrap: boolean) => void
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
  /** What was read of the lines in the background; null until that is loaded. */
  reading: LogReading | null
  setReading: (reading: LogReading | null) => void
  inferLevels: boolean
  sections: boolean
  /** Number of the line of the current match, error or warning. */
  current: number | null
  /**
   * Goes to a line and shows it a third from the top, unless it is in view; `of` is the list it is one of, which makes it the
   * current one.
   */
  goTo: (line: number, of?: object, isInView?: boolean) => void
  /** Numbers of the first and last line that the reader selected, or a link names. */
  selected: SelectedLines | null
  setSelected: (lines: SelectedLines | null) => void
  /** The part of the page's hash that names lines; undefined for that of the page's own address. */
  hash: string | undefined
  onHashChange: ((hash: string) => void) | undefined
  /** Numbers of the long lines that the reader opened. */
  opened: ReadonlySet<number>
  open: (line: number) => void
  setFullScreen: (fullScreen: boolean) => void
  /** Goes to the next match (1) or to the one before (-1). */
  step: (step: 1 | -1) => void
  /** Stops following at the current position. */
  detach: () => void
  closeSearch: () => void
  filename: string
  label: string
  locale: string
  messages: LineMessages
}

export const LogListContext = createContext<LogListContextValue | null>(null)

export function useLogList(part: string): LogListContextValue {
  const value = use(LogListContext)
  if (value) return value
  throw new Error(`LogListPrimitive.${part} has no log to show. Put it inside LogListPrimitive.Root.`)
}
