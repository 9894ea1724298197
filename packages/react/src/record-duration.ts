import type { TaskState, TaskStatus } from '@inferstream/client'
import { durationsOf, writeDurations } from './run-durations.ts'

/** How many past runs of an app are kept; older ones say little about the next. */
const kept = 20

export function recordDuration(app: string, { startedAt, endedAt, phases }: TaskState) {
  if (startedAt === null || endedAt === null) return
  const lengths = new Map<TaskStatus, number>()
  for (const phase of phases) {
    const length = (phase.endedAt ?? endedAt) - phase.startedAt
    if (length > 0) lengths.set(phase.status, (lengths.get(phase.status) ?? 0) + length)
  }
  const duration = {
    total: endedAt - startedAt,
    phases: Array.from(lengths, ([status, length]) => ({ status, length })),
  }
  writeDurations(app, [...durationsOf(app), duration].slice(-kept))
}
