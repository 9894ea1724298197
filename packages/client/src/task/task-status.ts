// Statuses, phases and the end of a run (protocol §3).
import { InferstreamError } from '../core/errors.ts'
import { isObject } from '../core/json.ts'
import { finishLog, logSources } from '../log/log-cursor.ts'
import { codeOf, isTerminal, phaseOf, readStatus } from '../wire/status.ts'
import { closeGap, take } from './task-logs.ts'
import { changes } from './task-model.ts'
import type { Work } from './task-model.ts'
import { sameJson } from './task-output.ts'
import type { TaskPhaseSpan, TaskStatus } from '../core/types.ts'

/** How far a run is. Requeueing is real, but only a newer `updated_at` proves it: without one, less far is late news. */
export function rank(status: TaskStatus): number {
  if (status === 'unknown') return -1
  const order = ['queued', 'starting', 'running', 'finishing', 'cancelling']
  return Math.min(order.indexOf(phaseOf(status)), 3)
}

export function setStatus(work: Work<unknown>, status: TaskStatus, code: number): void {
  work.machine.serviceStatus = status
  work.machine.serviceCode = code
  showStatus(work)
}

export function showStatus(work: Work<unknown>): void {
  const { state } = work
  const { serviceStatus } = work.machine
  const waits = work.machine.cancelRequested && !isTerminal(serviceStatus)
  const shown = waits ? 'cancelling' : serviceStatus
  const code = waits ? codeOf('cancelling') : work.machine.serviceCode
  if (state.status === shown && work.machine.code === code) return
  work.machine.code = code
  work.changed |= changes.status
  if (state.status === shown) return
  state.status = shown
  state.phases = enterPhase(state.phases, shown, isTerminal(shown) ? endOf(work) : work.at)
  if (state.queuePosition !== null && phaseOf(shown) !== 'queued') state.queuePosition = null
}

function enterPhase(phases: readonly TaskPhaseSpan[], status: TaskStatus, at: number): readonly TaskPhaseSpan[] {
  const last = phases.at(-1)
  if (!last) return [{ status, startedAt: at, endedAt: null }]
  if (last.status === status) return phases
  // Earlier phases may be dated by the service's clock: time does not run backwards because ours is behind.
  const startedAt = Math.max(at, last.startedAt)
  return [...phases.slice(0, -1), { ...last, endedAt: startedAt }, { status, startedAt, endedAt: null }]
}

/** The service's own record of transitions, in full each time. That the run has ended is left to the status itself. */
export function takeEvents(work: Work<unknown>, events: readonly unknown[]): void {
  let phases: readonly TaskPhaseSpan[] = []
  const shift = clockShift(work)
  for (const event of events) {
    if (!isObject(event)) continue
    const { name } = readStatus(event['status'], undefined, work.machine.options.table)
    const at = Date.parse(String(event['event_time'] ?? event['created_at'])) + shift
    if (Number.isNaN(at) || name === 'unknown') continue
    if (!isTerminal(name)) phases = enterPhase(phases, name, at)
    else if (work.machine.isJoined && work.machine.serviceEnd !== at) {
      work.machine.serviceEnd = at
      work.touched = true
    }
  }
  const { status } = work.state
  if (phases.length === 0) return
  if (status !== 'idle' && status !== 'starting' && status !== 'error' && phases.at(-1)?.status !== status) {
    const known = work.state.phases.findLast((phase) => phase.status === status)
    phases = enterPhase(phases, status, known?.startedAt ?? work.at)
  }
  if (sameJson(phases, work.state.phases)) return
  work.state.phases = phases
  work.touched = true
}

/**
 * What the service's times lack to be ours, in ms: a run that was started here is dated by our clock, and clocks that are
 * minutes apart are common. Within a second they count as the same.
 */
function clockShift({ machine, at }: Work<unknown>): number {
  if (machine.isJoined) return 0
  const lead = at - Date.parse(machine.updatedAt)
  if (lead < machine.clockLead) machine.clockLead = lead
  return Number.isFinite(machine.clockLead) && Math.abs(machine.clockLead) > 1000 ? machine.clockLead : 0
}

export function endIfTerminal(work: Work<unknown>, error?: unknown): void {
  const { state } = work
  if (state.status === 'failed') {
    const message = typeof error === 'string' && error !== '' ? error : 'The run failed; the service gave no reason.'
    const isTyped = error instanceof InferstreamError
    state.error = isTyped ? error : new InferstreamError('task_failed', message, { taskId: state.taskId ?? undefined })
    work.changed |= changes.error
  }
  if (state.status === 'completed' || state.status === 'failed' || state.status === 'cancelled') {
    end(work)
    if (state.status === 'completed' && state.output !== null) work.changed |= changes.output
  }
}

export function end(work: Work<unknown>): void {
  const { state } = work
  closeGap(work)
  for (const source of logSources) {
    const position = work.machine.positions[source]
    if (position) take(work, source, finishLog(position))
  }
  state.pendingLine = null
  state.queuePosition = null
  state.retryAt = null
  state.attempt = 0
  state.connection = 'closed'
  const last = state.phases.at(-1)
  const at = Math.max(endOf(work), last?.startedAt ?? 0)
  state.startedAt ??= at
  state.endedAt = Math.max(at, state.startedAt)
  if (last && last.endedAt === null) state.phases = [...state.phases.slice(0, -1), { ...last, endedAt: at }]
  work.machine.unconfirmed = null
  work.touched = true
}

function endOf({ machine, state, at }: Work<unknown>): number {
  // That it can be followed no longer is known here alone.
  if (!machine.isJoined || state.status === 'error') return at
  return machine.serviceEnd ?? (Date.parse(machine.updatedAt) || at)
}
