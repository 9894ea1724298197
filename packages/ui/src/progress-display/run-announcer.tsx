'use client'
import { useStreamSelector, type TaskState } from '@inferstream/react'
import { useEffect, useRef, type ReactNode } from 'react'
import { useNow } from '../provider/clock.ts'
import { useAnnouncer } from '../provider/use-announcer.ts'
import { formatDuration, formatPercent } from '../text/format.ts'
import { useProgressDisplay } from './progress-display-context.ts'
import { announceRun, type SpokenMemory } from './run-announcements.ts'
import { isEnded, runPhase } from './run-source.ts'
import { shallowEqual } from './shallow-equal.ts'
import { useShownProgress } from './use-shown-progress.ts'

/** Speaks for the run; see ux.md, Announcer. A component of its own, so that its clock renders nothing else. */
export function RunAnnouncer(): ReactNode {
  const { stream, messages, locale, spokenLabel } = useProgressDisplay('Root')
  const announcer = useAnnouncer()
  const run = useStreamSelector(stream, runOf, shallowEqual)
  const { fraction } = useShownProgress('Root')
  const phase = runPhase(run.status)
  const now = useNow(phase !== 'idle' && !isEnded(phase))
  const memory = useRef<SpokenMemory>(null)
  useEffect(() => {
    const words = {
      spoken: messages.spoken,
      status: messages.status,
      connection: messages.connection,
      label: spokenLabel,
      percent: (part: number) => formatPercent(part, locale),
      duration: (ms: number) => formatDuration(ms, locale, { tenths: true, long: true }),
    }
    const [said, next] = announceRun(memory.current, { ...run, fraction, now: now ?? Date.now() }, words)
    memory.current = next
    for (const { text, urgency } of said) announcer.say(text, urgency)
  })
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
