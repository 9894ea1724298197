'use client'
import { useStreamSelector, type TaskState } from '@inferstream/react'
import type { ReactNode } from 'react'
import { usePart, type PartProps } from '../part/part.ts'
import { useNow } from '../provider/clock.ts'
import { formatDuration } from '../text/format.ts'
import { useProgressDisplay, type ProgressDisplayState } from './progress-display-context.ts'
import { shallowEqual } from './shallow-equal.ts'

export type ProgressDisplayElapsedProps = PartProps<'span', ProgressDisplayState>

/** Elapsed time of the run: ticks once a second while it is active. Renders a `<span>`. */
export function ProgressDisplayElapsed(props: ProgressDisplayElapsedProps): ReactNode {
  const { state, stream, locale } = useProgressDisplay('Elapsed')
  const { startedAt, endedAt } = useStreamSelector(
    stream,
    (run: TaskState) => ({ startedAt: run.startedAt, endedAt: run.endedAt }),
    shallowEqual,
  )
  const now = useNow(startedAt !== null && endedAt === null && !state.terminal, startedAt ?? 0)
  const until = endedAt ?? now
  return usePart('span', 'progress-display-elapsed', state, props, {
    children:
      startedAt === null || until === null
        ? null
        : formatDuration(until - startedAt, locale, { tenths: endedAt !== null }),
  })
}
