import { describe, expect, it } from 'vitest'
import { fakeService, problem } from '../../test/fake-service.ts'
import { retryAfterOf } from './retry-after.ts'

/** A whole second, as the service's dates are. */
const now = Date.parse('2026-05-04T10:00:00Z')
const at = (seconds: number) => new Date(now + seconds * 1000).toUTCString()
const after = (value: string, date?: string) =>
  retryAfterOf(new Headers({ 'retry-after': value, ...(date === undefined ? {} : { date }) }), now)
const reset = (value: string) => retryAfterOf(new Headers({ 'x-ratelimit-reset': value }), now)

describe('Retry-After', () => {
  it.each([
    ['3', 3_000],
    [' 2 ', 2_000],
    ['1.5', 2_000],
    ['0.001', 1_000],
    ['59.01', 60_000],
    ['86400', 60_000],
    ['9'.repeat(400), 60_000],
    [at(5), 5_000],
    [at(3_600), 60_000],
    ['Monday, 04-May-26 10:00:07 GMT', 7_000],
    ['Mon May  4 10:00:07 2026 GMT', 7_000],
  ])('%j is a wait', (value, ms) => {
    expect(after(value)).toBe(ms)
  })

  it.each([
    '',
    '0',
    '0.0',
    '-1',
    '+1',
    '1e3',
    '0x10',
    '1,5',
    '5, 5',
    '.5',
    '5s',
    'soon',
    'NaN',
    'Infinity',
    '2026-05-04',
    '2026-05-04T10:00:05Z',
    at(0),
    at(-1),
    at(-86_400 * 365 * 20),
    at(86_400 * 2),
    'Mon, 99 Foo 2026 99:99:99 GMT',
  ])('%j says nothing: the client backs off as usual', (value) => {
    expect(after(value)).toBeUndefined()
  })

  it('a date counts from the date of the answer, so that a clock an hour wrong changes nothing', () => {
    expect(after(at(3_605), at(3_600))).toBe(5_000)
    expect(after(at(-3_595), at(-3_600))).toBe(5_000)
    expect(after(at(5), 'nonsense')).toBe(5_000)
  })

  it('falls back to X-RateLimit-Reset where it says nothing itself', () => {
    const headers = new Headers({ 'retry-after': 'soon', 'x-ratelimit-reset': String(now / 1000 + 4) })
    expect(retryAfterOf(headers, now)).toBe(4_000)
  })
})

describe('X-RateLimit-Reset', () => {
  it.each([
    [String(now / 1000 + 4), 4_000],
    [String(now / 1000 + 3_600), 60_000],
    [` ${now / 1000 + 4} `, 4_000],
    [String(now / 1000 + 3.2), 4_000],
  ])('%j is a wait', (value, ms) => {
    expect(reset(value)).toBe(ms)
  })

  it.each(['2', '0', '-5', '', 'soon', String(now), String(now / 1000), String(now / 1000 - 5), '9'.repeat(400)])(
    '%j says nothing',
    (value) => {
      expect(reset(value)).toBeUndefined()
    },
  )
})

it.each(['1.5', '0', '-1', 'Thu, 01 Jan 1970 00:00:00 GMT', '2', 'Fri, 01 Jan 2100 00:00:00 GMT'])(
  'a service that says Retry-After: %s is never asked in a storm',
  async (value) => {
    const service = fakeService()
    for (let index = 0; index < 20; index++)
      service.posts.push(problem(429, 'Slow down.', {}, { 'retry-after': value }))
    service.client.run({ app: 'a/b', input: {} }).catch(() => {})
    await service.platform.advance(200)
    expect(service.paths('POST')).toBe(1)
    await service.platform.advance(10_000)
    expect(service.paths('POST')).toBeGreaterThan(1)
    expect(service.paths('POST')).toBeLessThanOrEqual(8)
  },
)
