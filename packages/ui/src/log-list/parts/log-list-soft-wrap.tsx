'use client'
import type { ReactNode } from 'react'
import { WrapTextIcon } from '../view/icons.ts'
import type { PartProps } from '../../part/part.ts'
import type { LogListState } from './log-list-context.ts'
import { useLogTools } from './use-log-tools.ts'
import { LogListToggle } from './log-list-toggle.tsx'

export type LogListSoftWrapProps = PartProps<'button', LogListState>

/** Toggles between wrapping at spaces and anywhere. Renders a `<button>`. */
export function LogListSoftWrap(props: LogListSoftWrapProps): ReactNode {
  const { state, setSoftWrap, messages } = useLogTools('SoftWrap')
  return (
    <LogListToggle
      {...props}
      slot="log-list-soft-wrap"
      label={messages.softWrap}
      icon="softWrap"
      fallback={WrapTextIcon}
      pressed={state.softWrap}
      onPress={() => setSoftWrap(!state.softWrap)}
    />
  )
}
