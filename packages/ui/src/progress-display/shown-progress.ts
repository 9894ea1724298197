import { phaseOf } from '@inferstream/react'
import type { TaskProgress, TaskState } from '@inferstream/react'
import { isEnded } from './run-source.ts'

export interface ShownProgress {
  /** 0–1, or null while unknown. Text, fill and ARIA all use this number. */
  readonly fraction: number | null
  readonly source: TaskProgress['source'] | null
}

export interface ProgressMemory {
  /** The run that `fraction` belongs to. */
  readonly taskId: string | null
  readonly fraction: number
  readonly source: TaskProgress['source'] | null
}

export const noProgress: ProgressMemory = { taskId: null, fraction: 0, source: null }

/** Upper limit of an estimate. */
const estimateCeiling = 0.95

export interface ProgressFacts {
  readonly taskId: string | null
  readonly status: TaskState['status']
  readonly progress: Pick<TaskProgress, 'fraction' | 'source'> | null
  /** ms since the run was started, if a clock is available. */
  readonly elapsed: number | null
  /** Median duration of this app's past runs in ms, if there are any. */
  readonly median: number | null
}

/**
 * The displayed value and the next memory. Sources in order: the app's progress, progress read from the log, elapsed ÷ median of
 * past runs. The value never decreases within a run.
 */
export function showProgress(memory: ProgressMemory, facts: ProgressFacts): [ShownProgress, ProgressMemory] {
  const { taskId, status } = facts
  const phase = phaseOf(status)
  if (phase === 'idle') return [{ fraction: null, source: null }, noProgress]
  const known = memory.taskId === taskId || memory.taskId === null ? memory : noProgress
  const [fraction, source] = newest(facts)
  const shown = fraction === null ? known.fraction : Math.max(known.fraction, fraction)
  const next: ProgressMemory = { taskId, fraction: shown, source: source ?? known.source }
  if (phase === 'done') return [{ fraction: 1, source: next.source }, next]
  if (next.source === null) return [{ fraction: null, source: null }, next]
  return [{ fraction: shown, source: next.source }, next]
}

function newest({ status, progress, elapsed, median }: ProgressFacts): [number | null, TaskProgress['source'] | null] {
  if (progress && Number.isFinite(progress.fraction)) {
    return [Math.min(1, Math.max(0, progress.fraction)), progress.source]
  }
  const phase = phaseOf(status)
  if (median === null || !(median > 0) || isEnded(phase)) return [null, null]
  if (phase === 'queued') return [null, null]
  return [Math.min(estimateCeiling, Math.max(0, (elapsed ?? 0) / median)), 'estimated']
}
