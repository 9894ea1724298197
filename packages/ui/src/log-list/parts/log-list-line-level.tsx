'use client'
import type { ReactNode } from 'react'
import { usePart, type PartProps } from '../../part/part.ts'
import { lineState, type LogLine, type LogLineState } from '../model/log-line.ts'

export interface LogListLineLevelProps extends PartProps<'span', LogLineState> {
  line: LogLine
}

/** The level of a line in words. Renders nothing if no line of the log has a notable level, else a `<span>`. */
export function LogListLineLevel({ line, ...props }: LogListLineLevelProps): ReactNode {
  const { levelWord } = line
  const level = usePart('span', 'log-list-level', lineState(line), props, { children: levelWord })
  return levelWord === undefined ? null : level
}
