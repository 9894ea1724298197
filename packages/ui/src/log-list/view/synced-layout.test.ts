import { expect, it } from 'vitest'
import { allRows, createFilteredRows } from '../model/log-rows.ts'
import { lineText } from '../model/log-lines.ts'
import { lineColumns } from '../model/line-cells.ts'
import { softBreaks } from '../model/soft-wrap.ts'
import { allShown, createSyncedLayout, type ShownRows } from './synced-layout.ts'

/** Rows of the layout, line by line. */
function heights(lines: readonly string[], width: number, { folds, opened, softWrap }: ShownRows) {
  return lines.map((line, index) => {
    const number = index + 1
    for (let at = 0; at < folds.length; at += 2) if (number >= folds[at]! && number <= folds[at + 1]!) return 0
    const columns = lineColumns(line, null, opened.has(number))
    const breaks = softWrap && columns > width && columns <= 2_000 ? softBreaks(line, width, null) : null
    return breaks ? breaks.length + 1 : Math.ceil(columns / width)
  })
}

it('agrees with counting, whatever is added, folded, opened and resized', () => {
  let seed = 7
  const random = (below: number) => {
    seed = (seed * 16_807) % 2_147_483_647
    return seed % below
  }
  const lines: string[] = []
  const synced = createSyncedLayout(null)
  let shown: ShownRows = allShown
  let width = 40
  for (let round = 0; round < 120; round += 1) {
    for (let added = random(90); added > 0; added -= 1)
      lines.push('x'.repeat(random(20) === 0 ? 3_000 : random(90)).replaceAll('xxxxx', 'xxxx '))
    if (random(3) === 0) {
      const folds: number[] = []
      for (let number = 1 + random(50); number < lines.length; number += 1 + random(300)) {
        const to = random(8) === 0 ? Infinity : number + random(60)
        folds.push(number, to)
        number = to + 1
      }
      shown = { folds, opened: shown.opened, softWrap: shown.softWrap }
    }
    if (random(4) === 0)
      shown = {
        softWrap: shown.softWrap,
        folds: shown.folds,
        opened: new Set(Array.from({ length: 5 }, () => random(lines.length + 1))),
      }
    if (random(4) === 0) width = 20 + random(80)
    if (random(5) === 0) shown = { folds: shown.folds, opened: shown.opened, softWrap: !shown.softWrap }
    const layout = synced.sync(allRows([...lines]), width, shown)
    const expected = heights(lines, width, shown)
    expect(layout.rows).toBe(expected.reduce((sum, rows) => sum + rows, 0))
    const measured = expected.map((_, index) => layout.rowsAt(index))
    expect(measured).toEqual(expected)
    let row = 0
    const wrong: number[] = []
    for (const [index, rows] of expected.entries()) {
      const place = layout.lineAt(row + rows - 1)
      if (layout.rowOf(index) !== row || (rows > 0 && (place.index !== index || place.row !== rows - 1)))
        wrong.push(index)
      row += rows
    }
    expect(wrong).toEqual([])
  }
})

const view = (texts: string[], revision: number, open: number) =>
  Object.assign([...texts], { dropped: 0, revision, open, entry: () => undefined }) as never

it('reads lines again that were rewritten, also with a filter that they no longer pass', () => {
  const synced = createSyncedLayout(null)
  expect(synced.sync(allRows(view(['a', 'b', 'c'], 0, 2)), 10, allShown).rows).toBe(3)
  expect(synced.sync(allRows(view(['a', 'b'.repeat(35), 'c'], 1, 2)), 10, allShown).rows).toBe(6)
  expect(synced.sync(allRows(view(['a', 'b', 'c', 'd'], 2, 2)), 10, allShown).rows).toBe(4)

  const filtered = createFilteredRows({ level: 'error', source: null }, (lines, index) =>
    lineText(lines, index).startsWith('E') ? 'error' : 'info',
  )
  const other = createSyncedLayout(null)
  const sync = (texts: string[], revision: number) => other.sync(filtered.sync(view(texts, revision, 3)), 10, allShown)
  expect(sync(['E1', 'x', 'E2', 'E3'], 0).length).toBe(3)
  expect(sync(['E1', 'x', 'y', 'z'], 1).length).toBe(1)
  expect(sync(['E1', 'E'.repeat(15), 'y', 'z', 'E4'], 2).rows).toBe(4)
})
