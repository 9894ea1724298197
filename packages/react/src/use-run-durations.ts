'use client'

import { useMemo, useSyncExternalStore } from 'react'
import type { TaskStatus } from '@inferstream/client'
import { clearDurations, durationsOf, subscribeToDurations } from './storage/run-durations.ts'
import type { RunDuration } from './storage/run-durations.ts'

export interface RunDurations {
  /** Completed runs known, 20 at most: those that `useStream` and `useStreams` started or resumed in this browser. */
  readonly samples: number
  /** ms; null without samples */
  readonly median: number | null
  /** ms; null without samples. Nine runs of ten took no longer. */
  readonly p90: number | null
  /** Median ms in each status that some run went through. */
  readonly phases: Readonly<Partial<Record<TaskStatus, number>>>
  clear(this: void): void
}

/** How long past runs of an app took, from local storage: what estimates are made of. Versions of an app count as one. */
export function useRunDurations(app: string): RunDurations {
  const durations = useSyncExternalStore(subscribeToDurations, () => durationsOf(app), noDurations)
  return useMemo(() => ({ ...summaryOf(durations), clear: () => clearDurations(app) }), [durations, app])
}

const none: readonly RunDuration[] = []
const noDurations = () => none

function summaryOf(durations: readonly RunDuration[]): Omit<RunDurations, 'clear'> {
  const totals = durations.map(({ total }) => total)
  const phases: Partial<Record<TaskStatus, number>> = {}
  const spans = durations.flatMap((duration) => duration.phases)
  for (const { status } of spans) {
    phases[status] ??=
      quantile(
        spans.filter((span) => span.status === status).map(({ length }) => length),
        0.5,
      ) ?? 0
  }
  return { samples: totals.length, median: quantile(totals, 0.5), p90: quantile(totals, 0.9), phases }
}

/** Interpolates between neighbours. */
function quantile(values: readonly number[], fraction: number): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  const position = (sorted.length - 1) * fraction
  const below = sorted[Math.floor(position)]
  const above = sorted[Math.ceil(position)]
  if (below === undefined || above === undefined) return null
  return below + (above - below) * (position % 1)
}
