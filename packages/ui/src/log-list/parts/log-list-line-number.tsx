'use client'
import type { ReactNode } from 'react'
import { usePart, type PartProps } from '../../part/part.ts'
import { lineState, type LogLine, type LogLineState } from '../model/log-line.ts'

export interface LogListLineNumberProps extends PartProps<'span', LogLineState> {
  line: LogLine
}

/** The number of a line, hidden from assistive technology and not copied. Renders a `<span>`. */
export function LogListLineNumber({ line, ...props }: LogListLineNumberProps): ReactNode {
  return usePart('span', 'log-list-number', lineState(line), props, {
    'aria-hidden': true,
    children: line.number,
  })
}
