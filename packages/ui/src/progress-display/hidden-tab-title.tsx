'use client'
import { useEffect, useRef, type ReactNode } from 'react'
import { useProgressDisplay } from './progress-display-context.ts'

/** Says in the title of a hidden tab how the run ended, until the tab is looked at again. */
export function HiddenTabTitle(): ReactNode {
  const { state, messages } = useProgressDisplay('Root')
  const { phase } = state
  const before = useRef(phase)
  useEffect(() => {
    const ended = (phase === 'done' || phase === 'failed' || phase === 'cancelled') && before.current !== phase
    before.current = phase
    if (!ended || !document.hidden) return undefined
    const title = document.title
    const shown = title ? `${messages.title[phase]} · ${title}` : messages.title[phase]
    document.title = shown
    const restore = () => {
      document.removeEventListener('visibilitychange', restore)
      if (document.title === shown) document.title = title
    }
    document.addEventListener('visibilitychange', restore)
    return restore
  }, [phase, messages])
  return null
}
