import { describe, expect, it } from 'vitest'
import { emptyLog } from './idle-state.ts'
import { appendLines } from './log-view.ts'

const lines = (...texts: string[]) => appendLines(emptyLog, [texts], 'task', 1, Infinity)

describe('a log view', () => {
  it('behaves as an array for every reader', () => {
    const view = lines('a', 'b', 'c')
    expect(view).toEqual(['a', 'b', 'c'])
    expect(Array.isArray(view)).toBe(true)
    expect([...view, 'd']).toEqual(['a', 'b', 'c', 'd'])
    expect(view[1]).toBe('b')
    expect(view[3]).toBeUndefined()
    expect(view.length).toBe(3)
    expect(view.at(-1)).toBe('c')
    expect(view.at(3)).toBeUndefined()
    expect(view.slice(1)).toEqual(['b', 'c'])
    expect(view.slice(-2, -1)).toEqual(['b'])
    expect(view.slice(2, 1)).toEqual([])
    expect(view.map((line, index) => line + index)).toEqual(['a0', 'b1', 'c2'])
    expect(view.filter((line) => line > 'a')).toEqual(['b', 'c'])
    expect(view.join('')).toBe('abc')
    expect(view.includes('b')).toBe(true)
    expect(view.indexOf('c')).toBe(2)
    expect(JSON.stringify(view)).toBe('["a","b","c"]')
    expect(Object.keys(view)).toEqual(['0', '1', '2'])
    expect(1 in view).toBe(true)
    expect(3 in view).toBe(false)
    expect(['z'].concat(view)).toEqual(['z', 'a', 'b', 'c'])
    const [first, ...rest] = view
    expect([first, rest]).toEqual(['a', ['b', 'c']])
    expect(Array.from(view.entries())).toEqual([
      [0, 'a'],
      [1, 'b'],
      [2, 'c'],
    ])
  })

  it('cannot be modified', () => {
    const view = lines('a') as unknown as string[]
    expect(() => view.push('b')).toThrow(TypeError)
    expect(() => {
      view[0] = 'z'
    }).toThrow(TypeError)
    expect(view).toEqual(['a'])
  })

  it('does not change when newer views are appended to', () => {
    const one = lines('a')
    const two = appendLines(one, [['b']], 'task', 1, Infinity)
    const three = appendLines(two, [['c']], 'task', 1, Infinity)
    expect([one, two, three]).toEqual([['a'], ['a', 'b'], ['a', 'b', 'c']])
  })

  it('may be appended to twice, with independent results', () => {
    const one = lines('a')
    const left = appendLines(one, [['left']], 'task', 1, Infinity)
    const right = appendLines(one, [['right']], 'task', 1, Infinity)
    expect([left, right]).toEqual([
      ['a', 'left'],
      ['a', 'right'],
    ])
  })

  it('drops its oldest lines beyond the limit and counts them', () => {
    let view = emptyLog
    const old = (view = appendLines(view, [['0', '1', '2']], 'task', 0, 3))
    for (let line = 3; line < 5_000; line++) view = appendLines(view, [[String(line)]], 'task', line, 3)
    expect(view).toEqual(['4997', '4998', '4999'])
    expect(view.dropped).toBe(4_997)
    expect(view.entry(0)).toEqual({ text: '4997', source: 'task', receivedAt: 4_997 })
    expect(old).toEqual(['0', '1', '2'])
    expect(old.entry(2)?.receivedAt).toBe(0)
  })

  it('accepts more lines at once than it keeps', () => {
    const view = appendLines(emptyLog, [['a', 'b', 'c', 'd']], 'task', 0, 2)
    expect(view).toEqual(['c', 'd'])
    expect(view.dropped).toBe(2)
  })

  it('has the source and time of each line', () => {
    let view = appendLines(emptyLog, [['a', 'b']], 'setup', 10, Infinity)
    view = appendLines(view, [['c']], 'task', 10, Infinity)
    view = appendLines(view, [['d']], 'task', 20, Infinity)
    expect([0, 1, 2, 3].map((index) => view.entry(index))).toEqual([
      { text: 'a', source: 'setup', receivedAt: 10 },
      { text: 'b', source: 'setup', receivedAt: 10 },
      { text: 'c', source: 'task', receivedAt: 10 },
      { text: 'd', source: 'task', receivedAt: 20 },
    ])
    expect([view.entry(-1), view.entry(4), view.entry(Number.NaN)]).toEqual([undefined, undefined, undefined])
  })

  it('costs only the new lines to append to, however long it is', () => {
    let view = appendLines(emptyLog, [Array.from({ length: 300_000 }, String)], 'task', 0, Infinity)
    const views = []
    for (let line = 0; line < 2_000; line++) views.push((view = appendLines(view, [['x']], 'task', 1, Infinity)))
    // 2,000 copies of 300,000 lines would be 5 GB.
    expect(views.at(-1)).toHaveLength(302_000)
    expect(views[0]).toHaveLength(300_001)
  })
})
