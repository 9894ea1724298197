'use client'
import { phaseOf, useStreamSelector, type TaskState } from '@inferstream/react'
import { useNow } from '../provider/clock.ts'
import { useProgressDisplay } from './progress-display-context.ts'
import { isEnded } from './run-source.ts'
import { shallowEqual } from './shallow-equal.ts'
import type { ShownProgress } from './shown-progress.ts'

/**
 * The number shown by text, fill and ARIA. Renders its caller with every tick of the run, or of the clock if it is
 * estimated.
 */
export function useShownProgress(part: string): ShownProgress {
  const { stream, track, past } = useProgressDisplay(part)
  const run = useStreamSelector(stream, progressOf, shallowEqual)
  const phase = phaseOf(run.status)
  const estimated = run.progress === null && past.median !== null && phase !== 'idle' && !isEnded(phase)
  const now = useNow(estimated)
  return track.read(run, now, past.median)
}

const progressOf = ({ taskId, status, progress, startedAt }: TaskState) => ({ taskId, status, progress, startedAt })
