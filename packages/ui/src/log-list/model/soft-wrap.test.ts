import { expect, it } from 'vitest'
import * as terminal from '@inferstream/client/terminal'
import { hanging, softBreaks } from './soft-wrap.ts'

function piecesOf(text: string, width: number) {
  const starts = [0, ...(softBreaks(text, width, terminal) ?? [])]
  return starts.map((start, at) => text.slice(start, starts[at + 1]))
}

it('breaks at spaces', () => {
  expect(piecesOf('sampling with 31 of 50 steps done', 20)).toEqual(['sampling with 31 of ', '50 steps done'])
  expect(piecesOf('aaaaaaaaaaaa bbbbbbbbbbbbbbbbbb cccccc', 20)).toEqual([
    'aaaaaaaaaaaa ',
    'bbbbbbbbbbbbbbbbbb',
    ' cccccc',
  ])
})

it('leaves a line alone that fits, and a log that is too narrow', () => {
  expect(piecesOf('rendered 31 triangle', 20)).toEqual(['rendered 31 triangle'])
  expect(piecesOf('rendered 31 triangles', 12)).toEqual(['rendered 31 triangles'])
})

it('cuts a word that is longer than a row', () => {
  expect(piecesOf(`see ${'x'.repeat(30)} end`, 20)).toEqual(['see ', 'x'.repeat(18), `${'x'.repeat(12)} end`])
})

it('keeps every row within its cells, for any text', () => {
  let seed = 3
  const random = (below: number) => {
    seed = (seed * 16_807) % 2_147_483_647
    return seed % below
  }
  const wrong: string[] = []
  for (let round = 0; round < 2_000; round += 1) {
    const text = Array.from({ length: 2 + random(30) }, () =>
      (random(6) === 0 ? '漢' : 'x').repeat(1 + random(random(9) === 0 ? 60 : 9)),
    ).join(' ')
    const width = 20 + random(60)
    const pieces = piecesOf(text, width)
    const isWide = pieces.some((piece, at) => terminal.columnsOf(piece) > (at === 0 ? width : width - hanging))
    if (isWide || pieces.join('') !== text) wrong.push(text)
  }
  expect(wrong).toEqual([])
})
