'use client'
import { memo, type ReactNode } from 'react'
import { formatTime } from '../model/line-time.ts'
import { lineStyle, type LogLine } from '../model/log-line.ts'
import { useLineContent } from './line-content.tsx'

/**
 * One line as Viewport draws it by default: all parts of a line in one component, for speed. Memoised, so that a new line
 * renders only one of these.
 */
export const PlainLine = memo(function PlainLine(line: LogLine): ReactNode {
  const { number, level, levelWord, receivedAt, rows, probe } = line
  const { style, children, before, after } = useLineContent(line)
  return (
    <div
      data-slot="log-list-line"
      data-level={level}
      data-pending={line.pending ? '' : undefined}
      data-current={line.current ? '' : undefined}
      data-selected={line.selected ? '' : undefined}
      style={lineStyle(rows)}
    >
      <span data-slot="log-list-number" aria-hidden="true">
        {number}
      </span>
      {receivedAt !== undefined && <span data-slot="log-list-time">{formatTime(receivedAt, line.locale)}</span>}
      {levelWord !== undefined && <span data-slot="log-list-level">{levelWord}</span>}
      {before}
      <span data-slot="log-list-content" ref={probe?.content} style={style}>
        {children}
      </span>
      {after}
    </div>
  )
})
