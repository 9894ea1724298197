'use client'
import { createContext, use, type Dispatch, type SetStateAction } from 'react'
import type { LogLines } from './log-lines.ts'
import type { Position } from './log-view-position.ts'
import type { LogMessages } from './messages.ts'
import type { SyncedLayout } from './synced-layout.ts'

export type LogListState = {
  /** The end is kept in view. */
  following: boolean
  wrap: boolean
  empty: boolean
}

export interface LogListContextValue {
  lines: LogLines
  pending: string | null
  state: LogListState
  layout: SyncedLayout
  position: Position
  setPosition: Dispatch<SetStateAction<Position>>
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
