import { describe, expect, it } from 'vitest'
import { finishLog, logStart, readCumulative, readLines } from './log-cursor.ts'
import type { LogAdvance } from './log-cursor.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')
const text = 'first\nzwei €\r\n\r 10%\r 20%\nlast 😀 without end'
const lines = ['first', 'zwei €', '\r 10%\r 20%', 'last 😀 without end']

/** What a list of readings finds, the end included. */
function readAll(steps: ((before: LogAdvance['position']) => LogAdvance)[]): string[] {
  const found: string[] = []
  let position = logStart
  for (const step of [...steps, finishLog]) {
    const piece = step(position)
    found.push(...piece.lines)
    position = piece.position
  }
  return found
}

describe('a growing record', () => {
  const bytes = Buffer.from(text)

  it('of base64 gives each line once, cut at every byte, characters included', () => {
    for (let first = 0; first <= bytes.length; first++) {
      for (const second of [first, Math.min(first + 1, bytes.length), Math.min(first + 7, bytes.length)]) {
        const steps = [first, second, bytes.length].map(
          (end) => (before: LogAdvance['position']) =>
            readCumulative(before, bytes.subarray(0, end).toString('base64'), true),
        )
        expect(readAll(steps)).toEqual(lines)
      }
    }
  })

  it('of plain text gives each line once, cut at every character', () => {
    for (let first = 0; first <= text.length; first++) {
      const steps = [first, text.length].map(
        (end) => (before: LogAdvance['position']) => readCumulative(before, text.slice(0, end), false),
      )
      expect(readAll(steps)).toEqual(lines)
    }
  })

  it('that is a prefix of what is known, or the same, changes nothing', () => {
    const { position } = readCumulative(logStart, base64(text), true)
    for (let end = 0; end <= bytes.length; end++) {
      const piece = readCumulative(position, bytes.subarray(0, end).toString('base64'), true)
      expect(piece.position).toBe(position)
      expect(piece.lines).toEqual([])
    }
  })

  it('that is no base64 is taken as it is', () => {
    expect(readAll([(before) => readCumulative(before, 'Loading model…\ndone\n', true)])).toEqual([
      'Loading model…',
      'done',
    ])
    expect(readAll([(before) => readCumulative(before, 'done', true)])).toEqual(['done'])
    expect(readAll([(before) => readCumulative(before, 'test', true)])).toEqual(['test'])
  })

  it('that lost its beginning is joined where the two overlap', () => {
    const steps = ['one\ntwo\nthree\n', 'two\nthree\nfour\n', 'four\nfive\n'].map(
      (part) => (before: LogAdvance['position']) => readCumulative(before, base64(part), true),
    )
    expect(readAll(steps)).toEqual(['one', 'two', 'three', 'four', 'five'])
  })

  it('goes over into numbered lines and back without a line twice', () => {
    expect(
      readAll([
        (before) => readCumulative(before, base64('a\nb\nhal'), true),
        (before) => readLines(before, ['half', 'd'], 2),
        (before) => readCumulative(before, base64('a\nb\nhal'), true),
        (before) => readLines(before, ['d', 'e'], 3),
        (before) => readCumulative(before, base64('a\nb\nhalf\nd\ne\nf\ntail'), true),
      ]),
    ).toEqual(['a', 'b', 'half', 'd', 'e', 'f', 'tail'])
  })
})

describe('string arrays', () => {
  it('with an offset are told once, however often they come', () => {
    const steps = [['a', 'b', 'c'].slice(0, 2), ['a', 'b', 'c'], ['b', 'c']].map(
      (part, index) => (before: LogAdvance['position']) => readLines(before, part, [0, 0, 1][index]),
    )
    expect(readAll(steps)).toEqual(['a', 'b', 'c'])
  })

  it('beyond what is known leave a gap, and later ones are counted from there', () => {
    const steps = [
      (before: LogAdvance['position']) => readLines(before, ['a'], 0),
      (before: LogAdvance['position']) => readLines(before, ['x', 'y'], 10),
      (before: LogAdvance['position']) => readLines(before, ['y', 'z'], 11),
    ]
    expect(readAll(steps)).toEqual(['a', 'x', 'y', 'z'])
  })

  it('without one are all new, equal lines among them', () => {
    const steps = [['a'], ['a'], ['a\r\n']].map((part) => (before: LogAdvance['position']) => readLines(before, part))
    expect(readAll(steps)).toEqual(['a', 'a', 'a'])
  })
})
