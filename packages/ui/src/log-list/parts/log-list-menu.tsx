'use client'
import { useEffect, useId, useRef, useState, type FocusEvent, type KeyboardEvent, type ReactNode } from 'react'
import { EllipsisIcon } from '../view/icons.ts'
import { documentOf, elementOf } from '../../part/dom.ts'
import { usePart, type PartProps } from '../../part/part.ts'
import type { LogListState } from './log-list-context.ts'
import { useLogTools } from './use-log-tools.ts'
import { LabelContext, LogListToggle } from './log-list-toggle.tsx'

export interface LogListMenuProps extends PartProps<'span', LogListState> {
  /** The tools of the menu; their labels are shown. */
  children?: ReactNode
}

/** A button that opens further tools. Escape closes it, as does leaving it. Renders a `<span>`. */
export function LogListMenu({ children, ...props }: LogListMenuProps): ReactNode {
  const { state, messages } = useLogTools('Menu')
  const [isOpen, setOpen] = useState(false)
  const panelId = useId()
  const part = useRef<HTMLSpanElement>(null)
  const panel = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!isOpen || !part.current) return undefined
    panel.current?.querySelector<HTMLElement>('button, select')?.focus()
    const page = documentOf(part.current)
    const onDown = (event: PointerEvent) => {
      if (part.current && !event.composedPath().includes(part.current)) setOpen(false)
    }
    page.addEventListener('pointerdown', onDown)
    return () => page.removeEventListener('pointerdown', onDown)
  }, [isOpen])
  const focusButton = () => part.current?.querySelector<HTMLElement>('[data-slot="log-list-menu-button"]')?.focus()
  return usePart('span', 'log-list-menu', state, props, {
    ref: part,
    onBlur: (event: FocusEvent<HTMLElement>) => {
      const next = event.relatedTarget
      if (next && !event.currentTarget.contains(next)) setOpen(false)
    },
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      if (!isOpen) return
      const tool = elementOf(event.target)
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
      if (event.key === 'Escape') {
        setOpen(false)
        focusButton()
      } else if (step && tool && !tool.matches('select')) {
        const tools = [...(panel.current?.querySelectorAll<HTMLElement>('button, select') ?? [])].filter(
          (one) => one.getClientRects().length > 0,
        )
        const at = tools.indexOf(tool)
        tools[(at + step + tools.length) % tools.length]?.focus()
      } else return
      event.preventDefault()
      event.stopPropagation()
    },
    children: (
      <>
        <LogListToggle
          slot="log-list-menu-button"
          label={messages.menu}
          icon="more"
          fallback={EllipsisIcon}
          aria-expanded={isOpen}
          aria-controls={isOpen ? panelId : undefined}
          onPress={() => setOpen(!isOpen)}
        />
        {isOpen && (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- closes after a button inside was pressed, by key or pointer
          <div
            ref={panel}
            id={panelId}
            data-slot="log-list-menu-panel"
            role="group"
            aria-label={messages.menu}
            onClick={(event) => {
              if (!elementOf(event.target)?.closest('button')) return
              setOpen(false)
              focusButton()
            }}
          >
            <LabelContext value>{children}</LabelContext>
          </div>
        )}
      </>
    ),
  })
}
