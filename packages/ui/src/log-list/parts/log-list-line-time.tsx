'use client'
import type { ReactNode } from 'react'
import { usePart, type PartProps } from '../../part/part.ts'
import { formatTime } from '../model/line-time.ts'
import { lineState, type LogLine, type LogLineState } from '../model/log-line.ts'

export interface LogListLineTimeProps extends PartProps<'span', LogLineState> {
  line: LogLine
}

/** When a line arrived. Renders nothing while no times are shown, else a `<span>`. */
export function LogListLineTime({ line, ...props }: LogListLineTimeProps): ReactNode {
  const { receivedAt, locale } = line
  const time = usePart('span', 'log-list-time', lineState(line), props, {
    children: receivedAt === undefined ? null : formatTime(receivedAt, locale),
  })
  return receivedAt === undefined ? null : time
}
