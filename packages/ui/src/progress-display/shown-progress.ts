import { phaseOf } from '@inferstream/react'
import type { TaskProgress, TaskState } from '@inferstream/react'
import { isEnded } from './run-source.ts'

export interface ShownProgress {
  /** 0–1, or null while nobody knows. Text, fill and ARIA all read this one number. */
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

/** An estimate never says that a run is as good as done. */
const estimateCeiling = 0.95

export interface ProgressFacts {
  readonly taskId: string | null
  readonly status: TaskState['status']
  readonly progress: Pick<TaskProgress, 'fraction' | 'source'> | null
  /** ms since the run was started, where a clock is at hand. */
  readonly elapsed: number | null
  /** ms that this app's past runs took, where there are any. */
  readonly median: number | null
}

/**
 * What to show, and what to remember for the next time: the app's own number, else one read from the log, else elapsed ÷
 * median of past runs, else nothing. Within a run it never goes back, whatever the sources say.
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
