'use client'
import { useEffect, useLayoutEffect, useState, type ReactNode } from 'react'
import { useLogList } from './log-list-context.ts'
import { createSelectionKeeper } from '../view/selection-keeper.ts'

/** Keeps the selection while its lines scroll out of view, and copies all of it. Renders nothing. */
export function LogListSelection({ first }: { first: number }): ReactNode {
  const { rows, pending, scope, geometry, setPosition } = useLogList('Viewport')
  const [keeper] = useState(createSelectionKeeper)
  // Each commit may have moved selected rows to other elements, or reused their elements.
  useLayoutEffect(() => {
    const element = geometry.get()?.element
    const elements = element?.querySelector('[data-slot="log-list-rows"]')?.children
    if (element && elements) keeper.show({ element, rows, first, elements, pending, scope })
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
    element?.addEventListener('keydown', onKeyDown)
    document.addEventListener('selectionchange', onSelection)
    document.addEventListener('pointerdown', keeper.press)
    document.addEventListener('pointerup', keeper.release)
    document.addEventListener('pointercancel', keeper.release)
    document.addEventListener('copy', onCopy)
    // A selection made before this component was loaded.
    onSelection()
    const forget = geometry.selects(keeper.text)
    return () => {
      element?.removeEventListener('keydown', onKeyDown)
      document.removeEventListener('selectionchange', onSelection)
      document.removeEventListener('pointerdown', keeper.press)
      document.removeEventListener('pointerup', keeper.release)
      document.removeEventListener('pointercancel', keeper.release)
      document.removeEventListener('copy', onCopy)
      forget()
    }
  }, [keeper, geometry, setPosition])
  return null
}
