'use client'
import { useMemo, useState, type ReactNode } from 'react'
import { usePart, type PartProps } from '../part/part.ts'
import { useKit } from '../provider/kit-context.ts'
import { useMessages } from '../provider/use-messages.ts'
import { LogListContext, type LogListState } from './log-list-context.ts'
import { droppedLines, type LogLines } from './log-lines.ts'
import type { Position } from './log-view-position.ts'
import { logMessages } from './messages.ts'
import { createSyncedLayout } from './synced-layout.ts'

export interface LogListRootProps extends PartProps<'div', LogListState> {
  /** A run's `logs`, or any array of lines. Lines may be added at the end and dropped at the front. */
  lines: LogLines
  /** The unfinished last line, e.g. a progress bar being drawn. */
  pending?: string | null | undefined
  /** Whether to start at the end and stay there. Scrolling up lets go, reaching the end takes hold again. @defaultValue true */
  follow?: boolean | undefined
  /** @defaultValue true */
  wrap?: boolean | undefined
  /** Accessible name. @defaultValue 'Log' */
  label?: string | undefined
}

const start: Position = { following: false, line: 1, offset: 0, seen: 0 }

/** Holds the lines and where the reader is. Renders a `<div>`. */
export function LogListRoot({
  lines,
  pending = null,
  follow = true,
  wrap = true,
  label,
  ...props
}: LogListRootProps): ReactNode {
  const { locale } = useKit()
  const messages = useMessages('log', logMessages)
  const [layout] = useState(createSyncedLayout)
  const [position, setPosition] = useState<Position>(follow ? { following: true } : start)
  const empty = lines.length === 0 && droppedLines(lines) === 0 && !pending
  const state = useMemo(() => ({ following: position.following, wrap, empty }), [position.following, wrap, empty])
  const value = useMemo(
    () => ({
      lines,
      pending,
      state,
      layout,
      position,
      setPosition,
      label: label ?? messages.label,
      locale,
      messages,
    }),
    [lines, pending, state, layout, position, label, locale, messages],
  )
  const root = usePart('div', 'log-list', state, props)
  return <LogListContext value={value}>{root}</LogListContext>
}
