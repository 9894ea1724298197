import type { TaskState, TaskStatus } from '@inferstream/client'
import { durationsOf, writeDurations } from './run-durations.ts'

/** How many past runs of an app are kept; older ones say little about the next. */
const kept = 20

/** Adds a run once, however many tabs and components have followed it. */
export function recordDuration(app: string, { taskId, startedAt, endedAt, phases }: TaskState) {
  const known = durationsOf(app)
  if (taskId === null || startedAt === null || endedAt === null) return
  if (known.some((duration) => duration.taskId === taskId)) return
  const lengths = new Map<TaskStatus, number>()
  for (const phase of phases) {
    const length = (phase.endedAt ?? endedAt) - phase.startedAt
    if (length > 0) lengths.set(phase.status, (lengths.get(phase.status) ?? 0) + length)
  }
  const duration = {
    taskId,
    total: endedAt - startedAt,
    phases: Array.from(lengths, ([status, length]) => ({ status, length })),
  }
  writeDurations(app, [...known, duration].slice(-kept))
}
