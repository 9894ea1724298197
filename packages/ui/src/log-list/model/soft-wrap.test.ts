import { expect, it } from 'vitest'
import * as terminal from '@inferstream/client/terminal'
import { softWrap } from './soft-wrap.ts'

function rowsOf(text: string, width: number) {
  const rows = Math.ceil(terminal.columnsOf(text) / width)
  const wrap = softWrap(text, width, rows, terminal)
  if (!wrap) return null
  const starts = [0, ...wrap.breaks]
  const pieces = starts.map((start, at) => text.slice(start, starts[at + 1]))
  for (const [at, piece] of pieces.entries()) {
    const room = at === 0 ? width : width - wrap.indent
    expect(terminal.columnsOf(piece)).toBeLessThanOrEqual(room)
  }
  expect(pieces.join('')).toBe(text)
  expect(pieces.length).toBe(rows)
  return pieces
}

it('breaks at spaces where that needs no more rows', () => {
  expect(rowsOf('sampling with 31 of 50 steps done', 20)).toEqual(['sampling with 31 of ', '50 steps done'])
  expect(rowsOf('rendered 31 triangles', 20)).toEqual(['rendered 31 ', 'triangles'])
})

it('leaves a line alone that would need more rows', () => {
  expect(rowsOf('aaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbb', 20)).toEqual(['aaaaaaaaaaaaaaaaaaa ', 'bbbbbbbbbbbbbbbbbbb'])
  expect(rowsOf('aaaaaaaaaaaa bbbbbbbbbbbbbbbbbbb cccccc', 20)).toBeNull()
  expect(rowsOf('x'.repeat(50), 20)).toBeNull()
})

it('cuts a word that is longer than a row, and keeps wide characters whole', () => {
  expect(rowsOf(`see ${'x'.repeat(30)} end`, 20)).toEqual(null)
  expect(rowsOf(`宽字符 ${'漢'.repeat(12)}`, 20)).not.toBeUndefined()
})

it('fits for any text', () => {
  let seed = 3
  const random = (below: number) => {
    seed = (seed * 16_807) % 2_147_483_647
    return seed % below
  }
  let wrapped = 0
  for (let round = 0; round < 2_000; round += 1) {
    const words = Array.from({ length: 2 + random(30) }, () =>
      (random(6) === 0 ? '漢' : 'x').repeat(1 + random(random(9) === 0 ? 60 : 9)),
    )
    if (rowsOf(words.join(' '), 20 + random(60))) wrapped += 1
  }
  expect(wrapped).toBeGreaterThan(500)
})
