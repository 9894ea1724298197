'use client'
import type { ReactNode } from 'react'
import { ChevronUpIcon } from '../view/icons.ts'
import type { PartProps } from '../../part/part.ts'
import type { LogListState } from './log-list-context.ts'
import { useLogTools } from './use-log-tools.ts'
import { LogListToggle } from './log-list-toggle.tsx'

export type LogListPreviousProps = PartProps<'button', LogListState>

/** Goes to the previous match. Renders a `<button>`. */
export function LogListPrevious(props: LogListPreviousProps): ReactNode {
  const { step, matches, messages } = useLogTools('Previous')
  return (
    <LogListToggle
      aria-disabled={matches.count === 0 || undefined}
      {...props}
      slot="log-list-previous"
      label={messages.previous}
      icon="previous"
      fallback={ChevronUpIcon}
      onPress={() => step(-1)}
    />
  )
}
