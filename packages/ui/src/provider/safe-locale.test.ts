import { expect, it } from 'vitest'
import { safeLocale } from './safe-locale.ts'

it.each([
  ['de', 'de'],
  ['en_US', 'en-US'],
  ['de_DE.UTF-8', 'de-DE'],
  ['sr_RS@latin', 'sr-RS'],
  [' pt-br ', 'pt-BR'],
  ['C', 'fr'],
  ['POSIX', 'fr'],
  ['', 'fr'],
  ['not a locale', 'fr'],
  ['x', 'fr'],
  ['../../etc', 'fr'],
  [undefined, 'fr'],
])('of %j is %s', (given, expected) => {
  expect(safeLocale(given, 'fr')).toBe(expected)
})
