'use client'
import { createContext, use, type MouseEvent, type ReactNode } from 'react'
import { usePart, type PartProps } from '../../part/part.ts'
import { useKit, type Icon, type IconName } from '../../provider/kit-context.ts'
import { useLogList, type LogListState } from './log-list-context.ts'

/** Whether the labels of the tools are shown, as in a menu. */
export const LabelContext = createContext(false)

interface LogListToggleProps extends PartProps<'button', LogListState> {
  slot: string
  label: string
  icon: IconName
  fallback: Icon
  /** Undefined for a button that is not a toggle. */
  pressed?: boolean | undefined
  onPress: (button: HTMLElement) => void
}

/** A button with an icon, named by its label. */
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
  const isLabelled = use(LabelContext)
  const drawn = <ToggleIcon aria-hidden="true" width={16} height={16} />
  return usePart('button', slot, state, props, {
    'aria-label': isLabelled ? undefined : label,
    title: isLabelled ? undefined : label,
    'aria-pressed': pressed,
    onClick: (event: MouseEvent<HTMLElement>) => onPress(event.currentTarget),
    children: isLabelled ? (
      <>
        {drawn}
        <span>{label}</span>
      </>
    ) : (
      drawn
    ),
  })
}
