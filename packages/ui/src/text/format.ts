// Numbers and durations by Intl; formatters are expensive to create, so each is created once per locale.
const formats = new Map<string, Intl.NumberFormat>()

function formatter(key: string, make: () => Intl.NumberFormat): Intl.NumberFormat {
  let known = formats.get(key)
  if (!known) formats.set(key, (known = make()))
  return known
}

/** '42%' of 0.42. Rounded down, so that 100% is never shown early. */
export function formatPercent(fraction: number, locale: string): string {
  const format = formatter(`percent ${locale}`, () => new Intl.NumberFormat(locale, { style: 'percent' }))
  return format.format(Math.floor(fraction * 100 + 1e-9) / 100)
}

export function formatNumber(value: number, locale: string): string {
  return formatter(`number ${locale}`, () => new Intl.NumberFormat(locale)).format(value)
}

type Width = 'narrow' | 'short' | 'long'

const unitFormat = (unit: 'hour' | 'minute' | 'second', unitDisplay: Width, locale: string, digits: number) =>
  formatter(
    `${unit} ${unitDisplay} ${digits} ${locale}`,
    () =>
      new Intl.NumberFormat(locale, {
        style: 'unit',
        unit,
        unitDisplay,
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }),
  )

export interface DurationOptions {
  /** Tenths below ten seconds, for an ended duration; in a running one they would flicker. @defaultValue false */
  tenths?: boolean
  /** '2m', '2 min' in a sentence, '2 minutes' in an announcement. @defaultValue 'narrow' */
  width?: Width
}

/**
 * '3.2s', '1m 20s', '2h 5m': at most two units. Uses `NumberFormat`, because `DurationFormat` is missing on Node 20 and server and
 * browser must write the same.
 */
export function formatDuration(ms: number, locale: string, options: DurationOptions = {}): string {
  const { tenths = false, width = 'narrow' } = options
  const format = (value: number, unit: 'hour' | 'minute' | 'second', digits = 0) =>
    unitFormat(unit, width, locale, digits).format(value)
  const clamped = Number.isFinite(ms) ? Math.max(0, ms) : 0
  if (tenths && clamped < 9_950) return format(clamped / 1000, 'second', 1)
  const seconds = tenths ? Math.round(clamped / 1000) : Math.floor(clamped / 1000)
  if (seconds < 60) return format(seconds, 'second')
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return join(format(minutes, 'minute'), seconds % 60 > 0 && format(seconds % 60, 'second'))
  return join(format(Math.floor(minutes / 60), 'hour'), minutes % 60 > 0 && format(minutes % 60, 'minute'))
}

const join = (first: string, second: string | false) => (second === false ? first : `${first} ${second}`)
