import { expect, it } from 'vitest'
import { formatAgo } from './format-ago.ts'

it.each([
  [59_999, 'en', null],
  [60_000, 'en', '1 min. ago'],
  [3_599_999, 'en', '59 min. ago'],
  [7_200_000, 'en', '2 hr. ago'],
  [90_000_000, 'de', 'vor 1 Tag'],
  [-5, 'en', null],
  [Number.NaN, 'en', null],
])('%j ms in %s: %j', (ms, locale, text) => {
  expect(formatAgo(ms, locale)).toBe(text)
})
