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
  readonly children: ReactNode
}

/** What the content of a line draws, and how it wraps. */
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
  if (header !== undefined) return { style: contentStyle(false), children: header }
  // oxlint-disable-next-line react/refs -- passed on, not read
  if (probe) return { style: contentStyle(wrap), children: <ProbeText ref={probe.text} /> }
  const drawn = drawTokens(tokens, { pattern, ranges, breaks }, terminal)
  if (hidden === 0) return { style: contentStyle(wrap, breaks !== null), children: drawn }
  return {
    style: contentStyle(wrap),
    children: (
      <>
        {drawn}
        <button
          type="button"
          data-slot="log-list-more"
          aria-disabled={opened || undefined}
          style={more}
          onClick={() => {
            if (!opened) line.onOpen?.(number)
          }}
        >
          {line.moreText?.(formatNumber(hidden, line.locale))}
        </button>
      </>
    ),
  }
}

const more: CSSProperties = {
  inlineSize: `${moreCells}ch`,
  boxSizing: 'border-box',
  overflow: 'hidden',
  textOverflow: 'ellipsis',
  userSelect: 'none',
  whiteSpace: 'nowrap',
  verticalAlign: 'bottom',
}
