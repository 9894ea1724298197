import { expect, it } from 'vitest'
import { formatTime } from './line-time.ts'

it('is written with hours from 00 to 23', () => {
  const midnight = new Date(2026, 0, 5, 0, 5, 9).getTime()
  for (const locale of ['en', 'en-US', 'de', 'ja']) expect(formatTime(midnight, locale)).toMatch(/^00:05:09$/)
})

it('is empty if it is unknown or no time', () => {
  for (const at of [null, Number.NaN, Infinity, 1e300, '12:00']) expect(formatTime(at as number, 'en')).toBe('')
})
