// Progress sent by an app, or parsed from its log (design §2 "Progress").
import type { TaskProgress } from '../core/types.ts'

/** Reads an app's `{ current, total, unit? }`. Undefined for anything else, including a total ≤ 0. */
export function readProgress(value: unknown): TaskProgress | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { current, total, unit } = value as { current?: unknown; total?: unknown; unit?: unknown }
  return makeProgress(current, total, 'app', typeof unit === 'string' ? unit : undefined)
}

// Bounded repetition: a hostile line of a million digits must take linear time.
const fractionPattern = /(?:^|[\s[(|])(\d{1,12}(?:\.\d{1,6})?)\s?\/\s?(\d{1,12}(?:\.\d{1,6})?)(?=$|[\s\])|,:;[])/
const percentPattern = /(\d{1,3}(?:\.\d{1,6})?)\s?%/

/**
 * Parses the progress in one log line: a tqdm bar, `step 12/50`, `45%`. In a line rewritten by carriage returns, the last
 * version counts. Undefined if the line shows no progress.
 */
export function parseProgress(line: string): TaskProgress | undefined {
  const hasPercent = line.includes('%')
  if (!hasPercent && !line.includes('/')) return undefined
  const last = line.slice(line.trimEnd().lastIndexOf('\r') + 1).slice(0, 400)
  const percent = hasPercent ? percentPattern.exec(last) : null
  // A pair of numbers alone may be a date or a ratio: it counts only next to a percentage or one of these words.
  if (percent || /\b(?:steps?|epochs?|frames?|tiles?|pass(?:es)?|samples?|iter\w*|batch\w*|progress)\b/i.test(last)) {
    const pair = fractionPattern.exec(last)
    const progress = pair && makeProgress(Number(pair[1]), Number(pair[2]), 'logs')
    if (progress && progress.current <= progress.total) return progress
  }
  return percent && Number(percent[1]) <= 100 ? makeProgress(Number(percent[1]), 100, 'logs') : undefined
}

function makeProgress(
  current: unknown,
  total: unknown,
  source: TaskProgress['source'],
  unit?: string,
): TaskProgress | undefined {
  if (typeof current !== 'number' || typeof total !== 'number' || !Number.isFinite(current)) return undefined
  if (!(total > 0 && total < Infinity)) return undefined
  const fraction = Math.min(1, Math.max(0, current / total))
  return unit === undefined ? { current, total, fraction, source } : { current, total, fraction, unit, source }
}
