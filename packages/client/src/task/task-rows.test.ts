// Programs that redraw rows above the last one: the log's rows must be those of a terminal, in whatever form the log comes.
import xterm from '@xterm/headless'
import { describe, expect, it } from 'vitest'
import { startTask } from './task-model.ts'
import type { TaskModel } from './task-model.ts'
import { reduceTask } from './task-reducer.ts'
import type { JsonObject } from '../core/json.ts'
import type { LogView, TaskState } from '../core/types.ts'

const start = (maxLogLines = 100_000) =>
  startTask<unknown>('t1', { table: 'current', maxLogLines, confirms: false }, null)
const running: JsonObject = { id: 't1', status: 7, updated_at: '2026-01-01T00:00:00Z' }
const up = (rows = 1) => `\u001B[${rows}A`

function after(model: TaskModel, ...records: JsonObject[]): TaskModel {
  return records.reduce((before, data) => {
    const record = { data: { data, fields: Object.keys(data) } }
    return reduceTask(before, { type: 'records-received', records: [record], at: 1 }).model
  }, model)
}

const ended = (model: TaskModel) => after(model, { status: 10, output: {} }).state.logs.slice()
const record = (text: string) => ({ logs: [{ log_type: 4, content: btoa(unescape(encodeURIComponent(text))) }] })
const shown = ({ logs, pendingLine }: TaskState) => [...logs, ...(pendingLine === null ? [] : [pendingLine])]
const begun = (maxLogLines?: number) => after(start(maxLogLines), running)

/** Two nested bars as tqdm writes them. */
function nestedBars(epochs: number, steps: number): string {
  let text = ''
  for (let epoch = 0; epoch <= epochs; epoch++) {
    text += `\rEpochs:  ${epoch}/${epochs}`
    if (epoch === epochs) break
    for (let step = 0; step <= steps; step++) text += `\n\rSteps: ${step}/${steps}${up()}`
  }
  return `${text}\n\n`
}

async function terminalRows(text: string): Promise<string[]> {
  const terminal = new xterm.Terminal({
    cols: 500,
    rows: 200,
    scrollback: 0,
    convertEol: true,
    allowProposedApi: true,
    logLevel: 'off',
  })
  await new Promise<void>((resolve) => terminal.write(text, resolve))
  const rows = Array.from(
    { length: 200 },
    (_, row) => terminal.buffer.active.getLine(row)?.translateToString(true) ?? '',
  )
  terminal.dispose()
  return withoutBlankEnd(rows)
}

function withoutBlankEnd(rows: readonly string[]): string[] {
  const end = rows.findLastIndex((row) => row !== '')
  return rows.slice(0, end + 1)
}

const outputs: { name: string; text: string }[] = [
  { name: 'nested bars of tqdm', text: nestedBars(3, 4) },
  {
    name: 'three downloads below a heading',
    text: `pulling\none 0%\ntwo 0%\nthree 0%\n${up(3)}one 50%\n\n\n${up(2)}two 100%\n\ndone\n`,
  },
  { name: 'a spinner that erases the rows below it', text: `a\nb\nc\n${up(2)}\u001B[Jlast\n` },
  { name: 'a cursor that is saved and restored', text: `first\n\u001B7second\nthird\n\u001B8SECOND\n\nend\n` },
  { name: 'the screen cleared, and drawn again', text: `one\ntwo\n\u001B[2J\u001B[Hagain\n` },
  { name: 'an alternate screen that is left', text: `one\n\u001B[?1049hmenu\n\u001B[?1049ltwo\n` },
  { name: 'rows that are broken by a form feed', text: 'one\ftwo\nthree\n' },
  { name: 'rows inserted and deleted', text: `one\ntwo\nthree\n${up(2)}\u001B[Lnew\n\u001B[M\n` },
]

describe('rows that a program redraws', () => {
  it.each(outputs)('are those of a terminal, however the log comes: $name', async ({ text }) => {
    const wanted = await terminalRows(text)
    const growing = Array.from({ length: text.length }, (_, at) => record(text.slice(0, at + 1)))
    expect(withoutBlankEnd(ended(after(begun(), ...growing)))).toEqual(wanted)
    expect(withoutBlankEnd(ended(after(begun(), record(text))))).toEqual(wanted)
    const lines = text.split('\n').slice(0, -1)
    expect(withoutBlankEnd(ended(after(begun(), { logs: lines })))).toEqual(wanted)
    expect(withoutBlankEnd(ended(after(begun(), ...lines.map((line) => ({ logs: [line] })))))).toEqual(wanted)
    const numbered = lines.map((line, offset) => ({ logs: [line], offset, log_type: 4 }))
    expect(withoutBlankEnd(ended(after(begun(), ...numbered, ...numbered)))).toEqual(wanted)
  })

  it('nested bars are two lines, at every moment', () => {
    const text = nestedBars(3, 50)
    let model = begun()
    for (let at = 0; at < text.length; at += 7) {
      model = after(model, record(text.slice(0, at)))
      expect(shown(model.state).length).toBeLessThanOrEqual(2)
    }
    expect(ended(after(model, record(text)))).toEqual(['Epochs:  3/3', 'Steps: 50/50'])
  })

  it('an hour of nested bars keeps two lines', () => {
    const logs = Array.from({ length: 2_000 }, (_, step) => `\router ${step}${step > 0 ? '' : ''}`).flatMap(
      (line, step) => [step === 0 ? line : `\rinner ${step}${up()}${line}`],
    )
    const { state } = after(begun(), ...logs.map((line) => ({ logs: [line] })))
    expect(shown(state)).toHaveLength(2)
  })

  it('delivers each line of a program once, as it came, also where rows are redrawn', () => {
    const model = begun()
    const records = [{ data: { data: { logs: ['a', 'b', `${up(2)}A`] }, fields: ['logs'] } }]
    const { updates, model: next } = reduceTask(model, { type: 'records-received', records, at: 1 })
    expect(updates.flatMap(({ logs }) => logs)).toEqual(['a', 'b', `${up(2)}A`])
    expect(next.state.logs).toEqual(['A'].concat('b'))
    expect(next.state.logs.entry(0)).toMatchObject({ text: 'a' })
  })

  it('keep their index and number, in a new view with a higher revision; older views do not change', () => {
    const before = after(begun(), { logs: ['a', 'b', 'c'] }).state.logs
    const model = after(begun(), { logs: ['a', 'b', 'c'] })
    const { logs } = after(model, { logs: [`${up(3)}A\u001B[3B`] }).state
    expect(model.state.logs).toEqual(['a', 'b', 'c'])
    expect(logs.slice(0, 3)).toEqual(['A', 'b', 'c'])
    expect([before.revision, logs.revision]).toEqual([0, 1])
    expect([before.dropped, logs.dropped]).toEqual([0, 0])
  })

  it('change no line that is more than 64 rows back', () => {
    const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`)
    const { logs } = after(begun(), { logs: lines }, { logs: [`${up(99)}top`] }).state
    expect(logs.findIndex((line) => line.startsWith('top'))).toBe(100 - 63)
    expect(logs.open).toBeGreaterThanOrEqual(63)
  })

  it('are those of their own source', () => {
    const { logs } = after(
      begun(),
      { logs: ['run 0%'], log_type: 1 },
      { logs: ['serve says'], log_type: 2 },
      { logs: [`${up()}run 50%`], log_type: 1 },
    ).state
    expect(logs).toEqual(['run 50%', 'serve says'])
  })

  it('may have been dropped', () => {
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`)
    const { logs } = after(begun(10), { logs: lines }, { logs: [`${up(25)}x`, 'y'] }).state
    expect(logs).toHaveLength(10)
    expect(logs.dropped).toBe(20)
  })

  it('come from an action that may be applied twice', () => {
    const model = after(begun(), { logs: ['a', `b${up()}`] })
    const action = {
      type: 'records-received',
      records: [{ data: { data: { logs: ['A'] }, fields: ['logs'] } }],
      at: 1,
    } as const
    const once = reduceTask(model, action).model.state
    expect(reduceTask(model, action).model.state).toEqual(once)
  })
})

describe('an item with several lines', () => {
  it('is as many lines', () => {
    const { logs } = after(begun(), { logs: ['Traceback:\r\n  File "a.py"\r\nValueError: bad\r\n', 'next'] }).state
    expect(logs).toEqual(['Traceback:', '  File "a.py"', 'ValueError: bad', 'next'])
  })

  it('counts once where items are numbered', () => {
    const piece = { logs: ['a\nb', 'c'], offset: 0, log_type: 4 }
    const { logs } = after(begun(), piece, piece, { logs: ['c', 'd'], offset: 1, log_type: 4 }).state
    expect(logs).toEqual(['a', 'b', 'c', 'd'])
  })

  it('is not repeated by a record with the whole text', () => {
    const { logs } = after(begun(), { logs: ['a\nb', 'c'] }, record('a\nb\nc\nd\n'), { logs: ['e'] }).state
    expect(logs satisfies LogView).toEqual(['a', 'b', 'c', 'd', 'e'])
  })
})
