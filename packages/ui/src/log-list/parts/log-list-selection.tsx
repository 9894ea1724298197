'use client'
import { useEffect, useLayoutEffect, useState, type ReactNode } from 'react'
import { documentOf } from '../../part/dom.ts'
import { useLogList } from './log-list-context.ts'
import { createSelectionKeeper } from '../view/selection-keeper.ts'

/** Keeps the selection while its lines scroll out of view, and copies all of it. Renders nothing. */
export function LogListSelection({ numbers }: { numbers: readonly number[] }): ReactNode {
  const { rows, pending, scope, geometry, setPosition } = useLogList('Viewport')
  const [keeper] = useState(createSelectionKeeper)
  // Each commit may have moved selected rows to other elements, or reused their elements.
  useLayoutEffect(() => {
    const element = geometry.get()?.element
    const elements = element?.querySelector('[data-slot="log-list-rows"]')?.children
    if (element && elements) keeper.show({ element, rows, numbers, elements, pending, scope })
  })
  useEffect(() => {
    const onSelection = () => {
      // Selecting text stops following, so that the selection stays in view.
      const here = keeper.read() && geometry.get()?.position.following ? geometry.here() : null
      if (here) setPosition(here)
    }
    const onCopy = (event: ClipboardEvent) => {
      const text = keeper.isShown() ? keeper.text() : null
      if (text === null || !event.clipboardData) return
      event.clipboardData.setData('text/plain', text)
      event.preventDefault()
    }
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'a' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return
      keeper.selectAll()
      event.preventDefault()
    }
    const element = geometry.get()?.element
    const page = element ? documentOf(element) : document
    element?.addEventListener('keydown', onKeyDown)
    page.addEventListener('selectionchange', onSelection)
    page.addEventListener('pointerdown', keeper.press)
    page.addEventListener('pointerup', keeper.release)
    page.addEventListener('pointercancel', keeper.release)
    page.addEventListener('copy', onCopy)
    // A selection made before this component was loaded.
    onSelection()
    const forget = geometry.selects(keeper.text)
    return () => {
      element?.removeEventListener('keydown', onKeyDown)
      page.removeEventListener('selectionchange', onSelection)
      page.removeEventListener('pointerdown', keeper.press)
      page.removeEventListener('pointerup', keeper.release)
      page.removeEventListener('pointercancel', keeper.release)
      page.removeEventListener('copy', onCopy)
      forget()
    }
  }, [keeper, geometry, setPosition])
  return null
}
