import { describe, expect, it } from 'vitest'
import { lineColumns } from './line-cells.ts'
import { LogLayout } from './log-layout.ts'

/** The reference for the layout: every row counted. */
function naive(columns: readonly number[], width: number) {
  const heights = columns.map((count) => Math.max(1, Math.ceil(count / width)))
  const starts = heights.map((_, index) => heights.slice(0, index).reduce((sum, rows) => sum + rows, 0))
  return { heights, starts, rows: heights.reduce((sum, rows) => sum + rows, 0) }
}

// Lengths in a cycle that does not divide 1,024.
const lengths = (count: number) => Array.from({ length: count }, (_, index) => (index * 37) % 211)

describe('the position of lines', () => {
  it.each([
    { count: 0, dropped: 0, width: 80 },
    { count: 1, dropped: 0, width: 80 },
    { count: 1024, dropped: 0, width: 40 },
    { count: 3000, dropped: 1, width: 40 },
    { count: 3000, dropped: 1023, width: 80 },
    { count: 3000, dropped: 1024, width: 7 },
    { count: 3000, dropped: 1025, width: Infinity },
    { count: 3000, dropped: 2999, width: 80 },
    { count: 3000, dropped: 3000, width: 80 },
  ])('agrees with counting: $count lines, $dropped dropped, $width wide', ({ count, dropped, width }) => {
    const all = lengths(count)
    const layout = new LogLayout(25)
    for (const [index, columns] of all.entries()) {
      layout.append(columns || 1)
      if (index === Math.floor(count / 2)) layout.drop(Math.floor(dropped / 2))
    }
    layout.resize(width)
    layout.drop(dropped - (count > 0 ? Math.floor(dropped / 2) : 0))
    const kept = all.slice(dropped)
    const expected = naive(kept, width)
    expect(layout.length).toBe(kept.length)
    expect(layout.rows).toBe(expected.rows)
    for (let index = 0; index < kept.length; index += 101) {
      expect(layout.rowOf(index)).toBe(expected.starts[index])
      expect(layout.rowsAt(index)).toBe(expected.heights[index])
      expect(layout.lineAt(expected.starts[index] ?? 0)).toEqual({ index, row: 0 })
      const last = (expected.starts[index] ?? 0) + (expected.heights[index] ?? 1) - 1
      expect(layout.lineAt(last)).toEqual({ index, row: (expected.heights[index] ?? 1) - 1 })
    }
  })

  it('continues after everything was dropped', () => {
    const layout = new LogLayout(10)
    for (let index = 0; index < 1500; index += 1) layout.append(1)
    layout.drop(1500)
    expect([layout.length, layout.rows]).toEqual([0, 0])
    layout.append(25)
    expect([layout.length, layout.rows, layout.rowOf(0)]).toEqual([1, 3, 0])
  })

  it('limits a line of ten megabytes', () => {
    const layout = new LogLayout(100)
    layout.append(lineColumns('x'.repeat(10_000_000), null))
    expect(layout.rows).toBe(21)
    layout.set(0, lineColumns('x'.repeat(10_000_000), null, true))
    expect(layout.rows).toBe(101)
  })
})
