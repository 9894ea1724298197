import { idleState } from '@inferstream/react'
import type { LogView, TaskState, TaskStatus } from '@inferstream/react'

/** Start time of every run in stories and tests. */
export const startedAt = Date.UTC(2026, 0, 5, 12)

/** A snapshot of a run, given as its difference from an idle one. */
export function taskState(changes: Partial<TaskState> = {}): TaskState {
  const begun = changes.status !== undefined && changes.status !== 'idle'
  // A story names the status, and with it the output or the error that the status has.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return {
    ...idleState,
    ...(begun && { taskId: 'task-1', connection: 'live', startedAt }),
    ...changes,
  } as TaskState
}

/** A log of plain lines, as a run's `logs`. */
export function logView(lines: readonly string[], dropped = 0): LogView {
  return Object.assign([...lines], {
    dropped,
    revision: 0,
    open: Math.min(64, lines.length),
    entry: (index: number) => {
      const text = lines[index]
      return text === undefined ? undefined : { text, source: 'run' as const }
    },
  })
}

export function progressOf(current: number, total: number, source: 'app' | 'logs' | 'estimated' = 'app') {
  return { current, total, fraction: current / total, source }
}

/** A span in a status, in seconds after the start; null means that it has not ended. */
export type Stay = readonly [status: TaskStatus, from: number, to: number | null]

export function phasesOf(...spans: Stay[]): TaskState['phases'] {
  return spans.map(([status, from, to]) => ({
    status,
    startedAt: startedAt + from * 1000,
    endedAt: to === null ? null : startedAt + to * 1000,
  }))
}
