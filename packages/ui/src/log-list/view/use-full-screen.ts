'use client'
import { useEffect } from 'react'
import { isField, rootOf } from '../../part/dom.ts'

/** Attributes and styles of an element that covers the page, with or without the stylesheet. */
const attributes = { role: 'dialog', 'aria-modal': 'true' }
const covering: Readonly<Record<string, string>> = {
  position: 'fixed',
  inset: '0',
  'z-index': '2147483647',
  'inline-size': 'auto',
  'block-size': 'auto',
  'max-inline-size': 'none',
  'max-block-size': 'none',
  margin: '0',
  border: '0',
  'border-radius': '0',
}

/**
 * Covers the page with an element, as a modal dialog: the element stays in its place of the document, so that its focus and scroll
 * positions are kept.
 */
export function useFullScreen(
  element: HTMLElement | null,
  isOn: boolean,
  label: string,
  setFullScreen: (isOn: boolean) => void,
): void {
  useEffect(() => {
    if (!isOn || !element) return undefined
    const before = new Map<string, string>()
    for (const [name, value] of Object.entries(covering)) {
      before.set(name, element.style.getPropertyValue(name))
      element.style.setProperty(name, value)
    }
    const known = Object.entries(attributes).map(([name]) => [name, element.getAttribute(name)] as const)
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
    element.setAttribute('aria-label', label)
    // The top layer is above everything, whatever contains the element; older browsers have it by z-index.
    const isOnTop = typeof element.showPopover === 'function'
    if (isOnTop) {
      element.setAttribute('popover', 'manual')
      element.showPopover()
    }
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Tab') keepFocus(element, event)
      else if (event.key === 'Escape' && !event.defaultPrevented && !isField(event.target)) setFullScreen(false)
    }
    element.addEventListener('keydown', onKeyDown)
    return () => {
      element.removeEventListener('keydown', onKeyDown)
      if (isOnTop) {
        if (element.isConnected && element.matches(':popover-open')) element.hidePopover()
        element.removeAttribute('popover')
      }
      for (const [name, value] of known) {
        if (value === null) element.removeAttribute(name)
        else element.setAttribute(name, value)
      }
      element.removeAttribute('aria-label')
      for (const [name, value] of before) element.style.setProperty(name, value)
    }
  }, [element, isOn, label, setFullScreen])
}

const focusable = 'button, input, select, a[href], [tabindex]'

/** Tab goes from the last element to the first one. */
function keepFocus(element: HTMLElement, event: KeyboardEvent): void {
  const stops = [...element.querySelectorAll<HTMLElement>(focusable)].filter(
    (stop) => stop.tabIndex >= 0 && stop.getClientRects().length > 0,
  )
  const { activeElement } = rootOf(element)
  const edge = event.shiftKey ? stops[0] : stops.at(-1)
  if (activeElement !== edge) return
  const next = event.shiftKey ? stops.at(-1) : stops[0]
  next?.focus()
  event.preventDefault()
}
