'use client'
import { useLayoutEffect, useRef, type RefObject } from 'react'

/**
 * For a button that goes away when it has done its work: where it had the focus, the display gets it, so that the next Tab
 * goes on from there and not from the top of the page. Not the button that takes its place: a second press would press that.
 */
export function useKeptFocus(): RefObject<HTMLButtonElement | null> {
  const ref = useRef<HTMLButtonElement>(null)
  useLayoutEffect(() => {
    const button = ref.current
    const display = button?.closest<HTMLElement>('[data-slot="progress-display"]')
    return () => {
      if (!display || document.activeElement !== button) return
      // After the commit that takes the button away, and perhaps the display too.
      queueMicrotask(() => {
        if (!display.isConnected || document.activeElement !== document.body) return
        display.tabIndex = -1
        display.focus({ preventScroll: true })
      })
    }
  }, [])
  return ref
}
