'use client'
import { phaseOf, type TaskState } from '@inferstream/react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useMessages } from '../provider/use-messages.ts'
import { formatPercent } from '../text/format.ts'
import { sayInTitle, watchVisibility } from './page-title.ts'
import { useProgressDisplay } from './progress-display-context.ts'
import { isEnded } from './run-source.ts'
import { spokenMessages } from './spoken-messages.ts'
import { useShownProgress } from './use-shown-progress.ts'

/**
 * Shows how far the run is in the title of a hidden tab, and its outcome until the tab is visible again.
 * @param props.seen the status when the display was mounted: only a later end is shown
 */
export function HiddenTabTitle({ seen }: { seen: TaskState['status'] }): ReactNode {
  const { state, locale } = useProgressDisplay('Root')
  const { fraction } = useShownProgress('Root')
  const messages = useMessages('spoken', spokenMessages)
  const [display] = useState(() => ({}))
  const { phase } = state
  const percent = fraction === null || phase === 'idle' ? null : formatPercent(fraction, locale)
  const before = useRef(phaseOf(seen))
  useEffect(watchVisibility, [])
  useEffect(() => {
    const isNew = before.current !== phase
    before.current = phase
    if (phase === 'done' || phase === 'failed' || phase === 'cancelled') {
      if (isNew) sayInTitle(display, messages.title[phase])
    } else if (!isEnded(phase)) sayInTitle(display, percent)
  }, [phase, percent, messages, display])
  useEffect(() => () => sayInTitle(display, null), [display])
  return null
}
