import { phaseOf } from '@inferstream/react'
import type { TaskProgress, TaskState } from '@inferstream/react'
import { isEnded } from './run-source.ts'

export interface ShownProgress {
  /** 0–1, or null while unknown. Text, fill and ARIA all use this number. */
  readonly fraction: number | null
  readonly source: TaskProgress['source'] | null
  /** Identity of the bar: fractions of two bars have different scales. */
  readonly bar: string | null
  /** A bar within the one above. */
  readonly inner: TaskProgress['inner'] | null
}

export interface ProgressMemory extends ShownProgress {
  /** The run that it belongs to. */
  readonly taskId: string | null
}

const nothing: ShownProgress = { fraction: null, source: null, bar: null, inner: null }
export const noProgress: ProgressMemory = { taskId: null, ...nothing }

/** Upper limit of an estimate. */
const estimateCeiling = 0.95
/** Upper limit while the run is not done: what is left is not part of the app's bar. */
const unfinishedCeiling = 0.99

export interface ProgressFacts {
  readonly taskId: string | null
  readonly status: TaskState['status']
  readonly progress: (Pick<TaskProgress, 'fraction' | 'source'> & Partial<TaskProgress>) | null
  /** ms since the run was started, if a clock is available. */
  readonly elapsed: number | null
  /** Median duration of this app's past runs in ms, if there are any. */
  readonly median: number | null
}

/**
 * The displayed value and the next memory. Sources in order: the app's progress, progress read from the log, elapsed ÷ median of
 * past runs. Within one bar the client never lets it decrease; another bar has another scale.
 */
export function showProgress(memory: ProgressMemory, facts: ProgressFacts): [ShownProgress, ProgressMemory] {
  const { taskId, status } = facts
  const phase = phaseOf(status)
  if (phase === 'idle') return [nothing, noProgress]
  const known = memory.taskId === taskId || memory.taskId === null ? memory : noProgress
  const now = newest(facts) ?? known
  const next = { ...now, taskId }
  if (phase === 'done') {
    const isEstimate = next.source === 'estimated'
    return [{ fraction: 1, source: isEstimate ? null : next.source, bar: next.bar, inner: null }, next]
  }
  const { fraction, source, bar, inner } = next
  if (fraction === null || phase === 'running') return [{ fraction, source, bar, inner }, next]
  return [{ fraction: Math.min(unfinishedCeiling, fraction), source, bar, inner: null }, next]
}

/** Statuses in which a worker has the run, so that past durations say something. */
const workedOn: ReadonlySet<TaskState['status']> = new Set([
  'preparing',
  'serving',
  'setting_up',
  'running',
  'uploading',
])

function newest({ status, progress, elapsed, median }: ProgressFacts): ShownProgress | null {
  if (progress && Number.isFinite(progress.fraction)) {
    const { source, label = '', total = 0, unit = '', inner = null } = progress
    const fraction = Math.min(1, Math.max(0, progress.fraction))
    return { fraction, source, bar: `${source}|${label}|${total}|${unit}`, inner }
  }
  if (median === null || !(median > 0) || isEnded(phaseOf(status)) || !workedOn.has(status)) return null
  const fraction = Math.min(estimateCeiling, Math.max(0, (elapsed ?? 0) / median))
  return { fraction, source: 'estimated', bar: 'estimated', inner: null }
}

/** Rounded down, so that 100 is never shown early. */
export const percentOf = (fraction: number | null): number | null =>
  fraction === null ? null : Math.floor(fraction * 100 + 1e-9)
