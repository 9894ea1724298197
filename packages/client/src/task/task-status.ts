// Statuses, phases and the end of a run (protocol §3).
import { InferstreamError } from '../core/errors.ts'
import { isObject } from '../core/json.ts'
import { finishLog, logSources } from '../log/log-cursor.ts'
import { codeOf, isTerminal, phaseOf, readStatus } from '../wire/status.ts'
import { closeGap, take } from './task-logs.ts'
import { changes } from './task-model.ts'
import type { Draft } from './task-model.ts'
import { sameJson } from './task-output.ts'
import type { TaskPhaseSpan, TaskStatus } from '../core/types.ts'

/** How far a run is. Requeueing is real, but only a newer `updated_at` proves it: without one, less far is late news. */
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
  state.phases = enterPhase(state.phases, shown, isTerminal(shown) ? endOf(draft) : draft.at)
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
export function applyEvents(draft: Draft<unknown>, events: readonly unknown[]): void {
  let phases: readonly TaskPhaseSpan[] = []
  const shift = clockShift(draft)
  for (const event of events) {
    if (!isObject(event)) continue
    const { name } = readStatus(event['status'], undefined, draft.model.options.table)
    const at = Date.parse(String(event['event_time'] ?? event['created_at'])) + shift
    if (Number.isNaN(at) || name === 'unknown') continue
    if (!isTerminal(name)) phases = enterPhase(phases, name, at)
    else if (draft.model.isJoined && draft.model.serviceEnd !== at) {
      draft.model.serviceEnd = at
      draft.touched = true
    }
  }
  const { status } = draft.state
  if (phases.length === 0) return
  if (status !== 'idle' && status !== 'starting' && status !== 'error' && phases.at(-1)?.status !== status) {
    const known = draft.state.phases.findLast((phase) => phase.status === status)
    phases = enterPhase(phases, status, known?.startedAt ?? draft.at)
  }
  if (sameJson(phases, draft.state.phases)) return
  draft.state.phases = phases
  draft.touched = true
}

/**
 * What the service's times lack to be ours, in ms: a run that was started here is dated by our clock, and clocks that are
 * minutes apart are common. Within a second they count as the same.
 */
function clockShift({ model, at }: Draft<unknown>): number {
  if (model.isJoined) return 0
  const lead = at - Date.parse(model.updatedAt)
  if (lead < model.clockLead) model.clockLead = lead
  return Number.isFinite(model.clockLead) && Math.abs(model.clockLead) > 1000 ? model.clockLead : 0
}

export function endIfTerminal(draft: Draft<unknown>, error?: unknown): void {
  const { state } = draft
  if (state.status === 'failed') {
    const message = typeof error === 'string' && error !== '' ? error : 'The run failed; the service gave no reason.'
    state.error = new InferstreamError('task_failed', message, { taskId: state.taskId ?? undefined })
    draft.changed |= changes.error
  }
  if (state.status === 'completed' || state.status === 'failed' || state.status === 'cancelled') {
    end(draft)
    if (state.status === 'completed' && state.output !== null) draft.changed |= changes.output
  }
}

export function end(draft: Draft<unknown>): void {
  const { state } = draft
  closeGap(draft)
  for (const source of logSources) {
    const position = draft.model.cursors[source]
    if (position) take(draft, source, finishLog(position))
  }
  state.pendingLine = null
  state.queuePosition = null
  state.retryAt = null
  state.attempt = 0
  state.connection = 'closed'
  const last = state.phases.at(-1)
  const at = Math.max(endOf(draft), last?.startedAt ?? 0)
  state.startedAt ??= at
  state.endedAt = Math.max(at, state.startedAt)
  if (last && last.endedAt === null) state.phases = [...state.phases.slice(0, -1), { ...last, endedAt: at }]
  draft.model.unconfirmed = null
  draft.touched = true
}

function endOf({ model, state, at }: Draft<unknown>): number {
  // That it can be followed no longer is known here alone.
  if (!model.isJoined || state.status === 'error') return at
  return model.serviceEnd ?? (Date.parse(model.updatedAt) || at)
}
