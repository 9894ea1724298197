// Progress sent by an app, or read from its log (design §2 "Progress").
import { isObject } from '../core/json.ts'
import type { TaskProgress } from '../core/types.ts'
import { lineText } from '../log/terminal.ts'
import { followBar, innerBar, shownBar } from './bars.ts'
import type { Bars } from './bars.ts'
import { readBar } from './read-bar.ts'

/** Reads an app's `{ current, total, unit?, label? }`. Undefined for anything else, including a total ≤ 0. */
export function readProgress(value: unknown): TaskProgress | undefined {
  if (!isObject(value)) return undefined
  const { current, total, unit, label } = value
  if (typeof current !== 'number' || typeof total !== 'number' || !Number.isFinite(current)) return undefined
  if (!(total > 0 && total < Infinity)) return undefined
  return {
    current,
    total,
    fraction: Math.min(1, Math.max(0, current / total)),
    ...(typeof unit === 'string' && { unit }),
    source: 'app',
    ...(typeof label === 'string' && label !== '' && { label }),
  }
}

/** Redraws of a line that are read, the last ones, and the characters at the end of a line that they are looked for in. */
const redrawsRead = 8
const charactersRead = 4_096

/** Follows the bars that a log line shows, in the order in which they are drawn. The same bars if there are none. */
export function followLine(bars: Bars, line: string): Bars {
  if (!line.includes('%') && !line.includes('/') && !line.includes(' of ')) return bars
  const end =
    line.length > charactersRead && line.includes('\r') ? line.slice(-charactersRead) : line.slice(0, charactersRead)
  let next = bars
  for (const redraw of end.split('\r').slice(-redrawsRead)) {
    const bar = readBar(lineText(redraw))
    // oxlint-disable-next-line no-control-regex -- cursor up
    if (bar) next = followBar(next, bar, /\u001b\[\d*A/.test(redraw))
  }
  return next
}

/** The progress of the bar that is shown. */
export function progressOf(bars: Bars): TaskProgress | undefined {
  const bar = shownBar(bars)
  if (!bar) return undefined
  const inner = innerBar(bars)
  return {
    current: bar.current,
    total: bar.total,
    fraction: bar.fraction,
    ...(bar.unit !== undefined && { unit: bar.unit }),
    source: 'logs',
    ...(bar.label !== undefined && { label: bar.label }),
    ...(inner && {
      inner: {
        current: inner.current,
        total: inner.total,
        fraction: inner.fraction,
        ...(inner.label !== undefined && { label: inner.label }),
      },
    }),
  }
}
