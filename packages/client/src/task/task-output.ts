// Progress, queue position, partial output, tokens and output.
import { phaseOf } from '../wire/phase.ts'
import { stringOrEmpty } from '../core/text.ts'
import { sameJson } from '../core/same-json.ts'
import { mergeDelta } from '../wire/delta.ts'
import type { Accumulated } from '../wire/delta.ts'
import { isObject } from '../core/json.ts'
import type { JsonObject } from '../core/json.ts'
import { changes } from './task-model.ts'
import type { Draft } from './task-model.ts'
import type { TaskProgress, UsageEvent } from '../core/types.ts'

/** Never backwards within one bar: the same label, total and unit. Another bar, or another status, may start lower. */
export function applyProgress(draft: Draft<unknown>, progress: TaskProgress): void {
  const before = draft.state.progress
  const isSameBar = before !== null && before.source === progress.source && isBarOf(before, progress)
  const isSameStatus = draft.model.progressStatus === draft.state.status
  if (isSameBar && isSameStatus && progress.fraction < before.fraction && before.fraction < 1) return
  showProgress(draft, progress)
}

export function showProgress(draft: Draft<unknown>, progress: TaskProgress): void {
  if (sameJson(draft.state.progress, progress)) return
  draft.model.progressStatus = draft.state.status
  draft.state.progress = progress
  draft.changed |= changes.progress
}

const isBarOf = (a: TaskProgress, b: TaskProgress) => a.label === b.label && a.total === b.total && a.unit === b.unit

export function applyQueuePosition(draft: Draft<unknown>, position: number): void {
  if (draft.state.queuePosition === position || phaseOf(draft.model.serviceStatus) !== 'queued') return
  draft.state.queuePosition = position
  draft.changed |= changes.queue
}

export function applyUsage(draft: Draft<unknown>, events: unknown): void {
  if (!Array.isArray(events)) return
  const usage = events.filter((event): event is UsageEvent => isObject(event))
  if (usage.length === 0 || sameJson(usage, draft.state.usage)) return
  draft.state.usage = usage
  draft.touched = true
}

export function applyPartial(draft: Draft<unknown>, value: unknown, isSnapshot: boolean): void {
  if (value === undefined || value === null || value === draft.state.partialOutput) return
  if (isSnapshot && sameJson(value, draft.state.partialOutput)) return
  draft.state.partialOutput = value
  draft.changed |= changes.partial
}

/**
 * Applies `output` before the end: for token apps the stored text, which may be behind or ahead of the tokens (protocol §6
 * "How text arrives").
 * @param isSnapshot The output is in a full object; a partial replaces what came before it.
 * @param opensStream That object opens a stream: the next token continues its text.
 */
export function applyOutputSoFar(
  draft: Draft<unknown>,
  output: unknown,
  isSnapshot: boolean,
  opensStream: boolean,
): void {
  const { tokens, missed, stored } = draft.model
  draft.model.showsOutput = true
  const isText = isObject(output) && textFields.some((field) => typeof output[field] === 'string')
  if (!isText) {
    applyPartial(draft, output, isSnapshot)
    return
  }
  draft.touched = true
  if (opensStream) draft.model.opening = output
  // A snapshot may be older than the last one: text never shrinks.
  const isOlder = isSnapshot && stored !== null && isContinuation(stored, output)
  draft.model.stored = isOlder ? longerOf(stored, output) : output
  if (tokens) {
    const aligned = missed ? alignedWith(output, missed) : isContinuation(tokens, output) ? tokens : output
    if (aligned) {
      draft.model.tokens = { ...tokens, ...aligned }
      draft.model.missed = null
    }
  }
  showText(draft, isSnapshot)
}

export function applyDelta(draft: Draft<unknown>, delta: JsonObject, seq: number | undefined): void {
  const { model } = draft
  const isGap = seq !== undefined && model.seq >= 0 && seq > model.seq + 1
  if (seq !== undefined) {
    if (seq <= model.seq) return
    model.seq = seq
    draft.touched = true
  }
  const { opening } = model
  model.opening = null
  // Tokens with consecutive `seq` continue each other, even if the snapshot is ahead of them.
  const isAligned = seq !== undefined && !isGap && model.tokens !== null && !model.missed
  if (opening && !isAligned) {
    // Joined in the middle of an answer, or after a lost stream.
    model.tokens = opening
    model.missed = null
  } else if (isGap && !model.missed) {
    model.missed = {}
    model.wantsRefetch = true
  }
  if (model.missed) {
    model.missed = mergeDelta(model.missed, delta)
    return
  }
  if (model.tokens === null) {
    // The first tokens of a run begin its text, although a snapshot may be ahead of them.
    model.fromStart = seq === undefined || seq <= 1
    model.tokens = model.fromStart ? {} : (model.stored ?? {})
  }
  model.tokens = mergeDelta(model.tokens, delta)
  if (model.fromStart && model.stored && !isContinuation(model.tokens, model.stored)) {
    // They did not: they continue the stored text.
    model.tokens = joined(model.stored, model.tokens)
    model.fromStart = false
  }
  model.showsOutput = true
  showText(draft, false)
}

const textFields = ['response', 'reasoning'] as const

/** Shows the tokens, or the stored text where it is longer and begins with them. */
function showText(draft: Draft<unknown>, isSnapshot: boolean): void {
  const { tokens, stored } = draft.model
  applyPartial(draft, tokens && stored ? longerOf(tokens, stored) : (tokens ?? stored), isSnapshot)
}

/** The fields of both, each text as long as it is known where one of the two begins with the other; else that of `first`. */
function longerOf(first: Accumulated, second: Accumulated): Accumulated {
  const longer: Record<string, unknown> = { ...second, ...first }
  for (const field of textFields) {
    const text = stringOrEmpty(first[field])
    const other = stringOrEmpty(second[field])
    if (other.length > text.length && other.startsWith(text)) longer[field] = other
  }
  return longer
}

function joined(before: Accumulated, after: Accumulated): Accumulated {
  const texts = textFields.flatMap((field) => {
    const text = stringOrEmpty(before[field]) + stringOrEmpty(after[field])
    return text === '' ? [] : [[field, text]]
  })
  return { ...before, ...after, ...Object.fromEntries(texts) }
}

/** Whether one of the two texts begins with the other; otherwise the answer was regenerated. */
function isContinuation(tokens: Accumulated, stored: Accumulated): boolean {
  return textFields.every((field) => {
    const text = stringOrEmpty(tokens[field])
    const other = stringOrEmpty(stored[field])
    return text.startsWith(other) || other.startsWith(text)
  })
}

/** The stored text up to the end of the tokens received after missed ones; null if it does not reach them. */
function alignedWith(stored: JsonObject, missed: Accumulated): Accumulated | null {
  const aligned: Record<string, unknown> = { ...stored }
  for (const field of textFields) {
    const text = stringOrEmpty(stored[field])
    const tail = stringOrEmpty(missed[field])
    if (tail === '') continue
    const at = text.lastIndexOf(tail)
    if (at < 0) return null
    aligned[field] = text.slice(0, at + tail.length)
  }
  return aligned
}

/** Sets the final output. A partial output that was only its beginning is removed. */
export function setOutput(draft: Draft<unknown>, output: unknown): void {
  if (draft.model.showsOutput && draft.state.partialOutput !== null) {
    draft.state.partialOutput = null
    draft.touched = true
  }
  if (sameJson(output, draft.state.output)) return
  draft.state.output = output
  draft.changed |= changes.output
}
