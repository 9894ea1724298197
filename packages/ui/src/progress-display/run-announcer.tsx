'use client'
import { phaseOf, useStreamSelector, type TaskState } from '@inferstream/react'
import { useEffect, useRef, type ReactNode } from 'react'
import { useNow } from '../provider/clock.ts'
import { useKit } from '../provider/kit-context.ts'
import { useMessages } from '../provider/use-messages.ts'
import { formatDuration, formatPercent } from '../text/format.ts'
import { useProgressDisplay } from './progress-display-context.ts'
import { announceRun, type SpokenMemory } from './run-announcements.ts'
import { isEnded } from './run-source.ts'
import { shallowEqual } from './shallow-equal.ts'
import { spokenMessages } from './spoken-messages.ts'
import { useShownProgress } from './use-shown-progress.ts'

/**
 * Makes the run's announcements. A separate component, so that its clock renders nothing else.
 * @param props.seen the status when the display was mounted: a run that began since then is announced
 */
export function RunAnnouncer({ seen }: { seen: TaskState['status'] }): ReactNode {
  const { stream, messages, locale, ownLabel, refusal } = useProgressDisplay('Root')
  const spoken = useMessages('spoken', spokenMessages)
  const { announcer } = useKit()
  const run = useStreamSelector(stream, runOf, shallowEqual)
  const { fraction } = useShownProgress('Root')
  const phase = phaseOf(run.status)
  const now = useNow(phase !== 'idle' && !isEnded(phase))
  const memory = useRef<SpokenMemory>(null)
  useEffect(() => {
    const words = {
      spoken,
      status: messages.status,
      connection: messages.connection,
      label: ownLabel ?? messages.label,
      isNamed: ownLabel !== null,
      percent: (part: number) => formatPercent(part, locale),
      duration: (ms: number) => formatDuration(ms, locale, { tenths: true, width: 'long' }),
    }
    const facts = { ...run, fraction, now: now ?? Date.now() }
    memory.current ??= announceRun(null, seen === 'idle' ? { ...facts, status: seen, taskId: null } : facts, words)[1]
    const [said, next] = announceRun(memory.current, facts, words)
    memory.current = next
    for (const { text, urgency } of said) announcer.say(text, urgency)
  })
  useEffect(() => {
    if (!refusal) return
    const text = messages.cancelRefused(refusal)
    if (ownLabel === null) announcer.say(text, 'assertive')
    else announcer.say({ name: ownLabel, text: (name) => spoken.named(name, text) }, 'assertive')
  }, [refusal, announcer, messages, spoken, ownLabel])
  return null
}

const runOf = ({ taskId, status, connection, error, startedAt, endedAt }: TaskState) => ({
  taskId,
  status,
  connection,
  error,
  startedAt,
  endedAt,
})
