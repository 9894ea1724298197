import { expect, it } from 'vitest'
import { readLineLink, writeLineLink } from './line-link.ts'

it.each([
  ['#L120', '', 120, 120],
  ['L120-L134', '', 120, 134],
  ['L134-L120', '', 120, 134],
  ['L7-9', '', 7, 9],
  ['run-7:L120', 'run-7:', 120, 120],
  ['a:b:L1-L2', 'a:b:', 1, 2],
  ['run-7:', 'run-7:', null, null],
  ['L0', '', null, null],
  ['section-3', '', null, null],
  ['', '', null, null],
  ['L', '', null, null],
  ['L-3', '', null, null],
  [`L${'9'.repeat(40)}`, '', null, null],
])('%j', (hash, prefix, from, to) => {
  expect(readLineLink(hash)).toEqual({ prefix, lines: from === null ? null : { from, to } })
})

it.each(['L120', 'L120-L134', 'run-7:L120', 'run-7:'])('%j is written as it was read', (hash) => {
  expect(writeLineLink(readLineLink(hash))).toBe(hash)
})
