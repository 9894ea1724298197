import type { TaskProgress } from '@inferstream/client'
import type { RunSnapshot, UseStreamResult } from '../types.ts'

export type RunCounts = Readonly<Record<'waiting' | 'active' | 'completed' | 'failed' | 'cancelled', number>>

export interface GroupSnapshot<TInput, TOutput> {
  /** In the order of the configs; each one is a `stream` for the components. */
  readonly runs: readonly UseStreamResult<TInput, TOutput>[]
  /** `failed` has the runs that ended in `error` too, `cancelled` those that were reset by themselves. */
  readonly counts: RunCounts
  /** The mean of all runs: one that has ended counts 1, however it ended, and one without progress 0. Null without runs. */
  readonly progress: TaskProgress | null
}

export interface MemberState {
  readonly run: RunSnapshot
  readonly isWaiting: boolean
}

export function countsOf(states: readonly MemberState[]): RunCounts {
  const counts = { waiting: 0, active: 0, completed: 0, failed: 0, cancelled: 0 }
  for (const { run, isWaiting } of states) {
    const { status } = run
    if (isWaiting) counts.waiting += 1
    else if (run.isActive) counts.active += 1
    else if (status === 'completed') counts.completed += 1
    // One that was reset by itself is idle again.
    else counts[status === 'cancelled' || status === 'idle' ? 'cancelled' : 'failed'] += 1
  }
  return counts
}

export function progressOf(states: readonly MemberState[]): TaskProgress | null {
  if (states.length === 0) return null
  const total = states.length
  let current = 0
  let source: TaskProgress['source'] = 'app'
  for (const { run, isWaiting } of states) {
    const { progress } = run
    const goesOn = run.isActive || isWaiting
    current += goesOn ? (progress?.fraction ?? 0) : 1
    if (goesOn && progress && progress.source !== 'app') source = progress.source
  }
  return { current, total, fraction: current / total, unit: 'runs', source }
}
