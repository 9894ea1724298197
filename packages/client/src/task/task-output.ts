// Progress, place in the queue, partial output, tokens and output.
import { mergeDelta } from '../wire/delta.ts'
import { isObject } from '../core/json.ts'
import type { JsonObject } from '../core/json.ts'
import { phaseOf } from '../wire/status.ts'
import { changes } from './task-model.ts'
import type { Draft } from './task-model.ts'
import type { TaskProgress } from '../core/types.ts'

export function applyProgress(draft: Draft<unknown>, progress: TaskProgress | undefined): void {
  if (!progress) return
  const before = draft.state.progress
  if (before && sameProgress(before, progress)) return
  const sameStatus = draft.model.progressStatus === draft.state.status
  if (before && sameStatus && before.source === progress.source && progress.fraction < before.fraction) return
  draft.model.progressStatus = draft.state.status
  draft.state.progress = progress
  draft.changed |= changes.progress
}

function sameProgress(a: TaskProgress, b: TaskProgress): boolean {
  return a.current === b.current && a.total === b.total && a.unit === b.unit && a.source === b.source
}

export function applyQueuePosition(draft: Draft<unknown>, position: number): void {
  if (draft.state.queuePosition === position || phaseOf(draft.model.serviceStatus) !== 'queued') return
  draft.state.queuePosition = position
  draft.changed |= changes.queue
}

export function applyPartial(draft: Draft<unknown>, value: unknown, isSnapshot: boolean): void {
  if (value === undefined || value === null || value === draft.state.partialOutput) return
  if (isSnapshot && sameJson(value, draft.state.partialOutput)) return
  draft.state.partialOutput = value
  draft.changed |= changes.partial
}

/** `output` before the end: for token apps the stored text, which may lag behind the tokens (protocol §6 "How text arrives"). */
export function applyOutputSoFar(draft: Draft<unknown>, output: unknown, isSnapshot: boolean): void {
  if (draft.model.tokens && isObject(output) && typeof output['response'] === 'string') {
    const shown = draft.model.tokens['response']
    const isShorter = typeof shown === 'string' && shown.length > output['response'].length
    if (isShorter && !draft.model.incomplete) return
    draft.model.tokens = { ...draft.model.tokens, ...output }
    draft.model.incomplete = false
    draft.model.resynced = true
    applyPartial(draft, draft.model.tokens, isSnapshot)
    return
  }
  draft.model.showsOutput = true
  applyPartial(draft, output, isSnapshot)
}

export function applyDelta(draft: Draft<unknown>, delta: JsonObject, seq: number | undefined): void {
  if (seq !== undefined) {
    if (seq <= draft.model.seq) return
    if (draft.model.seq > 0 && seq > draft.model.seq + 1 && !draft.model.resynced)
      draft.model.incomplete = draft.model.wantsRefetch = true
    draft.model.seq = seq
    draft.model.resynced = false
    draft.touched = true
  }
  if (draft.model.incomplete) return
  // Joined in the middle of an answer: begin with what the snapshot had.
  const before = draft.model.tokens ?? (isObject(draft.state.partialOutput) ? draft.state.partialOutput : {})
  draft.model.tokens = mergeDelta(before, delta)
  draft.model.showsOutput = true
  applyPartial(draft, draft.model.tokens, false)
}

/** The output itself: what was shown of it while it was made has done its part, however much of that was seen. */
export function setOutput(draft: Draft<unknown>, output: unknown): void {
  if (draft.model.showsOutput) draft.state.partialOutput = null
  if (sameJson(output, draft.state.output)) return
  draft.state.output = output
  draft.changed |= changes.output
}

export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object') return false
  try {
    return JSON.stringify(a) === JSON.stringify(b)
  } catch {
    // Nested deeper than the stack: parsing it does not recurse, writing it does.
    return false
  }
}
