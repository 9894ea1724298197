'use client'
import { useLayoutEffect, useRef, type FocusEvent, type KeyboardEvent, type ReactNode } from 'react'
import { elementOf, isField } from '../../part/dom.ts'
import { usePart, type PartProps } from '../../part/part.ts'
import type { LogListState } from './log-list-context.ts'
import { useLogTools } from './use-log-tools.ts'

export type LogListToolbarProps = PartProps<'div', LogListState>

/** The tools in their order; those of an open menu are reached from there. */
const toolsOf = (toolbar: Element) =>
  [...toolbar.querySelectorAll<HTMLElement>('button, input, select')].filter(
    (tool) => !tool.closest('[data-slot="log-list-menu-panel"]') && isShown(tool),
  )

/** Without layout, as in a test, every tool is shown. */
const isShown = (tool: HTMLElement) => tool.getClientRects().length > 0 || tool.closest('body')?.clientHeight === 0

/**
 * The tools of the log: one stop of the Tab key. Left and right arrows move between them, in a field from its ends. Renders a
 * `<div role="toolbar">`.
 */
export function LogListToolbar(props: LogListToolbarProps): ReactNode {
  const { state, messages } = useLogTools('Toolbar')
  const toolbar = useRef<HTMLDivElement>(null)
  /** The tool that Tab reaches. */
  const stop = useRef<Element | null>(null)
  const arrange = () => {
    if (!toolbar.current) return
    const tools = toolsOf(toolbar.current)
    if (!tools.some((tool) => tool === stop.current)) stop.current = tools[0] ?? null
    for (const tool of toolbar.current.querySelectorAll<HTMLElement>('button, input, select'))
      tool.tabIndex = tool === stop.current || tool.closest('[data-slot="log-list-menu-panel"]') ? 0 : -1
  }
  // Tools appear and disappear with what the log has.
  useLayoutEffect(arrange)
  return usePart('div', 'log-list-toolbar', state, props, {
    ref: toolbar,
    role: 'toolbar',
    'aria-label': messages.toolbar,
    onFocus: (event: FocusEvent<HTMLElement>) => {
      if (event.target.closest('[data-slot="log-list-menu-panel"]')) return
      stop.current = event.target
      arrange()
    },
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      const { key, currentTarget } = event
      const target = elementOf(event.target)
      if (!target || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
      const rtl = getComputedStyle(currentTarget).direction === 'rtl'
      const step = { ArrowRight: rtl ? -1 : 1, ArrowLeft: rtl ? 1 : -1 }[key]
      const edge = isField(target) ? undefined : { Home: 0, End: -1 }[key]
      if ((step === undefined && edge === undefined) || (step !== undefined && isMovingCaret(target, step))) return
      const tools = toolsOf(currentTarget)
      const at = tools.indexOf(target)
      if (at === -1) return
      const next = edge === undefined ? tools[(at + step! + tools.length) % tools.length] : tools.at(edge)
      next?.focus()
      event.preventDefault()
      // Home and End are keys of the log too.
      event.stopPropagation()
    },
  })
}

const isInput = (target: HTMLElement): target is HTMLInputElement => target.matches('input')

/** Whether the key moves within the text of a field. */
function isMovingCaret(target: HTMLElement, step: number): boolean {
  if (!isInput(target)) return false
  const { value, selectionStart, selectionEnd } = target
  const isForward = (getComputedStyle(target).direction === 'rtl' ? -step : step) > 0
  return selectionStart !== selectionEnd || selectionStart !== (isForward ? value.length : 0)
}
