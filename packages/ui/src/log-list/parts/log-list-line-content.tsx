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
 * The text of a line, in its colours, with its links and matches. The rest of the line decides how wide it is: that must be
 * the same on all lines, and its type monospace, for the height of a line is counted in cells. Renders a `<span>`.
 */
export function LogListLineContent({ line, ...props }: LogListLineContentProps): ReactNode {
  const { text, carried, colours, pattern, wrap, probe } = line
  const tokens = useMemo(() => lineTokens(text, carried, colours), [text, carried, colours])
  return usePart('span', 'log-list-content', lineState(line), props, {
    // oxlint-disable-next-line react/refs -- handed on, not read
    ref: probe?.content,
    style: contentStyle(wrap),
    children: probe ? <ProbeText ref={probe.text} /> : drawTokens(tokens, pattern),
  })
}
