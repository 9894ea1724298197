'use client'
import type { ReactNode } from 'react'
import { ArrowDownToLineIcon } from '../view/icons.ts'
import type { PartProps } from '../../part/part.ts'
import type { LogListState } from './log-list-context.ts'
import { useLogTools } from './use-log-tools.ts'
import { LogListToggle } from './log-list-toggle.tsx'

export type LogListFollowProps = PartProps<'button', LogListState>

/** Toggles following the end; so does `f`. Renders a `<button>`. */
export function LogListFollow(props: LogListFollowProps): ReactNode {
  const { state, setPosition, detach, messages } = useLogTools('Follow')
  return (
    <LogListToggle
      {...props}
      slot="log-list-follow"
      label={messages.follow}
      icon="follow"
      fallback={ArrowDownToLineIcon}
      pressed={state.following}
      onPress={() => {
        if (state.following) detach()
        else setPosition({ following: true })
      }}
    />
  )
}
