import { describe, expect, it } from 'vitest'
import { finishLog, logStart, readCumulative, readLines } from './log-cursor.ts'
import type { LogAdvance, LogCursor } from './log-cursor.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')
const text = 'first\nzwei €\r\n\r 10%\r 20%\nlast 😀 without end'
const lines = ['first', 'zwei €', '\r 10%\r 20%', 'last 😀 without end']

/** All lines that the steps read, and those of the end. */
function readAll(steps: ((before: LogCursor) => LogAdvance)[]): string[] {
  const found: string[] = []
  let cursor = logStart
  for (const step of [...steps, finishLog]) {
    const advance = step(cursor)
    found.push(...advance.lines)
    cursor = advance.cursor
  }
  return found
}

describe('a cumulative record', () => {
  const bytes = Buffer.from(text)

  it('of base64 gives each line once, wherever its bytes are cut', () => {
    for (let first = 0; first <= bytes.length; first++) {
      for (const second of [first, Math.min(first + 1, bytes.length), Math.min(first + 7, bytes.length)]) {
        const steps = [first, second, bytes.length].map(
          (end) => (before: LogCursor) => readCumulative(before, bytes.subarray(0, end).toString('base64'), true),
        )
        expect(readAll(steps)).toEqual(lines)
      }
    }
  })

  it('of plain text gives each line once, wherever it is cut', () => {
    for (let first = 0; first <= text.length; first++) {
      const steps = [first, text.length].map(
        (end) => (before: LogCursor) => readCumulative(before, text.slice(0, end), false),
      )
      expect(readAll(steps)).toEqual(lines)
    }
  })

  it('that equals the known one or is a prefix of it changes nothing', () => {
    const { cursor } = readCumulative(logStart, base64(text), true)
    for (let end = 0; end <= bytes.length; end++) {
      const advance = readCumulative(cursor, bytes.subarray(0, end).toString('base64'), true)
      expect(advance.cursor).toBe(cursor)
      expect(advance.lines).toEqual([])
    }
  })

  it('that is not base64 is read as plain text', () => {
    expect(readAll([(before) => readCumulative(before, 'Loading model…\ndone\n', true)])).toEqual([
      'Loading model…',
      'done',
    ])
    expect(readAll([(before) => readCumulative(before, 'done', true)])).toEqual(['done'])
    expect(readAll([(before) => readCumulative(before, 'test', true)])).toEqual(['test'])
  })

  it('that lost its beginning is joined at the overlap', () => {
    const steps = ['one\ntwo\nthree\n', 'two\nthree\nfour\n', 'four\nfive\n'].map(
      (part) => (before: LogCursor) => readCumulative(before, base64(part), true),
    )
    expect(readAll(steps)).toEqual(['one', 'two', 'three', 'four', 'five'])
  })

  it('can change to lines with an offset and back without repeating a line', () => {
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
  it('with an offset are delivered once, however often they arrive', () => {
    const steps = [['a', 'b', 'c'].slice(0, 2), ['a', 'b', 'c'], ['b', 'c']].map(
      (part, index) => (before: LogCursor) => readLines(before, part, [0, 0, 1][index]),
    )
    expect(readAll(steps)).toEqual(['a', 'b', 'c'])
  })

  it('beyond the known lines leave a gap, and later ones are counted from there', () => {
    const steps = [
      (before: LogCursor) => readLines(before, ['a'], 0),
      (before: LogCursor) => readLines(before, ['x', 'y'], 10),
      (before: LogCursor) => readLines(before, ['y', 'z'], 11),
    ]
    expect(readAll(steps)).toEqual(['a', 'x', 'y', 'z'])
  })

  it('without an offset are all new, even when equal', () => {
    const steps = [['a'], ['a'], ['a\r\n']].map((part) => (before: LogCursor) => readLines(before, part))
    expect(readAll(steps)).toEqual(['a', 'a', 'a'])
  })
})
