import { beforeAll, describe, expect, it } from 'vitest'
import { loadTerminal } from '../../text/terminal.ts'
import { logView } from '../../testing/task-state.ts'
import { allRows, createFilteredRows } from './log-rows.ts'
import { selectionText } from './log-selection.ts'

const at = (line: number, offset: number) => ({ line, offset })

beforeAll(loadTerminal)

describe('a selection copies', () => {
  const lines = logView(['one', '\u001b[31mtwo\u001b[0m red', 'a\tb\tc', '10%\r20%', 'five'])

  it.each([
    { name: 'a piece of a line', from: at(1, 1), to: at(1, 2), text: 'n' },
    { name: 'the same when selected backwards', from: at(1, 2), to: at(1, 1), text: 'n' },
    { name: 'lines without escapes, cut at both ends', from: at(1, 1), to: at(2, 3), text: 'ne\ntwo' },
    { name: 'tabs as the spaces that are shown', from: at(3, 0), to: at(3, 17), text: 'a       b       c' },
    { name: 'the text after a tab', from: at(3, 8), to: at(3, 9), text: 'b' },
    { name: 'the rest after a carriage return', from: at(4, 0), to: at(5, 0), text: '20%\n' },
    { name: 'the unfinished line too', from: at(5, 0), to: at(6, 3), text: 'five\nhal' },
    { name: 'nothing if it is empty', from: at(2, 1), to: at(2, 1), text: null },
  ])('$name', ({ from, to, text }) => {
    expect(selectionText({ anchor: from, focus: to }, allRows(lines), 'half')).toBe(text)
  })

  it('omits lines that were dropped since', () => {
    const rows = allRows(logView(['c', 'd', 'e'], 2))
    expect(selectionText({ anchor: at(1, 1), focus: at(4, 1) }, rows, null)).toBe('c\nd')
  })

  it('omits lines that the filter hides', () => {
    const entries = ['info', 'error', 'info', 'error'].map((level, index) => ({
      text: `${level} ${index + 1}`,
      source: 'run' as const,
      level: level === 'error' ? ('error' as const) : ('info' as const),
    }))
    const rows = createFilteredRows({ level: 'error', source: null }).sync(entries)
    expect(selectionText({ anchor: at(2, 0), focus: at(4, 7) }, rows, null)).toBe('error 2\nerror 4')
  })
})
