/** ms; a longer wait is cut to this. */
const longest = 60_000
/** ms; a date further ahead is taken for a mistake. */
const farthest = 86_400_000
/** The three forms of HTTP dates begin with a weekday; `Date.parse` alone would read `2` as a month. */
const httpDate = /^(mon|tue|wed|thu|fri|sat|sun)/i

/**
 * ms to wait, from `Retry-After` (seconds, or an HTTP date), else from `X-RateLimit-Reset` (unix seconds); at most a
 * minute. Undefined for anything else, zero and the past included: the usual back-off is safer than a repeat at once.
 * @param now epoch ms, for answers without a `Date` of their own
 */
export function retryAfterOf(headers: Headers, now: number): number | undefined {
  const answeredAt = dateOf(headers.get('date') ?? '') ?? now
  const after = (headers.get('retry-after') ?? '').trim()
  const seconds = secondsOf(after)
  if (seconds !== undefined)
    return seconds > 0 ? Math.min(seconds * 1000, longest) : untilOf(resetOf(headers), answeredAt)
  return untilOf(dateOf(after), answeredAt) ?? untilOf(resetOf(headers), answeredAt)
}

/** Fractions round up. */
function secondsOf(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? Math.ceil(Number(text)) : undefined
}

function dateOf(text: string): number | undefined {
  const time = httpDate.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}

function resetOf(headers: Headers): number | undefined {
  const seconds = secondsOf((headers.get('x-ratelimit-reset') ?? '').trim())
  return seconds === undefined ? undefined : seconds * 1000
}

function untilOf(time: number | undefined, from: number): number | undefined {
  const ms = (time ?? Number.NaN) - from
  return ms > 0 && ms <= farthest ? Math.min(ms, longest) : undefined
}
