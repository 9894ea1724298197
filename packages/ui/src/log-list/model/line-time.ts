const clocks = new Map<string, Intl.DateTimeFormat>()
/** ms: the last moment that a Date can have. */
const latest = 8.64e15

/** '14:03:07', in the reader's time zone; '' if it is unknown, or no time at all. */
export function formatTime(at: number | null, locale: string): string {
  if (typeof at !== 'number' || !(Math.abs(at) <= latest)) return ''
  let clock = clocks.get(locale)
  if (!clock) {
    // 'h23', since some engines write midnight as 24:00 with `hour12: false`.
    clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
    clocks.set(locale, clock)
  }
  return clock.format(at)
}
