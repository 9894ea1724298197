// Progress, place in the queue, partial output, tokens and output.
import { mergeDelta } from '../wire/delta.ts'
import type { Accumulated } from '../wire/delta.ts'
import { isObject } from '../core/json.ts'
import type { JsonObject } from '../core/json.ts'
import { phaseOf } from '../wire/status.ts'
import { changes } from './task-model.ts'
import type { Work } from './task-model.ts'
import type { TaskProgress, UsageEvent } from '../core/types.ts'

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

export function takeUsage(work: Work<unknown>, events: unknown): void {
  if (!Array.isArray(events)) return
  const usage = events.filter((event): event is UsageEvent => isObject(event))
  if (usage.length === 0 || sameJson(usage, work.state.usage)) return
  work.state.usage = usage
  work.touched = true
}

export function takePartial(work: Work<unknown>, value: unknown, isSnapshot: boolean): void {
  if (value === undefined || value === null || value === work.state.partialOutput) return
  if (isSnapshot && sameJson(value, work.state.partialOutput)) return
  work.state.partialOutput = value
  work.changed |= changes.partial
}

/**
 * `output` before the end: for token apps the stored text, which may be behind the tokens or ahead of them (protocol §6
 * "How text arrives").
 * @param opensStream It is in the snapshot with which a stream opens: the next token follows it.
 */
export function takeOutputSoFar(work: Work<unknown>, output: unknown, isSnapshot: boolean, opensStream: boolean): void {
  const { tokens, missed } = work.machine
  const isText = isObject(output) && (typeof output['response'] === 'string' || typeof output['reasoning'] === 'string')
  if (!tokens || !isText) {
    work.machine.showsOutput = true
    takePartial(work, output, isSnapshot)
    return
  }
  work.touched = true
  work.machine.stored = output
  work.machine.realigns ||= opensStream
  const aligned = missed ? alignedWith(output, missed) : isContinuation(tokens, output) ? tokens : output
  if (aligned) {
    work.machine.tokens = { ...tokens, ...aligned }
    work.machine.missed = null
  }
  showText(work, isSnapshot)
}

export function takeDelta(work: Work<unknown>, delta: JsonObject, seq: number | undefined): void {
  const { machine } = work
  const isGap = seq !== undefined && machine.seq > 0 && seq > machine.seq + 1
  if (seq !== undefined) {
    if (seq <= machine.seq) return
    machine.seq = seq
    work.touched = true
  }
  // Joined in the middle of an answer, or after a loss: continue from the snapshot. Tokens that follow each other by
  // `seq` continue each other, also where the snapshot is ahead of them.
  const isAligned = seq !== undefined && !isGap && machine.tokens !== null && !machine.missed
  if (machine.realigns && !isAligned) {
    machine.tokens = shownText(work)
    machine.missed = null
  } else if (isGap && !machine.missed) {
    machine.missed = {}
    machine.hinted = true
  }
  machine.realigns = false
  if (machine.missed) {
    machine.missed = mergeDelta(machine.missed, delta)
    return
  }
  machine.tokens = mergeDelta(machine.tokens ?? shownText(work), delta)
  machine.showsOutput = true
  showText(work, false)
}

const textFields = ['response', 'reasoning'] as const

/** Of tokens and stored text the longer one, while one begins with the other. */
function showText(work: Work<unknown>, isSnapshot: boolean): void {
  const { tokens, stored } = work.machine
  if (!tokens) return
  const shown: Record<string, unknown> = stored ? { ...stored, ...tokens } : tokens
  if (stored) {
    for (const field of textFields) {
      const text = textOf(tokens[field])
      const other = textOf(stored[field])
      if (other.length > text.length && other.startsWith(text)) shown[field] = other
    }
  }
  takePartial(work, shown, isSnapshot)
}

function shownText({ state }: Work<unknown>): Accumulated {
  return isObject(state.partialOutput) ? state.partialOutput : {}
}

/** Whether of the two texts one begins with the other; otherwise the answer was written again. */
function isContinuation(tokens: Accumulated, stored: JsonObject): boolean {
  return textFields.every((field) => {
    const text = textOf(tokens[field])
    const other = textOf(stored[field])
    return text.startsWith(other) || other.startsWith(text)
  })
}

/** Stored text up to the end of the tokens that came after missed ones; null where it does not reach them. */
function alignedWith(stored: JsonObject, missed: Accumulated): Accumulated | null {
  const aligned: Record<string, unknown> = { ...stored }
  for (const field of textFields) {
    const text = textOf(stored[field])
    const tail = textOf(missed[field])
    if (tail === '') continue
    const at = text.lastIndexOf(tail)
    if (at < 0) return null
    aligned[field] = text.slice(0, at + tail.length)
  }
  return aligned
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** The output itself: what was shown of it while it was made has done its part, however much of that was seen. */
export function setOutput(work: Work<unknown>, output: unknown): void {
  if (work.machine.showsOutput && work.state.partialOutput !== null) {
    work.state.partialOutput = null
    work.touched = true
  }
  if (sameJson(output, work.state.output)) return
  work.state.output = output
  work.changed |= changes.output
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
