'use client'
import type { ReactNode } from 'react'
import { MaximizeIcon } from '../view/icons.ts'
import type { PartProps } from '../../part/part.ts'
import type { LogListState } from './log-list-context.ts'
import { useLogTools } from './use-log-tools.ts'
import { LogListToggle } from './log-list-toggle.tsx'

export type LogListFullScreenProps = PartProps<'button', LogListState>

/** Covers the page with the log; so does Shift+`f`. Escape ends it. Renders a `<button>`. */
export function LogListFullScreen(props: LogListFullScreenProps): ReactNode {
  const { state, setFullScreen, messages } = useLogTools('FullScreen')
  return (
    <LogListToggle
      {...props}
      slot="log-list-full-screen"
      label={messages.fullScreen}
      icon="fullScreen"
      fallback={MaximizeIcon}
      pressed={state.fullScreen}
      onPress={() => setFullScreen(!state.fullScreen)}
    />
  )
}
