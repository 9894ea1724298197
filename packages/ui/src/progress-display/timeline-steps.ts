import type { TaskState } from '@inferstream/react'

/** The steps of a run in order; warm workers skip some. */
export type StepName = 'queued' | 'scheduled' | 'preparing' | 'serving' | 'setting_up' | 'running' | 'uploading'

export type StepState = 'done' | 'current' | 'skipped' | 'failed' | 'cancelled' | 'pending' | 'unreached'

export interface TimelineStep {
  readonly name: StepName
  readonly state: StepState
  /** When the step was last entered, epoch ms; null if it is not the current one. */
  readonly since: number | null
  /** Total ms of all completed spans; null if there are none. */
  readonly spent: number | null
  /** How many skipped steps in a row this one stands for; 1 by default. */
  readonly folded?: number
}

const order: readonly StepName[] = ['queued', 'scheduled', 'preparing', 'serving', 'setting_up', 'running', 'uploading']

const stepOf = (status: string): number =>
  order.findIndex((name) => name === (status === 'received' ? 'queued' : status))

/**
 * The current state of the steps. Spans may be unordered and repeated; a step without one is skipped if a later step was reached,
 * else pending.
 */
export function timelineSteps({ status, phases }: Pick<TaskState, 'status' | 'phases'>): readonly TimelineStep[] {
  const spans = order.map((): { since: number | null; spent: number | null } => ({ since: null, spent: null }))
  let furthest = -1
  for (const { status: name, startedAt, endedAt } of phases) {
    const at = stepOf(name)
    const span = spans[at]
    if (!span) continue
    furthest = Math.max(furthest, at)
    if (endedAt === null) span.since = startedAt
    else span.spent = (span.spent ?? 0) + Math.max(0, endedAt - startedAt)
  }
  // The status may be ahead of the spans: a snapshot has it even if the transition was missed.
  const current = Math.max(furthest, stepOf(status))
  return order.map((name, at): TimelineStep => {
    const { since, spent } = spans[at] ?? { since: null, spent: null }
    const seen = since !== null || spent !== null || at === current
    return { name, state: stateOf(status, at, current, seen), since: at === current ? since : null, spent }
  })
}

function stateOf(status: TaskState['status'], at: number, current: number, seen: boolean): StepState {
  const ended = status === 'completed' || status === 'failed' || status === 'cancelled' || status === 'error'
  if (at === current && !(status === 'completed')) {
    if (status === 'failed' || status === 'error') return 'failed'
    return status === 'cancelled' ? 'cancelled' : 'current'
  }
  if (at <= current) return seen ? 'done' : 'skipped'
  if (status === 'completed') return 'skipped'
  return ended ? 'unreached' : 'pending'
}

/** Skipped steps in a row as one. */
export function foldSkipped(steps: readonly TimelineStep[]): readonly TimelineStep[] {
  const folded: TimelineStep[] = []
  for (const step of steps) {
    const last = folded.at(-1)
    if (step.state === 'skipped' && last?.state === 'skipped') {
      folded[folded.length - 1] = { ...last, folded: (last.folded ?? 1) + 1 }
    } else folded.push(step)
  }
  return folded
}

/** Where a step begins in the time of the run and how long it takes, 0–1; null if it has no time. */
export function placeOfStep(
  name: StepName,
  phases: TaskState['phases'],
  startedAt: number | null,
  until: number | null,
): { readonly from: number; readonly length: number } | null {
  const own = phases.filter(({ status }) => stepOf(status) === order.indexOf(name))
  const first = own[0]
  if (!first || startedAt === null || until === null) return null
  const begin = Math.min(startedAt, ...phases.map((phase) => phase.startedAt))
  const whole = until - begin
  if (!(whole > 0)) return null
  const end = Math.max(...own.map(({ endedAt }) => endedAt ?? until))
  const from = Math.min(1, Math.max(0, (first.startedAt - begin) / whole))
  return { from, length: Math.min(1 - from, Math.max(0, (end - first.startedAt) / whole)) }
}
