import * as terminal from '@inferstream/client/terminal'
import type { LogEntry } from '@inferstream/react'
import { describe, expect, it } from 'vitest'
import { createDrawnLines } from './drawn-lines.ts'
import { revisionOf } from './log-lines.ts'

const up = (rows: number) => `\u001B[${rows}A`
const texts = (lines: ReadonlyArray<string | LogEntry>) =>
  Array.from(lines, (line) => (typeof line === 'object' ? line.text : line))

describe('an array of lines', () => {
  it('is shown as it is where each item is a line', () => {
    const lines = ['a', '10%\r20%', '\u001B[31mred\u001B[0m']
    expect(createDrawnLines(terminal).sync(lines)).toBe(lines)
  })

  it('has a line for each line of an item', () => {
    const lines = ['Traceback:\r\n  File "a.py"\r\nValueError: bad\r\n', 'line 1']
    expect(texts(createDrawnLines(terminal).sync(lines))).toEqual([
      'Traceback:',
      '  File "a.py"',
      'ValueError: bad',
      'line 1',
    ])
  })

  it('has rows that were redrawn once', () => {
    const lines = ['outer 0%', 'inner 0%', `${up(2)}outer 9%`, 'inner 9%', 'after']
    const drawn = createDrawnLines(terminal)
    expect(texts(drawn.sync(lines))).toEqual(['outer 9%', 'inner 9%', 'after'])
    expect(revisionOf(drawn.sync(lines))).toBeGreaterThan(0)
  })

  it('shows the last row too where the program has left it above', () => {
    expect(texts(createDrawnLines(terminal).sync(['outer 0%', `\rinner 5%${up(1)}\router 9%`]))).toEqual([
      'outer 9%',
      'inner 5%',
    ])
  })

  it('gives the same lines when it grows, item by item', () => {
    const lines = ['a', 'b\nc', `${up(2)}B`, 'C', { text: `d${up(1)}\nD`, source: 'run', level: 'error' } as const]
    const whole = texts(createDrawnLines(terminal).sync(lines))
    const drawn = createDrawnLines(terminal)
    for (let length = 0; length < lines.length; length += 1) drawn.sync(lines.slice(0, length))
    const grown = drawn.sync([...lines])
    expect(texts(grown)).toEqual(whole)
    expect(drawn.sync(grown)).toBe(grown)
  })

  it('keeps source and level of an item for each of its lines', () => {
    const lines: LogEntry[] = [{ text: 'a\nb', source: 'run', level: 'error', receivedAt: 5 }]
    expect(createDrawnLines(terminal).sync(lines)).toEqual(
      Object.assign(
        [
          { text: 'a', source: 'run', level: 'error', receivedAt: 5 },
          { text: 'b', source: 'run', level: 'error', receivedAt: 5 },
        ],
        { revision: 0, open: 64 },
      ),
    )
  })

  it('is read again when it is replaced', () => {
    const drawn = createDrawnLines(terminal)
    drawn.sync(['a\nb', 'c'])
    expect(texts(drawn.sync(['x', 'y']))).toEqual(['x', 'y'])
  })
})
