// Progress as an app sends it, or as its log shows it (design §2 "Progress").
import type { TaskProgress } from '../core/types.ts'

/** `{ current, total, unit? }` of the app. Undefined for what is no progress, a total ≤ 0 among it. */
export function readProgress(value: unknown): TaskProgress | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { current, total, unit } = value as { current?: unknown; total?: unknown; unit?: unknown }
  return makeProgress(current, total, 'app', typeof unit === 'string' ? unit : undefined)
}

// Bounded repeats: a hostile line of a million digits must not cost more than its length.
const fractionPattern = /(?:^|[\s[(|])(\d{1,12}(?:\.\d{1,6})?)\s?\/\s?(\d{1,12}(?:\.\d{1,6})?)(?=$|[\s\])|,:;[])/
const percentPattern = /(\d{1,3}(?:\.\d{1,6})?)\s?%/

/**
 * Progress in one line of a log: a tqdm bar, `step 12/50`, `45%`. Of a line that was rewritten with carriage returns the
 * last writing counts.
 */
export function parseProgress(line: string): TaskProgress | undefined {
  const hasPercent = line.includes('%')
  if (!hasPercent && !line.includes('/')) return undefined
  const last = line.slice(line.trimEnd().lastIndexOf('\r') + 1).slice(0, 400)
  const percent = hasPercent ? percentPattern.exec(last) : null
  // A bare pair of numbers may be a date or a ratio: it counts beside a bar or a word that says what it is.
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
