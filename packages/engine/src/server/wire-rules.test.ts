import { describe, expect, it } from 'vitest'
import { createClock, millisecondsBetween } from '../clock.ts'
import { createId } from '../ids.ts'
import { byteRange } from './byte-range.ts'
import { isAllowedHost, isLoopbackOrigin } from './guard.ts'
import { page } from './paging.ts'

describe('a byte range (RFC 9110 §14.2)', () => {
  it.each([
    ['bytes=0-4', { start: 0, end: 4 }],
    ['bytes=5-', { start: 5, end: 9 }],
    ['bytes=-3', { start: 7, end: 9 }],
    ['bytes=0-99', { start: 0, end: 9 }],
    ['bytes=-99', { start: 0, end: 9 }],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=4-2', null],
    ['bytes=-', null],
    ['bytes=0-1,3-4', null],
    ['items=0-1', null],
    [undefined, null],
  ])('%s of ten bytes', (header, range) => {
    expect(byteRange(header, 10)).toEqual(range)
  })
})

describe('a Host header', () => {
  it.each([
    ['localhost:80', '127.0.0.1', true],
    ['LOCALHOST', '127.0.0.1', true],
    ['127.8.8.8', '127.0.0.1', true],
    ['192.168.1.5:4100', '192.168.1.5', true],
    ['192.168.1.5:4100', '0.0.0.0', true],
    ['[2001:db8::1]:4100', '::', true],
    ['box.lan', 'box.lan', true],
    ['192.168.1.6', '192.168.1.5', false],
    ['evil.example', '0.0.0.0', false],
    ['evil.example', '127.0.0.1', false],
    ['localhost.', '127.0.0.1', false],
    ['127.0.0.1@evil.example', '127.0.0.1', false],
    ['', '127.0.0.1', false],
    [undefined, '127.0.0.1', false],
  ])('%s with an engine bound to %s: %s', (header, boundTo, allowed) => {
    expect(isAllowedHost(header, boundTo)).toBe(allowed)
  })
})

describe('an Origin', () => {
  it.each([
    ['http://localhost:5173', true],
    ['https://127.0.0.1', true],
    ['http://[::1]:3000', true],
    ['null', false],
    ['file://', false],
    ['https://example.com', false],
    ['http://localhost.example.com', false],
    ['http://localhost:5173/path', false],
  ])('%s is on this machine: %s', (origin, own) => {
    expect(isLoopbackOrigin(origin)).toBe(own)
  })
})

describe('ids and times', () => {
  it('ids are 26 characters of base32, never the same, and sort by their time', () => {
    const ids = Array.from({ length: 1_000 }, (_, index) => createId(1_700_000_000_000 + index))
    expect(ids.every((id) => /^[0-9a-hjkmnp-tv-z]{26}$/.test(id))).toBe(true)
    expect(new Set(ids).size).toBe(1_000)
    expect(ids).toEqual(ids.toSorted((one, other) => (one < other ? -1 : 1)))
  })

  it('times have microseconds and never stand still or go back', () => {
    const given = [1_000.0005, 1_000.0005, 999, 1_000.5]
    const clock = createClock(() => given.shift() ?? 0)
    const times = [clock(), clock(), clock(), clock()]
    const seconds = '1970-01-01T00:00:01'
    expect(times).toEqual([`${seconds}.000000Z`, `${seconds}.000001Z`, `${seconds}.000002Z`, `${seconds}.000500Z`])
    expect(millisecondsBetween(times[0] ?? '', times[3] ?? '')).toBeCloseTo(0.5)
  })
})

describe('a page of a list', () => {
  const items = Array.from({ length: 5 }, (_, index) => ({ id: `i${index}` }))

  it('leads to the next one until the end of the list', () => {
    const seen: unknown[] = []
    let cursor = ''
    do {
      const shown = page(items, { cursor, limit: 2 })
      seen.push(...(shown['items'] as unknown[]))
      cursor = String(shown['next_cursor'])
      expect(shown['has_next']).toBe(cursor !== '')
    } while (cursor !== '')
    expect(seen).toEqual(items)
  })

  it.each([0, -1, NaN, 'x', null, 1e9])('uses the default size for the limit %o', (limit) => {
    expect(page(items, { limit })['items']).toHaveLength(5)
  })
})
