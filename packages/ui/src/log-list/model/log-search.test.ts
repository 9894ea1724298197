import { describe, expect, it } from 'vitest'
import { logView } from '../../testing/task-state.ts'
import { allRows, createFilteredRows } from './log-rows.ts'
import { createFoundLines, neighbour } from './log-matches.ts'
import { readQuery } from './log-query.ts'
import { createLogSearch } from './log-search.ts'

function searchFor(query: string, regex = false, matchCase = false) {
  const found = readQuery({ query, regex, matchCase })
  if (found === null || found === 'invalid') throw new Error('no query')
  return createLogSearch(found)
}

const never = () => false
const linesOf = ({ matches }: ReturnType<typeof createLogSearch>) =>
  Array.from({ length: matches.length }, (_, place) => matches.at(place)!)

const view = (texts: string[], revision: number) =>
  allRows(Object.assign([...texts], { dropped: 0, revision, open: 2, entry: () => undefined }) as never)

describe('search', () => {
  it('treats the query literally unless it is a regular expression', () => {
    const rows = allRows(logView(['a.b', 'axb', 'A.B']))
    const found = (...terms: Parameters<typeof searchFor>) => {
      const search = searchFor(...terms)
      search.scan(rows, never)
      return linesOf(search)
    }
    expect(found('a.b')).toEqual([1, 3])
    expect(found('a.b', true)).toEqual([1, 2, 3])
    expect(found('a.b', false, true)).toEqual([1])
    expect(readQuery({ query: '(', regex: true, matchCase: false })).toBe('invalid')
    expect(readQuery({ query: '', regex: true, matchCase: false })).toBeNull()
  })

  it.each([
    ['/BOOM/i', true, [1]],
    ['/BOOM/', true, []],
    ['/boom|full/', true, [1, 2]],
    ['-/boom/', true, [2, 3]],
    ['a -/b.*m/i -/FULL/', false, [3]],
    ['-level:error', false, [2, 3]],
    ['level:warn level:error', false, [1, 2]],
    ['level:warn+ -level:error', false, [2]],
    ['"unclosed a', false, [3]],
  ])('%j finds what it says', (query, matchCase, expected) => {
    const search = searchFor(query, false, matchCase)
    const lines = [
      ['ERROR a boom', 'error'],
      ['WARN a disk full', 'warn'],
      ['an "unclosed a b', undefined],
    ] as const
    expect(lines.flatMap(([line, level], index) => (search.test(line, level) ? [index + 1] : []))).toEqual(expected)
  })

  it('searches the visible text, without escapes', () => {
    const search = searchFor('hello')
    search.scan(allRows(logView(['he\u001b[31mllo', 'overwritten hello\rgone'.padEnd(40)])), never)
    expect(linesOf(search)).toEqual([1])
  })

  it('continues where it was interrupted, and after lines were added and dropped', () => {
    const lines = Array.from({ length: 1000 }, (_, index) => (index % 10 === 0 ? 'yes' : 'no'))
    const search = searchFor('yes')
    let slices = 0
    while (!search.scan(allRows(logView(lines)), () => true)) slices += 1
    expect(slices).toBeGreaterThan(5)
    expect(linesOf(search)).toHaveLength(100)
    search.scan(allRows(logView([...lines.slice(500), 'yes'], 500)), never)
    expect(linesOf(search).at(-1)).toBe(1001)
    expect(linesOf(search)).toHaveLength(101)
  })

  it('reads the newest lines first', () => {
    const lines = Array.from({ length: 1000 }, (_, index) => `line ${index + 1}`)
    const search = searchFor('line')
    search.scan(allRows(logView(lines)), () => true)
    expect(linesOf(search)).toEqual(Array.from({ length: 64 }, (_, at) => 937 + at))
  })

  it('reads lines again that were rewritten', () => {
    const search = searchFor('yes')
    search.scan(view(['yes', 'yes', 'no'], 0), never)
    expect(linesOf(search)).toEqual([1, 2])
    search.scan(view(['yes', 'no', 'yes', 'yes'], 1), never)
    expect(linesOf(search)).toEqual([1, 3, 4])
  })

  it('wraps around at the ends', () => {
    const matches = createFoundLines()
    matches.addOlder(7)
    matches.addOlder(3)
    matches.addNewer(9)
    expect(neighbour(matches, 7, 1)).toBe(9)
    expect(neighbour(matches, 9, 1)).toBe(3)
    expect(neighbour(matches, 7, -1)).toBe(3)
    expect(neighbour(matches, 3, -1)).toBe(9)
    expect(neighbour(matches, 5, 1)).toBe(7)
    expect(neighbour(matches, 5, -1)).toBe(3)
    expect(neighbour(createFoundLines(), 5, 1)).toBeNull()
  })
})

describe('a filter', () => {
  const entries = Array.from({ length: 20 }, (_, index) => ({
    text: `${index + 1}`,
    source: index % 2 === 0 ? ('run' as const) : ('setup' as const),
    level: index % 5 === 0 ? ('error' as const) : ('info' as const),
  }))

  it('keeps the numbers of the lines', () => {
    const rows = createFilteredRows({ level: 'error', source: null }).sync(entries)
    expect(Array.from({ length: rows.length }, (_, index) => rows.number(index))).toEqual([1, 6, 11, 16])
    expect(rows.text(1)).toBe('6')
    expect(rows.indexOf(7)).toBe(2)
  })

  it('grows with the lines and forgets dropped ones', () => {
    const filter = createFilteredRows({ level: null, source: 'run' })
    expect(filter.sync(entries.slice(0, 10)).length).toBe(5)
    const kept = Object.assign(
      entries.slice(4).map(({ text }) => text),
      { dropped: 4, entry: (index: number) => entries[index + 4] },
    )
    const rows = filter.sync(kept)
    expect([rows.length, rows.dropped, rows.number(0), rows.text(0)]).toEqual([8, 2, 5, '5'])
  })
})
