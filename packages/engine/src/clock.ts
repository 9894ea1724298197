/** The current time in the service's format: RFC 3339, UTC, microseconds (protocol §1). */
export type Clock = () => string

/**
 * A clock that never returns the same time twice, so that a later update of a task always has a later `updated_at`,
 * even if the system's clock is set back.
 */
export function createClock(now: () => number = () => performance.timeOrigin + performance.now()): Clock {
  let last = 0
  return () => {
    last = Math.max(last + 1, Math.floor(now() * 1_000))
    return formatMicroseconds(last)
  }
}

function formatMicroseconds(microseconds: number): string {
  const milliseconds = Math.floor(microseconds / 1_000)
  const rest = String(microseconds % 1_000).padStart(3, '0')
  return new Date(milliseconds).toISOString().replace('Z', `${rest}Z`)
}

/** Milliseconds between two times of a {@link Clock}, with microsecond precision. */
export function millisecondsBetween(start: string, end: string): number {
  return Date.parse(end) - Date.parse(start) + beyondMilliseconds(end) - beyondMilliseconds(start)
}

/** The last three digits of a time, which Date cannot hold. */
function beyondMilliseconds(instant: string): number {
  return Number(instant.slice(-4, -1)) / 1_000
}
