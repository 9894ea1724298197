// Statuses, phases and the end of a run (protocol §3).
import { phaseOf } from '../wire/phase.ts'
import { sameJson } from '../core/same-json.ts'
import { InferstreamError } from '../core/errors.ts'
import { isObject } from '../core/json.ts'
import { finishLog, logSources } from '../log/log-cursor.ts'
import { codeOf, isTerminal, readStatus } from '../wire/status.ts'
import { applyAdvance } from './task-logs.ts'
import { finishSource } from './task-rows.ts'
import { changes, isServiceStatus } from './task-model.ts'
import type { Draft } from './task-model.ts'
import type { TaskPhaseSpan, TaskState, TaskStatus } from '../core/types.ts'

/** How far a run has progressed. A lower rank is outdated, unless a newer `updated_at` proves that the run was requeued. */
export function rank(status: TaskStatus): number {
  if (status === 'unknown') return -1
  const order = ['queued', 'starting', 'running', 'finishing', 'cancelling']
  return Math.min(order.indexOf(phaseOf(status)), 3)
}

export function setStatus(draft: Draft<unknown>, status: TaskStatus, code: number): void {
  draft.model.serviceStatus = status
  draft.model.serviceCode = code
  showStatus(draft)
}

export function showStatus(draft: Draft<unknown>): void {
  const { state } = draft
  const { serviceStatus } = draft.model
  const waits = draft.model.cancelRequested && !isTerminal(serviceStatus)
  const shown = waits ? 'cancelling' : serviceStatus
  const code = waits ? codeOf('cancelling') : draft.model.serviceCode
  if (state.status === shown && draft.model.code === code) return
  draft.model.code = code
  draft.changed |= changes.status
  if (state.status === shown) return
  state.status = shown
  state.phases = enterPhase(state.phases, shown, isTerminal(shown) ? endTimeOf(draft) : draft.at)
  if (state.queuePosition !== null && phaseOf(shown) !== 'queued') state.queuePosition = null
}

function enterPhase(phases: readonly TaskPhaseSpan[], status: TaskStatus, at: number): readonly TaskPhaseSpan[] {
  const last = phases.at(-1)
  if (!last) return [{ status, startedAt: at, endedAt: null }]
  if (last.status === status) return phases
  // Earlier phases may have times of the service's clock; a local clock that is behind must not give negative durations.
  const startedAt = Math.max(at, last.startedAt)
  return [...phases.slice(0, -1), { ...last, endedAt: startedAt }, { status, startedAt, endedAt: null }]
}

/**
 * Applies the service's own list of transitions, which is complete each time. Only the status itself ends the run.
 * @param current The status of the same record, or else the shown one.
 */
export function applyEvents(draft: Draft<unknown>, events: readonly unknown[], current: TaskState['status']): void {
  let phases: readonly TaskPhaseSpan[] = []
  const shift = draft.model.isJoined ? draft.model.clockShift : ownShift(draft)
  for (const event of events) {
    if (!isObject(event)) continue
    const { name } = readStatus(event['status'], undefined, draft.model.options.table)
    const time = Date.parse(String(event['event_time'] ?? event['created_at']))
    if (Number.isNaN(time) || name === 'unknown') continue
    if (!isTerminal(name)) phases = enterPhase(phases, name, time + shift)
    else if (draft.model.isJoined && draft.model.serviceEnd !== time) {
      draft.model.serviceEnd = time
      draft.touched = true
    }
  }
  if (phases.length === 0) return
  const datedPhases = phases.length
  if (isServiceStatus(current) && !isTerminal(current) && phases.at(-1)?.status !== current) {
    const known = draft.state.phases.findLast((phase) => phase.status === current)
    phases = enterPhase(phases, current, known?.startedAt ?? draft.at)
  }
  if (sameJson(phases, draft.state.phases)) return
  draft.model.datedPhases = datedPhases
  draft.state.phases = phases
  draft.touched = true
}

/** ms; clocks that differ by less count as equal. */
const clockTolerance = 1_000
/** ms; a better estimate that differs by less changes nothing. */
const clockStep = 250

/**
 * Estimates the difference between the service's clock and the local one, from the record with the smallest delay. The
 * times of a run that was started elsewhere are shifted by it, because they are compared with the local clock.
 * @param isLive The record arrived as it happened. A snapshot may be old; it can only show that the service's clock is ahead.
 */
export function readClock(draft: Draft<unknown>, isLive: boolean): void {
  const { model, state } = draft
  if (!model.isJoined) return
  const lead = draft.at - Date.parse(model.updatedAt)
  if (!(lead < model.clockLead) || !(isLive || lead < -clockTolerance)) return
  model.clockLead = lead
  const shift = Math.abs(lead) > clockTolerance ? lead : 0
  const change = shift - model.clockShift
  if (Math.abs(change) < clockStep) return
  const { datedPhases } = model
  model.clockShift = shift
  if (state.startedAt !== null) state.startedAt += change
  state.phases = state.phases.map((phase, index) => {
    if (index >= datedPhases) return phase
    const isEndDated = index + 1 < datedPhases
    const { status, startedAt, endedAt } = phase
    return {
      status,
      startedAt: startedAt + change,
      endedAt: isEndDated && endedAt !== null ? endedAt + change : endedAt,
    }
  })
}

/**
 * ms to add to the service's times of a run that was started here: such a run has times of the local clock, and clocks
 * that differ by minutes are common.
 */
function ownShift({ model, at }: Draft<unknown>): number {
  const lead = at - Date.parse(model.updatedAt)
  if (lead < model.clockLead) model.clockLead = lead
  return Number.isFinite(model.clockLead) && Math.abs(model.clockLead) > clockTolerance ? model.clockLead : 0
}

export function endIfTerminal(draft: Draft<unknown>, error?: unknown): void {
  const { state } = draft
  if (state.status === 'failed') {
    const message = typeof error === 'string' && error !== '' ? error : 'The run failed; the service gave no reason.'
    const isTyped = error instanceof InferstreamError
    state.error = isTyped ? error : new InferstreamError('task_failed', message, { taskId: state.taskId ?? undefined })
    draft.changed |= changes.error
  }
  if (state.status === 'completed' || state.status === 'failed' || state.status === 'cancelled') {
    endRun(draft)
    if (state.status === 'completed' && state.output !== null) draft.changed |= changes.output
  }
}

export function endRun(draft: Draft<unknown>): void {
  const { state } = draft
  for (const source of logSources) {
    const cursor = draft.model.cursors[source]
    if (!cursor) continue
    applyAdvance(draft, source, finishLog(cursor))
    finishSource(draft, source)
  }
  state.pendingLine = null
  state.queuePosition = null
  state.retryAt = null
  state.attempt = 0
  state.connection = 'closed'
  const last = state.phases.at(-1)
  const at = Math.max(endTimeOf(draft), last?.startedAt ?? 0)
  state.startedAt ??= at
  state.endedAt = Math.max(at, state.startedAt)
  if (last && last.endedAt === null) state.phases = [...state.phases.slice(0, -1), { ...last, endedAt: at }]
  draft.model.unconfirmed = null
  draft.touched = true
}

function endTimeOf({ model, state, at }: Draft<unknown>): number {
  // The service does not know when following failed.
  if (!model.isJoined || state.status === 'error') return at
  const time = model.serviceEnd ?? Date.parse(model.updatedAt)
  return Number.isNaN(time) ? at : time + model.clockShift
}
