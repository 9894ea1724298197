'use client'
import type { KeyboardEvent, ReactNode } from 'react'
import { usePart, type PartProps } from '../../part/part.ts'
import { useLogList, type LogListState } from './log-list-context.ts'

export type LogListToolbarProps = PartProps<'div', LogListState>

/** The tools of the log. Left and right arrows move between them. Renders a `<div role="toolbar">`. */
export function LogListToolbar(props: LogListToolbarProps): ReactNode {
  const { state, messages } = useLogList('Toolbar')
  return usePart('div', 'log-list-toolbar', state, props, {
    role: 'toolbar',
    'aria-label': messages.toolbar,
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      if (event.target instanceof HTMLElement && event.target.matches('input, select')) return
      const rtl = getComputedStyle(event.currentTarget).direction === 'rtl'
      const step = { ArrowRight: rtl ? -1 : 1, ArrowLeft: rtl ? 1 : -1 }[event.key]
      if (step === undefined) return
      const tools = [...event.currentTarget.querySelectorAll<HTMLElement>('button, input, select')]
      const at = tools.findIndex((tool) => tool === document.activeElement)
      tools[(at + step + tools.length) % tools.length]?.focus()
      event.preventDefault()
    },
  })
}
