'use client'
import type { ReactNode } from 'react'
import { WrapTextIcon } from '../view/icons.ts'
import type { PartProps } from '../../part/part.ts'
import type { LogListState } from './log-list-context.ts'
import { useLogTools } from './use-log-tools.ts'
import { LogListToggle } from './log-list-toggle.tsx'

export type LogListWrapProps = PartProps<'button', LogListState>

/** Toggles between wrapping and horizontal scrolling; so does `w`. Renders a `<button>`. */
export function LogListWrap(props: LogListWrapProps): ReactNode {
  const { state, setWrap, messages } = useLogTools('Wrap')
  return (
    <LogListToggle
      {...props}
      slot="log-list-wrap"
      label={messages.wrap}
      icon="wrap"
      fallback={WrapTextIcon}
      pressed={state.wrap}
      onPress={() => setWrap(!state.wrap)}
    />
  )
}
