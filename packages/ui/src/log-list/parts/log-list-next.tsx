'use client'
import type { ReactNode } from 'react'
import { ChevronDownIcon } from '../view/icons.ts'
import type { PartProps } from '../../part/part.ts'
import type { LogListState } from './log-list-context.ts'
import { useLogTools } from './use-log-tools.ts'
import { LogListToggle } from './log-list-toggle.tsx'

export type LogListNextProps = PartProps<'button', LogListState>

/** Goes to the next match. Renders a `<button>`. */
export function LogListNext(props: LogListNextProps): ReactNode {
  const { step, matches, messages } = useLogTools('Next')
  return (
    <LogListToggle
      aria-disabled={matches.count === 0 || undefined}
      {...props}
      slot="log-list-next"
      label={messages.next}
      icon="next"
      fallback={ChevronDownIcon}
      onPress={() => step(1)}
    />
  )
}
