// Statuses → the phases that people are shown (protocol §3).
import type { TaskPhase, TaskStateStatus, TaskStatus } from '../core/types.ts'

const phases: Readonly<Record<TaskStateStatus, TaskPhase | 'idle'>> = {
  idle: 'idle',
  waiting: 'queued',
  starting: 'starting',
  unknown: 'queued',
  received: 'queued',
  queued: 'queued',
  scheduled: 'starting',
  preparing: 'starting',
  serving: 'starting',
  setting_up: 'starting',
  running: 'running',
  cancelling: 'cancelling',
  uploading: 'finishing',
  completed: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
  error: 'failed',
}

/** The phase of a status, as shown to people. Unrecognized values are `queued`, the phase that promises least. */
export function phaseOf(status: TaskStatus): TaskPhase
/** `idle` while there is no run; `error`, a status of the client, is `failed`. */
export function phaseOf(status: TaskStateStatus): TaskPhase | 'idle'
export function phaseOf(status: TaskStateStatus): TaskPhase | 'idle' {
  return Object.hasOwn(phases, status) ? phases[status] : 'queued'
}
