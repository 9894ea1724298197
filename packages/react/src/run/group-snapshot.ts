import type { TaskProgress } from '@inferstream/client'
import type { BatchRun, RunSnapshot } from '../types.ts'

export type RunCounts = Readonly<Record<'waiting' | 'active' | 'completed' | 'failed' | 'cancelled', number>>

/** What is known of all runs together. */
export interface GroupFacts {
  /** `failed` includes the runs that ended in `error`, `cancelled` those that were reset by themselves. */
  readonly counts: RunCounts
  /** The mean of all runs: one that has ended counts 1, however it ended, and one without progress 0. Null without runs. */
  readonly progress: TaskProgress | null
}

export interface GroupSnapshot<TInput, TOutput> extends GroupFacts {
  /** In the order of the configs; each one is a `stream` for the components. */
  readonly runs: readonly BatchRun<TInput, TOutput>[]
}

export function countsOf(runs: readonly RunSnapshot[]): RunCounts {
  const counts = { waiting: 0, active: 0, completed: 0, failed: 0, cancelled: 0 }
  for (const { status, isActive } of runs) {
    if (status === 'waiting') counts.waiting += 1
    else if (isActive) counts.active += 1
    else if (status === 'completed') counts.completed += 1
    // One that was reset by itself is idle again.
    else counts[status === 'cancelled' || status === 'idle' ? 'cancelled' : 'failed'] += 1
  }
  return counts
}

export function progressOf(runs: readonly RunSnapshot[]): TaskProgress | null {
  if (runs.length === 0) return null
  const total = runs.length
  let current = 0
  let source: TaskProgress['source'] = 'app'
  for (const { progress, isActive } of runs) {
    current += isActive ? (progress?.fraction ?? 0) : 1
    if (isActive && progress && progress.source !== 'app') source = progress.source
  }
  return { current, total, fraction: current / total, unit: 'runs', source }
}
