import { describe, expect, it } from 'vitest'
import { createClock } from '../clock.ts'
import { logTypes } from './task-log.ts'
import type { TaskLimits, TaskRequest } from './task.ts'
import { Task } from './task.ts'
import type { StreamLine } from '../stream-line.ts'
import { TaskReader } from './task-reader.ts'

const request: TaskRequest = {
  ref: 'local/x',
  app: 'local/x',
  appId: 'a',
  appVersionId: 'v',
  function: 'run',
  input: {},
  inputCharacters: 2,
  setup: null,
  infra: 'private',
  metadata: null,
  sessionId: null,
  baseUrl: 'http://127.0.0.1:1',
}

function newTask(limits: Partial<TaskLimits> = {}): Task {
  let time = 1_000
  const log = { recordBytes: 60, keptCharacters: 1_000_000 }
  return new Task(
    request,
    createClock(() => time++),
    { log, frames: 1_000, ...limits },
  )
}

/** A run with everything: statuses, a record that switches to arrays, deltas, partial output. */
const script: ((task: Task) => void)[] = [
  (task) => task.advance('queued'),
  (task) => task.moveInQueue(1),
  (task) => task.advance('dispatched'),
  (task) => task.log(logTypes.setup, 'loading\n'),
  (task) => task.advance('running'),
  ...Array.from({ length: 8 }, (_, index) => (task: Task) => {
    task.log(logTypes.task, `line ${2 * index}\nline ${2 * index + 1}\n`)
    task.delta({ response: `word${index} ` })
    task.progress({ current: index + 1, total: 8 })
  }),
  (task) => task.showOutput({ image: 'a' }),
  (task) => task.complete({ text: 'done' }),
]

function drain(reader: TaskReader): StreamLine[] {
  const lines: StreamLine[] = []
  for (let line = reader.next(); line; line = reader.next()) lines.push(line)
  return lines
}

/** A reader that is connected from the start and reads everything immediately. */
function followed(task: Task): StreamLine[] {
  const reader = new TaskReader(task)
  const lines = drain(reader)
  for (const step of script) {
    step(task)
    lines.push(...drain(reader))
  }
  expect(reader.done).toBe(true)
  return lines
}

/** Positions of the log lines that were sent as arrays. */
function placesOf(lines: readonly StreamLine[]): number[] {
  return lines.flatMap(({ json }) => {
    const { data } = JSON.parse(json) as { data?: Json }
    const logs = data?.['logs']
    return Array.isArray(logs) ? logs.map((_, index) => Number(data?.['offset']) + index) : []
  })
}

type Json = Record<string, unknown>

/** A client's view of the lines: fields merged, log lines by record and by position. */
function understood(lines: readonly StreamLine[]) {
  const state: Json = {}
  let text = ''
  const records = new Map<number, string>()
  const added = new Map<number, string>()
  for (const { event, json } of lines) {
    const value = JSON.parse(json) as Json
    if (event === 'delta') {
      text += ((value['delta'] as Json)['response'] as string | undefined) ?? ''
      continue
    }
    const partial = Array.isArray(value['fields'])
    const data = (partial ? value['data'] : value) as Json
    const logs = data['logs'] as (string | { log_type: number; content: string })[] | undefined
    for (const [index, log] of (logs ?? []).entries()) {
      if (typeof log === 'string') {
        const place = Number(data['offset']) + index
        const known = added.get(place)
        if (known !== undefined && known !== log)
          throw new Error(`Line ${place} was sent as "${known}" and as "${log}".`)
        added.set(place, log)
      } else records.set(log.log_type, Buffer.from(log.content, 'base64').toString())
    }
    Object.assign(state, data)
  }
  const inRecord = (records.get(logTypes.task) ?? '').split('\n').slice(0, -1)
  const taskLines = [...inRecord]
  for (const [place, line] of [...added].toSorted(([one], [other]) => one - other)) taskLines[place] = line
  const { logs: _logs, offset: _offset, log_type: _type, ...fields } = state
  return { fields, text, taskLines, setup: records.get(logTypes.setup) }
}

describe('a stream of a task', () => {
  it('opens with the whole task, then sends only changes', () => {
    const [first, second] = followed(newTask()).map(({ json }) => JSON.parse(json) as Json)
    expect(first).toMatchObject({ status: 1, status_text: 'received', output: {}, logs: [], input: {} })
    expect(second).toMatchObject({ fields: ['status', 'status_text', 'events'], data: { status: 2 } })
    expect(Object.keys(second?.['data'] as Json)).toEqual(['id', 'updated_at', 'status', 'status_text', 'events'])
  })

  it('puts output and the terminal status in one last line', () => {
    const last = JSON.parse(followed(newTask()).at(-1)?.json ?? '') as Json
    expect(last).toMatchObject({ data: { status: 10, output: { text: 'done' } } })
  })

  it('sends a reader that joins at any moment the same end, with every line of the log', () => {
    const whole = understood(followed(newTask()))
    expect(whole.taskLines).toEqual(Array.from({ length: 16 }, (_, index) => `line ${index}`))
    for (let joined = 0; joined <= script.length; joined++) {
      const task = newTask()
      for (const step of script.slice(0, joined)) step(task)
      const reader = new TaskReader(task)
      const lines = drain(reader)
      for (const step of script.slice(joined)) {
        step(task)
        lines.push(...drain(reader))
      }
      const seen = understood(lines)
      expect(seen.taskLines).toEqual(whole.taskLines)
      expect(seen.setup).toBe('loading\n')
      expect(seen.fields).toMatchObject({ status: 10, output: { text: 'done' }, partial_output: { image: 'a' } })
    }
  })

  it('resumes exactly: after any id it sends the lines that followed it, deltas included', () => {
    const task = newTask()
    const whole = followed(task)
    for (const [index, { id }] of whole.entries()) {
      const [snapshot, ...rest] = drain(new TaskReader(task, id))
      expect(rest).toEqual(whole.slice(index + 1))
      // The line in between is the task as of then: it reverts nothing and anticipates nothing.
      expect(snapshot?.id).toBeUndefined()
      expect(understood([...whole.slice(0, index + 1), snapshot ?? { json: '{}' }, ...rest])).toEqual(understood(whole))
    }
  })

  it('sends the whole task to a reader whose position is no longer known', () => {
    const task = newTask()
    followed(task)
    const lines = drain(new TaskReader(task, 999_999))
    expect(understood(lines).fields).toMatchObject({ status: 10 })
    expect(understood(lines).taskLines).toHaveLength(16)
  })

  it('sends no id to resume from before missed lines have been sent', () => {
    const task = newTask()
    followed(task)
    const lines = drain(new TaskReader(task))
    expect(lines[0]?.id).toBeUndefined()
    expect(lines.at(-1)?.id).toBe(task.frames.head.seq)
    const resumed = drain(new TaskReader(task, lines.at(-1)?.id))
    expect(resumed).toHaveLength(1)
  })

  it('sends the task again to a reader that fell behind the kept frames, and no line twice', () => {
    const task = newTask({ frames: 4, log: { recordBytes: 0, keptCharacters: 1_000_000 } })
    task.advance('running')
    const reader = new TaskReader(task)
    const lines = drain(reader)
    for (let index = 0; index < 100; index++) {
      task.log(logTypes.task, `line ${index}\n`)
      if (index === 3) lines.push(...drain(reader))
    }
    lines.push(...drain(reader))
    expect(placesOf(lines)).toEqual(Array.from({ length: 100 }, (_, index) => index))
  })

  it('sends the unfinished last line of a log of arrays when the task ends', () => {
    const task = newTask()
    task.advance('running')
    const reader = new TaskReader(task)
    drain(reader)
    task.log(logTypes.task, 'one\ntwo', true)
    expect(placesOf(drain(reader))).toEqual([0])
    task.complete(null)
    expect(placesOf(drain(reader))).toEqual([1])
  })

  it.each([0, 8])(
    'repeats no line for a reader that reconnected and then fell behind, %i frames after the last line',
    (since) => {
      const task = newTask({ frames: 4, log: { recordBytes: 0, keptCharacters: 1_000_000 } })
      task.advance('running')
      for (let index = 0; index < 50; index++) task.log(logTypes.task, `line ${index}\n`)
      for (let current = 1; current <= since; current++) task.progress({ current, total: since })
      const reader = new TaskReader(task, task.frames.head.seq)
      reader.next()
      for (let index = 50; index < 100; index++) task.log(logTypes.task, `line ${index}\n`)
      expect(placesOf(drain(reader))).toEqual(Array.from({ length: 50 }, (_, index) => 50 + index))
    },
  )

  it('does not end before the task', () => {
    const task = newTask()
    const reader = new TaskReader(task)
    drain(reader)
    expect(reader.done).toBe(false)
    task.fail('no')
    expect(reader.done).toBe(false)
    drain(reader)
    expect(reader.done).toBe(true)
  })

  it('gives each update a later time than the one before, even if the clock stands still', () => {
    const task = new Task(
      request,
      createClock(() => 5),
      { log: { recordBytes: 60, keptCharacters: 100 }, frames: 100 },
    )
    const times = followed(task).map(({ event, json }) => {
      const value = JSON.parse(json) as { updated_at?: string; data?: { updated_at?: string } }
      return event === 'delta' ? null : (value.updated_at ?? value.data?.updated_at)
    })
    const sent = times.filter((time) => time !== null)
    expect(sent).toEqual([...new Set(sent)].toSorted((one, other) => (String(one) < String(other) ? -1 : 1)))
  })
})
