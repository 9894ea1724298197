'use client'
import type { ReactNode } from 'react'
import { usePart, type PartProps } from '../../part/part.ts'
import { LogListLineContent } from './log-list-line-content.tsx'
import { LogListLineLevel } from './log-list-line-level.tsx'
import { LogListLineNumber } from './log-list-line-number.tsx'
import { LogListLineTime } from './log-list-line-time.tsx'
import { lineState, lineStyle, type LogLine, type LogLineState } from '../model/log-line.ts'

export interface LogListLineProps extends PartProps<'div', LogLineState> {
  line: LogLine
}

/** One line: Number, Time, Level and Content, unless other children are given. Renders a `<div>`. */
export function LogListLine({ line, ...props }: LogListLineProps): ReactNode {
  return usePart('div', 'log-list-line', lineState(line), props, {
    style: lineStyle(line.rows),
    children: (
      <>
        <LogListLineNumber line={line} />
        <LogListLineTime line={line} />
        <LogListLineLevel line={line} />
        <LogListLineContent line={line} />
      </>
    ),
  })
}
