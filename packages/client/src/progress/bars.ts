// The bars of a run: which one a person is shown (design §2 "Progress"). Pure; at most 16 are remembered.
import type { ReadBar } from './read-bar.ts'

interface Bar extends ReadBar {
  /** Label, total, unit and kind: with the same ones it is the same bar. */
  readonly key: string
  readonly fraction: number
  /** Updates of all bars at the first and at the last one of this bar. */
  readonly since: number
  readonly updated: number
  /** It belongs to one round of another bar. */
  readonly isInner: boolean
}

export interface Bars {
  readonly list: readonly Bar[]
  readonly updates: number
  /** The key of the bar that is shown, and of the one within it. */
  readonly shown: string | null
  readonly inner: string | null
}

export const noBars: Bars = { list: [], updates: 0, shown: null, inner: null }

const barsKept = 16
/** Updates of other bars in a row, after which the shown one is taken for abandoned. */
const patience = 3

/**
 * @param isAbove The program has moved the cursor up after drawing it: there are bars above it.
 */
export function followBar(bars: Bars, read: ReadBar, isAbove: boolean): Bars {
  const key = keyOf(read)
  const updates = bars.updates + 1
  const before = bars.list.find((bar) => bar.key === key)
  const fraction = Math.min(1, read.current / read.total)
  const others = bars.list.filter((bar) => bar.key !== key)
  const outer = outerOf(others)
  // Never backwards within one bar, unless it starts again: after its end, or with the next round.
  const isLower = before !== undefined && fraction < before.fraction
  const isNextRound = before?.isInner === true && outer !== undefined && outer.updated > before.updated
  const isRestart = isLower && (isNextRound || (before.fraction >= 0.9 && fraction < before.fraction / 2))
  const isBackwards = isLower && !isRestart
  const bar: Bar = {
    ...(isBackwards ? before : { ...read, fraction }),
    key,
    since: before && !isRestart ? before.since : updates,
    updated: updates,
    isInner:
      before?.isInner === true ||
      (outer !== undefined && (isAbove || (outer.isRound === true && read.isRound !== true))) ||
      // The other one has moved on when this one had finished: it counts the rounds of this one.
      (isRestart && others.some((one) => one.fraction < 1 && one.updated > before.updated)),
  }
  const list = [...others, bar].slice(-barsKept)
  return { list, updates, ...choose(list, bar, bars, updates) }
}

function choose(list: readonly Bar[], bar: Bar, bars: Bars, updates: number): Pick<Bars, 'shown' | 'inner'> {
  const outer = outerOf(list.filter((one) => one !== bar))
  if (bar.isInner) return outer ? { shown: outer.key, inner: bar.key } : { shown: bar.key, inner: null }
  const shown = list.find(({ key }) => key === bars.shown)
  // Bars side by side: the one that is shown stays, as long as it moves.
  const isMoving = shown !== undefined && !shown.isInner && shown.fraction < 1 && updates - shown.updated <= patience
  if (isMoving && shown.key !== bar.key && !bar.isRound) return { shown: shown.key, inner: null }
  // The bar within it is over with its round.
  return { shown: bar.key, inner: null }
}

/** The bar that others are within: the oldest one that is not finished. */
function outerOf(list: readonly Bar[]): Bar | undefined {
  return list
    .filter((bar) => !bar.isInner && (bar.fraction < 1 || bar.isRound === true))
    .toSorted((a, b) => Number(b.isRound === true) - Number(a.isRound === true) || a.since - b.since)[0]
}

function keyOf({ label = '', total, unit = '', kind = '' }: ReadBar): string {
  return `${label}|${total}|${unit}|${kind}`
}

/** The bar that is shown. */
export function shownBar({ list, shown }: Bars): Bar | undefined {
  return list.find(({ key }) => key === shown)
}

export function innerBar({ list, inner }: Bars): Bar | undefined {
  return list.find(({ key }) => key === inner)
}
