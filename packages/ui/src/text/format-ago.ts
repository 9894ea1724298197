const steps = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

/** '5 min. ago', '2 hr. ago'; null for less than a minute. */
export function formatAgo(ms: number, locale: string): string | null {
  const step = steps.find(([, size]) => ms >= size)
  if (!step) return null
  const [unit, size] = step
  return new Intl.RelativeTimeFormat(locale, { style: 'short' }).format(-Math.floor(ms / size), unit)
}

/** Date and time to the second, in the reader's time zone. */
export const formatMoment = (at: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(at)
