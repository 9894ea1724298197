'use client'
import type { ReactNode } from 'react'
import { usePart, type PartProps } from '../../part/part.ts'
import { useKit, type Icon, type IconName } from '../../provider/kit-context.ts'
import { useLogList, type LogListState } from './log-list-context.ts'

interface LogListToggleProps extends PartProps<'button', LogListState> {
  slot: string
  label: string
  icon: IconName
  fallback: Icon
  /** Undefined for a button that is not a toggle. */
  pressed?: boolean | undefined
  onPress: () => void
}

/** An icon button, named by its label. */
export function LogListToggle({
  slot,
  label,
  icon,
  fallback,
  pressed,
  onPress,
  ...props
}: LogListToggleProps): ReactNode {
  const { state } = useLogList('Toolbar')
  const ToggleIcon = useKit().icons[icon] ?? fallback
  return usePart('button', slot, state, props, {
    'aria-label': label,
    title: label,
    'aria-pressed': pressed,
    onClick: onPress,
    children: <ToggleIcon aria-hidden="true" width={16} height={16} />,
  })
}
