const clocks = new Map<string, Intl.DateTimeFormat>()

/** '14:03:07', in the reader's time zone; '' if it is unknown. */
export function formatTime(at: number | null, locale: string): string {
  if (at === null) return ''
  let clock = clocks.get(locale)
  if (!clock) {
    clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false })
    clocks.set(locale, clock)
  }
  return clock.format(at)
}
