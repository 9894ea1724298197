// Progress, place in the queue, partial output, tokens and output.
import { mergeDelta } from '../wire/delta.ts'
import { isObject, sameJson } from '../core/json.ts'
import type { JsonObject } from '../core/json.ts'
import { phaseOf } from '../wire/status.ts'
import { changes } from './task-model.ts'
import type { Work } from './task-model.ts'
import type { TaskProgress } from '../core/types.ts'

export function takeProgress(work: Work<unknown>, progress: TaskProgress | undefined): void {
  if (!progress) return
  const before = work.state.progress
  if (before && sameProgress(before, progress)) return
  const sameStatus = work.machine.progressStatus === work.state.status
  if (before && sameStatus && before.source === progress.source && progress.fraction < before.fraction) return
  work.machine.progressStatus = work.state.status
  work.state.progress = progress
  work.changed |= changes.progress
}

function sameProgress(a: TaskProgress, b: TaskProgress): boolean {
  return a.current === b.current && a.total === b.total && a.unit === b.unit && a.source === b.source
}

export function takeQueuePosition(work: Work<unknown>, position: number): void {
  if (work.state.queuePosition === position || phaseOf(work.machine.serviceStatus) !== 'queued') return
  work.state.queuePosition = position
  work.changed |= changes.queue
}

export function takePartial(work: Work<unknown>, value: unknown, isSnapshot: boolean): void {
  if (value === undefined || value === null || value === work.state.partialOutput) return
  if (isSnapshot && sameJson(value, work.state.partialOutput)) return
  work.state.partialOutput = value
  work.changed |= changes.partial
}

/** `output` before the end: for token apps the stored text, which may lag behind the tokens (protocol §6 "How text arrives"). */
export function takeOutputSoFar(work: Work<unknown>, output: unknown, isSnapshot: boolean): void {
  if (work.machine.tokens && isObject(output) && typeof output['response'] === 'string') {
    const shown = work.machine.tokens['response']
    const isShorter = typeof shown === 'string' && shown.length > output['response'].length
    if (isShorter && !work.machine.incomplete) return
    work.machine.tokens = { ...work.machine.tokens, ...output }
    work.machine.incomplete = false
    work.machine.resynced = true
    takePartial(work, work.machine.tokens, isSnapshot)
    return
  }
  work.machine.showsOutput = true
  takePartial(work, output, isSnapshot)
}

export function takeDelta(work: Work<unknown>, delta: JsonObject, seq: number | undefined): void {
  if (seq !== undefined) {
    if (seq <= work.machine.seq) return
    if (work.machine.seq > 0 && seq > work.machine.seq + 1 && !work.machine.resynced)
      work.machine.incomplete = work.machine.hinted = true
    work.machine.seq = seq
    work.machine.resynced = false
    work.touched = true
  }
  if (work.machine.incomplete) return
  // Joined in the middle of an answer: begin with what the snapshot had.
  const before = work.machine.tokens ?? (isObject(work.state.partialOutput) ? work.state.partialOutput : {})
  work.machine.tokens = mergeDelta(before, delta)
  work.machine.showsOutput = true
  takePartial(work, work.machine.tokens, false)
}

/** The output itself: what was shown of it while it was made has done its part, however much of that was seen. */
export function setOutput(work: Work<unknown>, output: unknown): void {
  if (work.machine.showsOutput) work.state.partialOutput = null
  if (sameJson(output, work.state.output)) return
  work.state.output = output
  work.changed |= changes.output
}
