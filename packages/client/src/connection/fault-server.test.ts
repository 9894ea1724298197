// A service that fails at every byte of a wire: the end state and all log lines must equal those of the uninterrupted run
// (design §2 "Guaranteed settlement"). For forms that the engine does not send; for the others see recorded-wires.test.ts.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { edgesOf, failuresAt, faults, followToEnd, byteLengthOf, listen } from '../../test/faulty-service.ts'
import type { End, Wire } from '../../test/faulty-service.ts'
import { isFull } from '../../test/full.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')
const bar = (step: number) => `\r ${step * 25}%|##  | ${step}/4`

/** The steps of the task, one per record: the record's data, and what it adds to the log. */
const steps: { data: Record<string, unknown>; text?: string; lines?: string[] }[] = [
  { data: { status: 2, queue_position: 1 } },
  { data: { status: 6 }, text: 'loading ünïcode\n' },
  { data: { status: 7 }, text: `loading done\n${bar(1)}` },
  { data: {}, text: `${bar(2)}${bar(3)}\nhalf a li` },
  { data: { partial_output: { image: 'a' } }, text: 'ne 😀\n' },
  { data: {}, lines: ['same', 'same'] },
  { data: {}, lines: ['same'] },
  { data: { status: 10, output: { image: 'b' } }, lines: ['last'] },
]

const expected: End = {
  state: { status: 'completed', output: { image: 'b' }, error: null, pendingLine: null, partialOutput: { image: 'a' } },
  logs: {
    task: [
      'loading ünïcode',
      'loading done',
      `${bar(1)}${bar(2)}${bar(3)}`,
      'half a line 😀',
      'same',
      'same',
      'same',
      'last',
    ],
  },
}

const textUpTo = (index: number) =>
  steps
    .slice(0, index + 1)
    .map(({ text = '' }) => text)
    .join('')
const linesUpTo = (index: number) => steps.slice(0, index + 1).flatMap(({ lines = [] }) => lines)

/** With ids, string arrays have no offset: only the ids give their position. Without either, the log's endpoint does. */
function wireOf(name: string): Wire {
  const isNdjson = name.startsWith('ndjson')
  const hasIds = name === 'sse with ids'
  const isUnnumbered = hasIds || name === 'ndjson without positions'

  function frame(json: object, id?: number): string {
    if (isNdjson) return `${JSON.stringify(json)}\n`
    return `${hasIds && id !== undefined ? `id: ${id}\n` : ''}data: ${JSON.stringify(json)}\n\n`
  }

  const records = steps.map(({ data, text, lines }, index) => {
    const fields: Record<string, unknown> = { ...data }
    if (text !== undefined) fields['logs'] = [{ log_type: 4, content: base64(textUpTo(index)) }]
    if (lines) fields['logs'] = lines
    if (index === 0) return frame({ id: 't1', ...fields }, index)
    const before = textUpTo(index).split('\n').length - 1 + linesUpTo(index - 1).length
    const offset = lines && !isUnnumbered ? { offset: before } : {}
    return frame({ data: { id: 't1', ...fields, ...offset }, fields: Object.keys(fields) }, index)
  })

  function snapshot(recordIndex: number, withLines: boolean): object {
    const fields = Object.assign({}, ...steps.slice(0, recordIndex + 1).map(({ data }) => data)) as object
    const lines = withLines ? linesUpTo(recordIndex) : []
    const text = textUpTo(recordIndex) + lines.map((line) => `${line}\n`).join('')
    return { id: 't1', ...fields, logs: [{ log_type: 4, content: base64(text) }] }
  }

  return {
    taskId: 't1',
    isNdjson,
    records,
    reopened(recordIndex, lastEventId) {
      if (hasIds) return records.slice(Number(lastEventId ?? -1) + 1).join('')
      return frame(snapshot(recordIndex, !isUnnumbered)) + records.slice(recordIndex + 1).join('')
    },
    task: (recordIndex) => snapshot(recordIndex, !isUnnumbered),
    log: (recordIndex) => snapshot(recordIndex, true),
  }
}

const wires = ['ndjson', 'sse', 'sse with ids', 'ndjson without positions'].map((name) => ({
  name,
  wire: wireOf(name),
}))
const rows = wires.flatMap(({ name, wire }) => faults.map((fault) => ({ name, wire, fault })))
const everyByte = (wire: Wire) => Array.from({ length: byteLengthOf(wire) }, (_, offset) => offset)

let server: Awaited<ReturnType<typeof listen>>
beforeAll(async () => {
  server = await listen()
})
afterAll(() => server.close())

describe('the run ends the same, with every line once', () => {
  it.each(wires)('$name, uninterrupted', async ({ wire }) => {
    expect(await followToEnd(wire, faults[0]!, byteLengthOf(wire))).toEqual(expected)
  })

  const places = isFull ? 'at every byte' : 'around each record'
  it.each(rows)(`$name: $fault.name, ${places}`, async ({ wire, fault }) => {
    expect(await failuresAt(isFull ? everyByte(wire) : edgesOf(wire), wire, fault, expected)).toEqual([])
  })

  it.each(rows)('$name: $fault.name, on a real socket', async ({ wire, fault }) => {
    const offsets = isFull
      ? everyByte(wire).filter((offset) => offset % 41 === 0)
      : edgesOf(wire).filter((_, index) => index % 5 === 0)
    expect(await failuresAt(offsets, wire, fault, expected, server.origin)).toEqual([])
  })
})
