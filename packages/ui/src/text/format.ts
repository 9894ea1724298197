// Numbers and durations by Intl; formatters are costly to make, so each is made once a locale.
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

const unitFormat = (unit: 'hour' | 'minute' | 'second', locale: string, digits: number) =>
  formatter(
    `${unit} ${digits} ${locale}`,
    () =>
      new Intl.NumberFormat(locale, {
        style: 'unit',
        unit,
        unitDisplay: 'short',
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }),
  )

/**
 * '3.2 sec', '1 min 20 sec', '2 hr 5 min': at most two units. Tenths below ten seconds only where `tenths` is set (an
 * ended duration; a running one would flicker).
 */
export function formatDuration(ms: number, locale: string, { tenths = false } = {}): string {
  const clamped = Number.isFinite(ms) ? Math.max(0, ms) : 0
  if (tenths && clamped < 9950) return unitFormat('second', locale, 1).format(clamped / 1000)
  const seconds = tenths ? Math.round(clamped / 1000) : Math.floor(clamped / 1000)
  if (seconds < 60) return unitFormat('second', locale, 0).format(seconds)
  const minutes = Math.floor(seconds / 60)
  const parts =
    minutes < 60
      ? ([
          [minutes, 'minute'],
          [seconds % 60, 'second'],
        ] as const)
      : ([
          [Math.floor(minutes / 60), 'hour'],
          [minutes % 60, 'minute'],
        ] as const)
  return parts
    .filter(([value], index) => index === 0 || value > 0)
    .map(([value, unit]) => unitFormat(unit, locale, 0).format(value))
    .join(' ')
}
