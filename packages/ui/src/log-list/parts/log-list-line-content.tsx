'use client'
import { useMemo, type ReactNode } from 'react'
import { usePart, type PartProps } from '../../part/part.ts'
import { drawTokens } from '../view/line-text.tsx'
import { lineTokens } from '../model/line-tokens.ts'
import { contentStyle, lineState, type LogLine, type LogLineState } from '../model/log-line.ts'
import { ProbeText } from '../view/probe-text.tsx'

export interface LogListLineContentProps extends PartProps<'span', LogLineState> {
  line: LogLine
}

/**
 * The text of a line with colours, links and matches. It takes the rest of the row, which must have the same width on all lines
 * and a monospace font, because line heights are computed in cells. Renders a `<span>`.
 */
export function LogListLineContent({ line, ...props }: LogListLineContentProps): ReactNode {
  const { text, pen, terminal, pattern, wrap, probe } = line
  const tokens = useMemo(() => lineTokens(text, pen, terminal), [text, pen, terminal])
  return usePart('span', 'log-list-content', lineState(line), props, {
    // oxlint-disable-next-line react/refs -- passed on, not read
    ref: probe?.content,
    style: contentStyle(wrap),
    children: probe ? <ProbeText ref={probe.text} /> : drawTokens(tokens, pattern, terminal),
  })
}
