import { millisecondsBetween } from '../clock.ts'
import type { StatusName } from './status.ts'
import { isTerminal, statusCodes } from './status.ts'
import type { TaskState } from './task-state.ts'

const names = new Map<number, StatusName>(
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a constant
  Object.entries(statusCodes).map(([name, code]) => [code, name as StatusName]),
)

/** The answer to GET /tasks/{id}/timings: the duration of each status, from the status events. */
export function taskTimings(state: TaskState): Record<string, unknown> {
  const events = state.events.map((event, index) => {
    const next = state.events[index + 1]
    const status = names.get(event.status) ?? 'unknown'
    if (!next) return { status, timestamp: event.event_time }
    const duration = millisecondsBetween(event.event_time, next.event_time)
    return {
      status,
      timestamp: event.event_time,
      duration: `${duration.toFixed(0)}ms`,
      duration_ms: Math.round(duration),
      next_status: names.get(next.status) ?? 'unknown',
    }
  })
  const started = state.events[0]?.event_time ?? state.updatedAt
  const total = millisecondsBetween(
    started,
    isTerminal(state.status) ? (state.events.at(-1)?.event_time ?? started) : state.updatedAt,
  )
  return {
    task_id: state.id,
    status: statusCodes[state.status],
    total_duration: `${total.toFixed(0)}ms`,
    total_duration_ms: Math.round(total),
    groups: timingGroups(state),
    events,
  }
}

const groups: readonly { label: string; statuses: readonly StatusName[] }[] = [
  { label: 'queued', statuses: ['received', 'queued'] },
  { label: 'starting', statuses: ['dispatched', 'preparing', 'serving', 'setting_up'] },
  { label: 'running', statuses: ['running'] },
  { label: 'finishing', statuses: ['uploading', 'cancelling'] },
]

/** The phases of protocol §3, each with the time from its first status to the next phase. */
function timingGroups(state: TaskState): Record<string, unknown>[] {
  return groups.flatMap(({ label, statuses }) => {
    const codes = statuses.map((status) => statusCodes[status])
    const inGroup = ({ status }: { status: number }) => codes.some((code) => code === status)
    const first = state.events.findIndex(inGroup)
    const start = state.events[first]
    if (!start) return []
    const end = state.events.slice(first).find((event) => !inGroup(event))
    const duration = millisecondsBetween(start.event_time, end?.event_time ?? state.updatedAt)
    return [
      {
        label,
        start_at: start.event_time,
        ...(end ? { end_at: end.event_time } : {}),
        duration: `${duration.toFixed(0)}ms`,
        duration_ms: Math.round(duration),
      },
    ]
  })
}
