'use client'
import type { ReactNode } from 'react'
import { ClockIcon } from '../view/icons.ts'
import type { PartProps } from '../../part/part.ts'
import type { LogListState } from './log-list-context.ts'
import { useLogTools } from './use-log-tools.ts'
import { LogListToggle } from './log-list-toggle.tsx'

export type LogListTimestampsProps = PartProps<'button', LogListState>

/** Toggles the arrival time of lines. Renders a `<button>`. */
export function LogListTimestamps(props: LogListTimestampsProps): ReactNode {
  const { state, setTimestamps, messages } = useLogTools('Timestamps')
  return (
    <LogListToggle
      {...props}
      slot="log-list-timestamps"
      label={messages.timestamps}
      icon="time"
      fallback={ClockIcon}
      pressed={state.timestamps}
      onPress={() => setTimestamps(!state.timestamps)}
    />
  )
}
