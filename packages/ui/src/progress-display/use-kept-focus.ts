'use client'
import { useLayoutEffect, useRef, type RefObject } from 'react'
import { documentOf, rootOf } from '../part/root-of.ts'

/**
 * For a button that disappears after its action: if it had the focus, the display receives it, so that the next Tab continues from
 * there instead of the top of the page. The button that replaces it must not: a second key press would activate it.
 */
export function useKeptFocus(): RefObject<HTMLButtonElement | null> {
  const ref = useRef<HTMLButtonElement>(null)
  useLayoutEffect(() => {
    const button = ref.current
    const display = button?.closest<HTMLElement>('[data-slot="progress-display"]')
    return () => {
      if (!button || !display) return
      const root = rootOf(display)
      if (root.activeElement !== button) return
      // After the commit that removes the button, and perhaps the display too.
      queueMicrotask(() => {
        const { activeElement } = root
        if (!display.isConnected || (activeElement && activeElement !== documentOf(display).body)) return
        display.tabIndex = -1
        display.focus({ preventScroll: true })
      })
    }
  }, [])
  return ref
}
