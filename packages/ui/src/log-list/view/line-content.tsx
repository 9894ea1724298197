'use client'
import { useMemo, type CSSProperties, type ReactNode } from 'react'
import { formatNumber } from '../../text/format.ts'
import { hiddenCells, moreCells } from '../model/line-cells.ts'
import { lineTokens } from '../model/line-tokens.ts'
import { contentStyle, type LogLine } from '../model/log-line.ts'
import { softBreaks } from '../model/soft-wrap.ts'
import { drawTokens } from './line-text.tsx'
import { ProbeText } from './probe-text.tsx'

export interface LineContent {
  readonly style: CSSProperties
  /** The text of the line, and nothing else. */
  readonly children: ReactNode
  /** The header of a section, which is shown in place of the text. */
  readonly before: ReactNode
  /** The button that draws more of a long line. */
  readonly after: ReactNode
}

/** What the content of a line draws, how it wraps, and what stands beside it. */
export function useLineContent(line: LogLine): LineContent {
  const {
    number,
    text,
    pen,
    terminal,
    pattern,
    ranges,
    wrap,
    rows = 1,
    columns = 0,
    softWrap = false,
    opened = false,
    probe,
    header,
  } = line
  const tokens = useMemo(() => lineTokens(text, pen, terminal, opened), [text, pen, terminal, opened])
  const hidden = useMemo(() => hiddenCells(text, terminal, opened), [text, terminal, opened])
  const breaks = useMemo(
    () =>
      wrap && softWrap && rows > 1 && hidden === 0
        ? softBreaks(tokens.map((token) => token.text).join(''), columns, terminal)
        : null,
    [wrap, softWrap, rows, hidden, tokens, columns, terminal],
  )
  const beside = { before: null, after: null }
  // oxlint-disable-next-line react/refs -- passed on, not read
  if (probe) return { ...beside, style: contentStyle(wrap), children: <ProbeText ref={probe.text} /> }
  const children = drawTokens(tokens, { pattern, ranges, breaks }, terminal)
  if (header !== undefined) return { ...beside, before: header, style: unseen, children }
  if (hidden === 0) return { ...beside, style: contentStyle(wrap, breaks !== null), children }
  return {
    before: null,
    style: wrap ? contentStyle(true) : whole,
    children: (
      <>
        {children}
        {/* Its room, where the text ends: beside it the last row is free. */}
        {wrap && <span style={room} />}
      </>
    ),
    after: (
      <button
        type="button"
        data-slot="log-list-more"
        aria-disabled={opened || undefined}
        style={wrap ? atEnd : room}
        onClick={() => {
          if (!opened) line.onOpen?.(number)
        }}
      >
        {line.moreText?.(formatNumber(hidden, line.locale))}
      </button>
    ),
  }
}

const unseen: CSSProperties = { display: 'none' }
const whole: CSSProperties = { ...contentStyle(false), flex: 'none' }
const room: CSSProperties = {
  display: 'inline-block',
  inlineSize: `${moreCells}ch`,
  boxSizing: 'border-box',
  overflow: 'hidden',
  textOverflow: 'ellipsis',
  userSelect: 'none',
  whiteSpace: 'nowrap',
  verticalAlign: 'bottom',
}
const atEnd: CSSProperties = { ...room, position: 'absolute', right: 12, bottom: 0 }
