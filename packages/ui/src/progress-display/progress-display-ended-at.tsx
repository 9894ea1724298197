'use client'
import { useStreamSelector, type TaskState } from '@inferstream/react'
import type { ReactNode } from 'react'
import { usePart, type PartProps } from '../part/part.ts'
import { useMinute } from '../provider/clock.ts'
import { formatAgo, formatMoment } from '../text/format-ago.ts'
import { useProgressDisplay, type ProgressDisplayState } from './progress-display-context.ts'

export type ProgressDisplayEndedAtProps = PartProps<'time', ProgressDisplayState>

/**
 * How long ago the run ended, from a minute on; its title is the exact time. Renders nothing before that and without an end, else
 * a `<time>`.
 */
export function ProgressDisplayEndedAt(props: ProgressDisplayEndedAtProps): ReactNode {
  const { state, stream, locale } = useProgressDisplay('EndedAt')
  const endedAt = useStreamSelector(stream, endOf)
  const known = state.terminal && !state.lost ? endedAt : null
  const now = useMinute(known !== null)
  const ago = known === null || now === null ? null : formatAgo(now - known, locale)
  const time = usePart('time', 'progress-display-ended-at', state, props, {
    dateTime: known === null || ago === null ? undefined : new Date(known).toISOString(),
    title: known === null || ago === null ? undefined : formatMoment(known, locale),
    children: ago,
  })
  return ago === null ? null : time
}

const endOf = ({ endedAt }: TaskState) => (endedAt !== null && Math.abs(endedAt) <= 8.64e15 ? endedAt : null)
