'use client'
import type { TaskState } from '@inferstream/react'
import { useEffect, useRef, type ReactNode } from 'react'
import { useMessages } from '../provider/use-messages.ts'
import { spokenMessages } from './spoken-messages.ts'
import { useProgressDisplay } from './progress-display-context.ts'
import { phaseOf } from '@inferstream/react'

/**
 * Shows the outcome of the run in the title of a hidden tab, until the tab is visible again.
 * @param props.seen the status when the display was mounted: only a later end is shown
 */
export function HiddenTabTitle({ seen }: { seen: TaskState['status'] }): ReactNode {
  const { state } = useProgressDisplay('Root')
  const messages = useMessages('spoken', spokenMessages)
  const { phase } = state
  const before = useRef(phaseOf(seen))
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
