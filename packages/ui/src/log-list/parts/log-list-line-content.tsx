'use client'
import type { ReactNode } from 'react'
import { usePart, type PartProps } from '../../part/part.ts'
import { lineState, type LogLine, type LogLineState } from '../model/log-line.ts'
import { useLineContent } from '../view/line-content.tsx'

export interface LogListLineContentProps extends PartProps<'span', LogLineState> {
  line: LogLine
}

/**
 * The text of a line with colours, links and matches; beside it the header of a section, or the button of a line that is cut. It takes the rest of the
 * row, which must have the same width on all lines and a monospace font, because line heights are computed in cells. Renders a
 * `<span>`.
 */
export function LogListLineContent({ line, ...props }: LogListLineContentProps): ReactNode {
  const { before, after, ...content } = useLineContent(line)
  const text = usePart('span', 'log-list-content', lineState(line), props, {
    // oxlint-disable-next-line react/refs -- passed on, not read
    ref: line.probe?.content,
    ...content,
  })
  return (
    <>
      {before}
      {text}
      {after}
    </>
  )
}
