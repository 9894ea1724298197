// The wires of fixtures/, recorded from the real engine, with faults at every byte: the end state and all log lines must
// equal those of the uninterrupted run (design §2 "Guaranteed settlement").
import { readFileSync, readdirSync } from 'node:fs'
import { beforeAll, afterAll, describe, expect, it } from 'vitest'
import { edgesOf, failuresAt, faults, followToEnd, byteLengthOf, listen } from '../../test/faulty-service.ts'
import type { End, Wire } from '../../test/faulty-service.ts'
import { isFull } from '../../test/full.ts'

interface LogRecord {
  log_type: number
  content: string
}

interface Task {
  id: string
  status: number
  status_text: string
  output: unknown
  error: unknown
  logs: LogRecord[]
}

/** A line of the wire as the engine writes it. */
type Line = Task | { data: Task; fields: (keyof Task)[] } | { data: Lines; fields: string[] } | { event: string }

interface Lines {
  logs: string[]
  log_type: number
}

interface Piece {
  readonly text: string
  /** Null for comments, heartbeats and `retry:`. */
  readonly line: Line | null
  readonly id: number | null
}

const fixtures = new URL('../../fixtures/', import.meta.url)

/** A recording, cut into its records and the text between them. */
function piecesOf(text: string, isNdjson: boolean): Piece[] {
  return (text.match(isNdjson ? /[^\n]*\n/g : /[\s\S]*?\n\n/g) ?? []).map((piece) => {
    const json = isNdjson ? piece : /^data: (.*)$/m.exec(piece)?.[1]
    const id = /^id: (\d+)$/m.exec(piece)?.[1]
    return { text: piece, line: JSON.parse(json ?? 'null') as Line | null, id: id === undefined ? null : Number(id) }
  })
}

const decodedText = ({ content }: LogRecord) => Buffer.from(content, 'base64').toString()

/** The lines of a record; null if it has none. */
function linesOf({ line }: Piece): Lines | null {
  const lines = line && 'data' in line && 'log_type' in line.data ? line.data : null
  return lines && typeof lines.logs[0] === 'string' ? lines : null
}

interface RecordedWire extends Wire {
  task(recordIndex: number): Task
}

/** A service that plays the recording: a record's fields replace those of the task (protocol §5.1). */
function wireOf(name: string): RecordedWire {
  const isNdjson = name.endsWith('.ndjson')
  const pieces = piecesOf(readFileSync(new URL(name, fixtures), 'utf8'), isNdjson)

  function taskAt(recordIndex: number): Task {
    const task: Task = { id: '', status: 0, status_text: '', output: null, error: null, logs: [] }
    for (const piece of pieces.slice(0, recordIndex + 1)) {
      const { line } = piece
      if (line && 'id' in line) Object.assign(task, line)
      if (!line || !('data' in line) || !('id' in line.data) || linesOf(piece)) continue
      const { data, fields } = line
      for (const field of ['updated_at', ...fields]) Object.assign(task, { [field]: data[field as keyof Task] })
    }
    return task
  }

  /** The task with the lines that streams send as arrays, in the record of their type. */
  function snapshotAt(recordIndex: number): Task {
    const task = taskAt(recordIndex)
    const logs = new Map(task.logs.map((log) => [log.log_type, log]))
    for (const piece of pieces.slice(0, recordIndex + 1)) {
      const added = linesOf(piece)
      if (!added) continue
      const { logs: lines, log_type } = added
      const known = logs.get(log_type)
      const text = (known ? decodedText(known) : '') + lines.map((line) => `${line}\n`).join('')
      logs.set(log_type, { log_type, content: Buffer.from(text).toString('base64') })
    }
    return { ...task, logs: [...logs.values()] }
  }

  const frame = (line: object) => (isNdjson ? `${JSON.stringify(line)}\n` : `data: ${JSON.stringify(line)}\n\n`)
  const known = new Map<number, Task>()
  function snapshot(recordIndex: number): Task {
    const task = known.get(recordIndex) ?? snapshotAt(recordIndex)
    known.set(recordIndex, task)
    return task
  }

  return {
    taskId: taskAt(pieces.length).id,
    isNdjson,
    records: pieces.map(({ text }) => text),
    // As in the engine: a new stream repeats the lines of arrays after the task, a resumed one sends only what follows.
    reopened(recordIndex, lastEventId) {
      const from = lastEventId === null ? recordIndex : pieces.findIndex(({ id }) => id === Number(lastEventId))
      const repeated = lastEventId === null ? pieces.slice(0, from + 1).filter((piece) => linesOf(piece)) : []
      const texts = [...repeated.map(({ line }) => frame(line!)), ...pieces.slice(from + 1).map(({ text }) => text)]
      return frame(taskAt(from)) + texts.join('')
    },
    task: snapshot,
    log: snapshot,
  }
}

const wires = readdirSync(fixtures)
  .filter((name) => /\.(sse|ndjson)$/.test(name))
  .map((name) => ({ name, wire: wireOf(name), expected: null as End | null }))

let server: Awaited<ReturnType<typeof listen>>
beforeAll(async () => {
  server = await listen()
})
afterAll(() => server.close())

describe.each(wires)('$name', (row) => {
  const { wire } = row
  const everyByte = Array.from({ length: byteLengthOf(wire) }, (_, offset) => offset)
  const edges = edgesOf(wire)

  it('uninterrupted, ends as recorded', async () => {
    row.expected = await followToEnd(wire, faults[0]!, byteLengthOf(wire))
    const { status_text: status, output, error, logs } = wire.task(wire.records.length)
    expect(row.expected.state).toMatchObject({ status, error, output: status === 'completed' ? output : null })
    const lines = logs.flatMap((log) => decodedText(log).replace(/\n$/, '').split(/\r?\n/))
    expect(Object.values(row.expected.logs).flat().toSorted()).toEqual(lines.toSorted())
  })

  it.each(faults)(`$name, ${isFull ? 'at every byte' : 'around each record'}`, async (fault) => {
    expect(await failuresAt(isFull ? everyByte : edges, wire, fault, row.expected!)).toEqual([])
  })

  // A real socket for each run takes ten times as long.
  const isShort = byteLengthOf(wire) < 1_300
  it.each(faults)('$name, on a real socket', async (fault) => {
    const full = isShort && (fault === faults[0] || fault === faults[1]) ? everyByte : edges
    const offsets = isFull ? full : edges.filter((_, index) => index % 5 === 0)
    expect(await failuresAt(offsets, wire, fault, row.expected!, server.origin)).toEqual([])
  })
})
