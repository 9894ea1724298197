// The remaining time of a run, coarse and stable: a number that changes constantly is noise.
import type { TaskProgress } from '@inferstream/react'

/** ms before the first estimate. */
const sayAfter = 10_000
const samplesNeeded = 3

export interface EtaFacts {
  readonly taskId: string | null
  readonly fraction: number | null
  readonly source: TaskProgress['source'] | null
  /** Identity of the bar that the fraction is of. */
  readonly bar: string | null
  /** The run has left the queue and is not ending yet. */
  readonly working: boolean
  /** epoch ms */
  readonly startedAt: number | null
  /** epoch ms */
  readonly now: number
  readonly past: { readonly samples: number; readonly median: number | null; readonly p90: number | null }
}

export interface EtaMemory {
  readonly taskId: string | null
  readonly bar: string | null
  readonly first: { readonly at: number; readonly fraction: number } | null
  readonly last: { readonly at: number; readonly fraction: number } | null
  /** Number of distinct fractions. */
  readonly samples: number
  /** The displayed value in ms. */
  readonly shown: number | null
}

export const noEta: EtaMemory = { taskId: null, bar: null, first: null, last: null, samples: 0, shown: null }

export interface Eta {
  /** ms, rounded up to a step; null without an estimate. */
  readonly rest: number | null
  /** Beyond the 90th percentile of this app's past runs. */
  readonly slower: boolean
}

/** The display at `facts.now`, and the next memory. Idempotent for equal facts. */
export function nextEta(memory: EtaMemory, facts: EtaFacts): [Eta, EtaMemory] {
  const { taskId, bar, fraction, now, startedAt, past } = facts
  let next = memory.taskId === taskId ? memory : { ...noEta, taskId }
  // Fractions of two bars have different scales; the displayed value is kept until the new one has enough samples. A bar that
  // starts again is another one.
  const isLower = fraction !== null && next.last !== null && fraction < next.last.fraction / 2
  if (next.bar !== bar || isLower) next = { ...noEta, taskId, bar, shown: next.shown }
  if (startedAt === null || !facts.working)
    return [
      { rest: null, slower: false },
      { ...next, shown: null },
    ]
  if (fraction !== null && fraction !== next.last?.fraction) {
    const sample = { at: now, fraction }
    next = { ...next, first: next.first ?? sample, last: sample, samples: next.samples + 1 }
  }
  const elapsed = now - startedAt
  const slower = past.p90 !== null && past.samples >= samplesNeeded && elapsed > past.p90
  const rest = elapsed > sayAfter ? restOf(next, facts, elapsed) : null
  const shown = rest === null ? null : settle(next.shown, rest)
  return [
    { rest: shown, slower },
    { ...next, shown },
  ]
}

function restOf({ first, last, samples }: EtaMemory, { source, past, now }: EtaFacts, elapsed: number): number | null {
  if (source === 'estimated') {
    if (past.median === null || past.samples < samplesNeeded || elapsed >= past.median) return null
    return past.median - elapsed
  }
  if (!first || !last || samples < samplesNeeded || last.fraction <= first.fraction) return null
  // From the first sample to now, not to the last sample: without progress the estimate grows.
  return ((now - first.at) / (last.fraction - first.fraction)) * (1 - last.fraction)
}

/** Steps for rounding up: 10 s below a minute, a minute below ten, then 5 and 15 minutes. */
function stepOf(rest: number): number {
  if (rest <= 60_000) return 10_000
  if (rest <= 600_000) return 60_000
  return rest <= 3_600_000 ? 300_000 : 900_000
}

/** Hysteresis: keeps the displayed value until the estimate is more than a quarter of a step outside of it. */
function settle(shown: number | null, rest: number): number {
  const step = stepOf(rest)
  const rounded = Math.max(step, Math.ceil(rest / step) * step)
  if (shown === null) return rounded
  const width = stepOf(shown)
  const inside = rest > shown - width * 1.25 && rest <= shown + width * 0.25
  return inside ? shown : rounded
}
