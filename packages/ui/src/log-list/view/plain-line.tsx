'use client'
import { memo, useMemo, type ReactNode } from 'react'
import { drawTokens } from './line-text.tsx'
import { formatTime } from '../model/line-time.ts'
import { lineTokens } from '../model/line-tokens.ts'
import { contentStyle, lineStyle, type LogLine } from '../model/log-line.ts'
import { ProbeText } from './probe-text.tsx'

/**
 * One line as Viewport draws it by default: all parts of a line in one component, for speed. Memoised, so that a new line
 * renders only one of these.
 */
export const PlainLine = memo(function PlainLine(line: LogLine): ReactNode {
  const { number, text, pen, terminal, level, levelWord, receivedAt, pattern, wrap, rows, probe } = line
  const tokens = useMemo(() => lineTokens(text, pen, terminal), [text, pen, terminal])
  return (
    <div
      data-slot="log-list-line"
      data-level={level}
      data-pending={line.pending ? '' : undefined}
      data-current={line.current ? '' : undefined}
      style={lineStyle(rows)}
    >
      <span data-slot="log-list-number" aria-hidden="true">
        {number}
      </span>
      {receivedAt !== undefined && <span data-slot="log-list-time">{formatTime(receivedAt, line.locale)}</span>}
      {levelWord !== undefined && <span data-slot="log-list-level">{levelWord}</span>}
      <span data-slot="log-list-content" ref={probe?.content} style={contentStyle(wrap)}>
        {probe ? <ProbeText ref={probe.text} /> : drawTokens(tokens, pattern, terminal)}
      </span>
    </div>
  )
})
