import { describe, expect, it } from 'vitest'
import { InferstreamError } from '../core/errors.ts'
import { idleState } from '../log/idle-state.ts'
import { startTask } from './task-model.ts'
import { reduceTask } from './task-reducer.ts'
import type { TaskModel } from './task-model.ts'
import type { TaskAction } from './task-reducer.ts'
import type { TaskUpdate } from '../core/types.ts'

const options = { table: 'current', maxLogLines: 100_000, confirms: true } as const
const base64 = (text: string) => Buffer.from(text).toString('base64')

/** An action, or a function that makes it from the current model. */
type Step = TaskAction | ((model: TaskModel) => TaskAction)

function modelAfter(...steps: Step[]): { model: TaskModel; updates: TaskUpdate[] } {
  let model = startTask('t1', options, null)
  const updates: TaskUpdate[] = []
  for (const step of steps) {
    const transition = reduceTask(model, typeof step === 'function' ? step(model) : step)
    model = transition.model
    updates.push(...transition.updates)
  }
  return { model, updates }
}

/** Records given as NDJSON lines of the wire. */
function records(...lines: (object | null)[]): TaskAction {
  const wire = lines.map((line) => {
    const { event, ...rest } = (line ?? {}) as { event?: string; data?: unknown; fields?: unknown }
    if (event === undefined) return { data: line }
    return { event, data: rest.fields === undefined ? rest.data : rest }
  })
  return { type: 'records-received', records: wire, at: 1_000 }
}

const partial = (data: object, fields = Object.keys(data)) => ({ data: { id: 't1', ...data }, fields })
const full = (data: object) => ({ id: 't1', input: {}, output: null, events: [], logs: [], ...data })

const at = (second: number) => `2026-01-01T00:00:0${second}.000000Z`
const newLines = (...lines: string[]) => records(partial({ logs: lines }))
/** A read of the log's own endpoint, requested and answered at once. */
const logResponse =
  (answer: unknown) =>
  ({ logSync }: TaskModel): TaskAction => ({
    type: 'log-read',
    logs: answer,
    isEnd: false,
    marked: logSync.marked,
    at: 3,
  })
const logRead = (...texts: string[]) => logResponse(texts)
const finalLog = (texts: string[]): TaskAction => ({ type: 'log-read', logs: texts, isEnd: true, marked: 0, at: 3 })
const ticks = (count: number) => Array.from({ length: count }, () => 'tick')
const logs = (...texts: string[]) => texts.map((content, type) => ({ log_type: type + 3, content: base64(content) }))
const lines = (from: number, type: number, ...texts: string[]) => partial({ logs: texts, offset: from, log_type: type })
const tqdm = (percent: number) => `\r ${percent}%|###   | ${percent}/100 [00:01<00:01]`
const log = (text: string, type = 4) => partial({ logs: [{ log_type: type, content: base64(text) }] })
const delta = (response: string, seq?: number) => ({
  event: 'delta',
  data: { delta: { response }, ...(seq === undefined ? {} : { seq }) },
})

describe('the meaning of a record (protocol §5.1)', () => {
  const rows: { name: string; line: object | null; status: string }[] = [
    { name: 'a bare object is the whole task', line: full({ status: 7 }), status: 'running' },
    { name: 'data and fields are a partial', line: partial({ status: 7 }), status: 'running' },
    { name: 'data without fields is the whole task', line: { data: full({ status: 7 }) }, status: 'running' },
    { name: 'a message event', line: { event: 'message', data: full({ status: 7 }) }, status: 'running' },
    { name: 'an update event', line: { event: 'update', data: full({ status: 7 }) }, status: 'running' },
    { name: 'a tasks event', line: { event: 'tasks', data: { status: 7 }, fields: ['status'] }, status: 'running' },
    {
      name: 'a key that a partial does not name is ignored',
      line: partial({ status: 7, logs: ['x'] }, ['logs']),
      status: 'received',
    },
    { name: 'a heartbeat is ignored', line: { type: 'heartbeat' }, status: 'received' },
    { name: 'an unknown event is ignored', line: { event: 'engines', data: { status: 10 } }, status: 'received' },
    { name: 'another task is ignored', line: { id: 't2', status: 10 }, status: 'received' },
    {
      name: 'another task in a partial is ignored',
      line: { data: { id: 't2', status: 10 }, fields: ['status'] },
      status: 'received',
    },
    { name: 'an unknown status does not end the run', line: partial({ status: 77 }), status: 'received' },
    {
      name: 'status_text of the same payload decides',
      line: partial({ status: 8, status_text: 'uploading' }),
      status: 'uploading',
    },
    { name: 'null is ignored', line: null, status: 'received' },
  ]

  it.each(rows)('$name', ({ line, status }) => {
    expect(modelAfter(records(full({ status: 1 }), line)).model.state.status).toBe(status)
  })

  it('the status_text of an earlier record does not affect a later one', () => {
    const { model } = modelAfter(records(full({ status: 2, status_text: 'queued' }), partial({ status: 7 })))
    expect(model.state.status).toBe('running')
  })

  const malformed = [
    [],
    'x',
    5,
    { data: null },
    { data: [] },
    { data: { logs: 5, events: {}, progress: 'x' }, fields: 'logs' },
    { fields: ['status'] },
    { status: {} },
    { logs: [null, 5, { content: 5 }, { log_type: 9, content: '' }] },
    { events: [null, { status: 7, event_time: 'x' }] },
    { event: 'delta', data: { delta: null } },
    { event: 'delta', data: { delta: { tool_calls: 'x' }, seq: 'y' } },
  ]
  it.each(malformed.map((line) => [JSON.stringify(line), line]))('never throws on %s', (_, line) => {
    expect(() =>
      modelAfter({ type: 'records-received', records: [{ data: line }, { event: 'delta', data: line }], at: 1 }),
    ).not.toThrow()
    expect(() =>
      modelAfter(
        { type: 'snapshot-received', task: line, at: 1 },
        { type: 'log-read', logs: line, isEnd: true, marked: 0, at: 1 },
      ),
    ).not.toThrow()
  })
})

describe('statuses', () => {
  it('only advance, unless a newer updated_at proves otherwise', () => {
    const late = modelAfter(
      records(full({ status: 7, updated_at: at(5) }), partial({ status: 2, updated_at: at(4) }, ['status'])),
    )
    expect(late.model.state.status).toBe('running')
    const unproven = modelAfter(records(full({ status: 7 }), partial({ status: 2 })))
    expect(unproven.model.state.status).toBe('running')
    const requeued = modelAfter(
      records(full({ status: 7, updated_at: at(5) }), partial({ status: 2, updated_at: at(6) }, ['status'])),
    )
    expect(requeued.model.state.status).toBe('queued')
  })

  it('an older snapshot changes nothing', () => {
    const { model } = modelAfter(records(full({ status: 7, updated_at: '2026-01-01T00:00:05Z' })))
    const older = {
      ...full({ status: 2, updated_at: '2026-01-01T00:00:04.999Z', queue_position: 3, partial_output: 'old' }),
    }
    expect(reduceTask(model, { type: 'snapshot-received', task: older, at: 2_000 }).model.state).toBe(model.state)
  })

  it('end once: everything after a terminal status is ignored', () => {
    const { model, updates } = modelAfter(
      records(full({ status: 10, output: { a: 1 } }), full({ status: 11, error: 'late' }), partial({ logs: ['x'] })),
    )
    expect(model.state).toMatchObject({ status: 'completed', output: { a: 1 }, error: null, connection: 'closed' })
    expect(updates).toHaveLength(1)
  })

  it('cancelling stays until the service reports how the run ended', () => {
    const { model, updates } = modelAfter(
      records(full({ status: 7 })),
      { type: 'cancel-requested', at: 2 },
      records(partial({ status: 7, logs: ['x'] })),
      records(partial({ status: 12 })),
    )
    expect(updates.map((update) => update.status)).toEqual(['running', 'cancelling', 'cancelling', 'cancelled'])
    expect(model.state.error).toBeNull()
  })

  it('a refused cancellation restores the status of the service', () => {
    const { updates } = modelAfter(
      records(full({ status: 7 })),
      { type: 'cancel-requested', at: 2 },
      { type: 'cancel-refused', at: 3 },
    )
    expect(updates.map((update) => update.status)).toEqual(['running', 'cancelling', 'running'])
  })

  it('a run may complete although its cancellation was requested', () => {
    const { model } = modelAfter({ type: 'cancel-requested', at: 2 }, records(full({ status: 10, output: 1 })))
    expect(model.state).toMatchObject({ status: 'completed', output: 1 })
  })
})

describe('the end of a run', () => {
  it('output and error count with a terminal status, even if fields does not name them', () => {
    expect(modelAfter(records(partial({ status: 11, error: 'boom' }, ['status']))).model.state.error).toMatchObject({
      name: 'TaskFailedError',
      message: 'boom',
      taskId: 't1',
    })
    expect(modelAfter(records(partial({ status: 10, output: { a: 1 } }, ['status']))).model.state.output).toEqual({
      a: 1,
    })
  })

  it('comes once, also while it is not confirmed yet', () => {
    const { model } = modelAfter(
      records(full({ status: 7 })),
      { type: 'lines-missed', isDoubtful: false },
      records(partial({ status: 10, output: 1 }), partial({ status: 11, error: 'late' }), partial({ status: 10 })),
      { type: 'confirmation-exhausted', at: 2 },
    )
    expect(model.state).toMatchObject({ status: 'completed', output: 1, error: null })
  })

  it('a completed partial without its output waits for a snapshot', () => {
    const first = modelAfter(records(full({ status: 7 }), partial({ status: 10 })))
    expect(first.model.state.status).toBe('running')
    expect(first.model.unconfirmed).not.toBeNull()
    const then = reduceTask(first.model, { type: 'snapshot-received', task: full({ status: 10, output: 5 }), at: 9 })
    expect(then.model.state).toMatchObject({ status: 'completed', output: 5 })
    const never = reduceTask(first.model, { type: 'confirmation-exhausted', at: 9 })
    expect(never.model.state).toMatchObject({ status: 'completed', output: null })
  })

  it('a whole task without output ends at once', () => {
    expect(modelAfter(records(full({ status: 10 }))).model.state).toMatchObject({
      status: 'completed',
      output: null,
    })
  })

  it('a failure without a reason still has a message', () => {
    expect(modelAfter(records(full({ status: 11 }))).model.state.error?.message).toMatch(/gave no reason/)
  })

  it('a connection error is in the state, and is not an update', () => {
    const error = new InferstreamError('network', 'gone')
    const { model, updates } = modelAfter({ type: 'run-lost', error, at: 5 })
    expect(model.state).toMatchObject({ status: 'error', error, connection: 'closed', endedAt: 5 })
    expect(updates).toEqual([])
  })

  it('no duration is negative when the service’s clock is ahead', () => {
    const { model } = modelAfter(
      records(
        full({
          status: 7,
          created_at: '2030-01-01T00:00:00Z',
          events: [{ status: 7, event_time: '2030-01-01T00:00:01Z' }],
        }),
      ),
      records(partial({ status: 12 })),
    )
    expect(model.state.endedAt! - model.state.startedAt!).toBeGreaterThanOrEqual(0)
    for (const { startedAt, endedAt } of model.state.phases) expect(endedAt! - startedAt).toBeGreaterThanOrEqual(0)
  })
})

describe('logs', () => {
  it('cumulative records of several sources are read apart, the unfinished line separately', () => {
    const { model, updates } = modelAfter(
      records(
        full({ status: 7, logs: logs('setup 1\n', 'a\nb') }),
        partial({ logs: logs('setup 1\nsetup 2\n', 'a\nbc\nd') }),
      ),
    )
    expect(updates.map((update) => update.logs)).toEqual([
      ['setup 1', 'a'],
      ['setup 2', 'bc'],
    ])
    expect(model.state.pendingLine).toBe('d')
    expect(model.state.logs.map((_, index) => model.state.logs.entry(index)?.source)).toEqual([
      'setup',
      'task',
      'setup',
      'task',
    ])
  })

  it('the unfinished line becomes a line at the end of the run', () => {
    const { model, updates } = modelAfter(records(full({ status: 7, logs: logs('', 'a\nb') }), partial({ status: 12 })))
    expect(model.state.logs).toEqual(['a', 'b'])
    expect(model.state.pendingLine).toBeNull()
    expect(updates.at(-1)).toMatchObject({ status: 'cancelled', logs: ['b'] })
  })

  it('a plain string is cumulative', () => {
    const { model } = modelAfter(records(partial({ logs: 'a\nb\n' }), partial({ logs: 'a\nb\nc\n' })))
    expect(model.state.logs).toEqual(['a', 'b', 'c'])
  })

  it('string arrays are new lines, even when equal', () => {
    const { model } = modelAfter(records(partial({ logs: ['a', 'a'] }), partial({ logs: ['a'] })))
    expect(model.state.logs).toEqual(['a', 'a', 'a'])
  })

  it('string arrays with an offset and a type are counted per source', () => {
    const { model } = modelAfter(
      records(lines(0, 4, 'a', 'b'), lines(0, 1, 'r'), lines(1, 4, 'b', 'c'), lines(0, 1, 'r'), lines(3, 4, 'd')),
    )
    expect(model.state.logs).toEqual(['a', 'b', 'r', 'c', 'd'])
  })

  it('a list of strings in a whole task is the log so far', () => {
    const { model } = modelAfter(records(partial({ logs: ['a', 'b'] }), full({ status: 7, logs: ['a', 'b', 'c'] })))
    expect(model.state.logs).toEqual(['a', 'b', 'c'])
  })

  it('lines without an offset are read from the log’s endpoint after a lost stream', () => {
    const { model } = modelAfter(
      records(partial({ logs: ['a', 'b'] })),
      { type: 'lines-missed', isDoubtful: false },
      newLines('d'),
      logResponse([{ log_type: 4, content: base64('a\nb\nc\nd\n') }]),
      newLines('e'),
      logResponse([{ log_type: 4, content: base64('a\nb\nc\nd\ne\n') }]),
    )
    expect(model.state.logs).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  it('an end counts even if its updated_at is older', () => {
    const { model } = modelAfter(records(full({ status: 7, updated_at: at(5) })), {
      type: 'snapshot-received',
      task: full({ status: 10, output: { ok: true }, updated_at: at(1) }),
      at: 2,
    })
    expect(model.state).toMatchObject({ status: 'completed', output: { ok: true } })
  })

  it('lines of a resumed stream count even if a later state of the task was received before', () => {
    const { model } = modelAfter(
      records(full({ status: 7, updated_at: at(1) }), partial({ logs: ['a'], offset: 0, updated_at: at(2) })),
      { type: 'snapshot-received', task: { id: 't1', status: 9, updated_at: at(9) }, at: 2 },
      records(
        full({ status: 7, updated_at: at(2) }),
        partial({ logs: ['b', 'c'], offset: 1, updated_at: at(3) }),
        partial({ status: 7, updated_at: at(4) }),
        partial({ logs: ['d'], offset: 3, updated_at: at(5) }),
      ),
    )
    expect(model.state).toMatchObject({ status: 'uploading', logs: ['a', 'b', 'c', 'd'] })
  })

  const lost: TaskAction = { type: 'lines-missed', isDoubtful: false }
  const all = ['a', 'b', 'c', 'd', 'e']
  const rows: [name: string, steps: Step[], log?: string[]][] = [
    ['the log is ahead of the stream', [newLines('c'), logRead('a', 'b', 'c', 'd'), newLines('d', 'e')]],
    ['the log is far ahead', [newLines('c'), logRead(...all), newLines('d'), logRead(...all), newLines('e')]],
    [
      'the log was read before the stream delivered anything',
      [logRead('a', 'b', 'c'), newLines('c'), newLines('d', 'e')],
    ],
    ['the log was read slightly too early', [newLines('c'), logRead('a', 'b', 'c'), newLines('d', 'e')]],
    [
      'another stream was lost before the log was read',
      [newLines('b'), lost, newLines('d'), logRead('a', 'b', 'c', 'd'), newLines('e')],
    ],
    [
      'another stream was lost while the log was ahead',
      [newLines('b'), logRead('a', 'b', 'c'), lost, newLines('c', 'd'), newLines('e')],
    ],
    [
      'the log does not keep up with the stream',
      [newLines('d'), logRead('a', 'b', 'c'), newLines('e')],
      ['a', 'b', 'c'],
    ],
    ['the log never has what the streams delivered', [newLines('b', 'c'), logRead('a'), newLines('d', 'e')], ['a']],
  ]
  const begun = [records(full({ status: 7 }), partial({ logs: ['a'] })), lost]
  it.each(rows)('each line comes once and in order when %s', (_, steps, atEnd = all) => {
    const { model, updates } = modelAfter(...begun, ...steps, finalLog(atEnd))
    expect(model.state.logs).toEqual(all)
    expect(updates.flatMap((update) => update.logs)).toEqual(all)
  })

  it('lines that arrive during a read of the log come with the next read', () => {
    const requested = modelAfter(...begun, newLines('c')).model
    const since = reduceTask(requested, newLines('d')).model
    const read = reduceTask(since, logRead('a', 'b', 'c')(requested)).model
    expect(read.state.logs).toEqual(['a', 'b', 'c'])
    expect(reduceTask(reduceTask(read, newLines('e')).model, logRead(...all)(read)).model.state.logs).toEqual(all)
  })

  it('the lines of the stream are used when the log does not keep up', () => {
    const lagging = [logRead('a'), logRead('a'), logRead('a')]
    expect(modelAfter(...begun, newLines('b', 'c'), ...lagging).model.state.logs).toEqual(['a', 'b', 'c'])
  })

  it('a stream lost during a read of the log requires another read', () => {
    const requested = modelAfter(...begun, newLines('c')).model
    const since = reduceTask(requested, lost).model
    const read = reduceTask(since, logRead('a', 'b', 'c')(requested)).model
    const { state } = [newLines('e'), logRead(...all)(reduceTask(read, newLines('e')).model)].reduce(
      (model, action) => reduceTask(model, action).model,
      read,
    )
    expect(state.logs).toEqual(all)
  })

  it('only the log decides which equal lines are repeats', () => {
    const { model } = modelAfter(
      records(full({ status: 7 }), partial({ logs: ticks(1) })),
      lost,
      newLines(...ticks(2)),
      logRead(...ticks(4)),
      newLines(...ticks(1)),
      logRead(...ticks(5)),
      newLines(...ticks(2)),
      finalLog(ticks(6)),
    )
    expect(model.state.logs).toEqual(ticks(6))
  })

  it('50,000 lines can wait for the log and be repeated without blocking for long', { timeout: 30_000 }, () => {
    const many = Array.from({ length: 50_000 }, (_, index) => `line ${index}`)
    const { model } = modelAfter(lost, records(...many.map((line) => partial({ logs: [line] }))), logRead(...many))
    expect(model.state.logs).toHaveLength(50_000)
    const late = modelAfter(lost, newLines('line 0'), logRead(...many), ...many.slice(1).map((line) => newLines(line)))
    expect(late.model.state.logs).toHaveLength(50_000)
  })

  it('lines are kept when the log is not available', () => {
    const { model } = modelAfter(
      records(partial({ logs: ['a'] })),
      { type: 'lines-missed', isDoubtful: false },
      records(partial({ logs: ['c'] })),
      logResponse(undefined),
    )
    expect(model.state.logs).toEqual(['a', 'c'])
  })

  it('keeps no more than maxLogLines', () => {
    let model = startTask('t1', { ...options, maxLogLines: 2 }, null)
    ;({ model } = reduceTask(model, records(partial({ logs: ['a', 'b'] }), partial({ logs: ['c'] }))))
    expect(model.state.logs).toEqual(['b', 'c'])
    expect(model.state.logs.dropped).toBe(1)
  })
})

describe('progress', () => {
  it("is the app's, or read from its log while it runs, the unfinished line included", () => {
    const { model, updates } = modelAfter(records(full({ status: 7 }), log(tqdm(10)), log(tqdm(10) + tqdm(30))))
    expect(updates.map((update) => update.progress?.current)).toEqual([undefined, 10, 30])
    expect(model.state.progress).toEqual({ current: 30, total: 100, fraction: 0.3, source: 'logs' })
    const fromApp = reduceTask(
      model,
      records(partial({ progress: { current: 1, total: 10 } }), log(`${tqdm(10)}${tqdm(30)}\n${tqdm(90)}`)),
    )
    expect(fromApp.model.state.progress).toMatchObject({ source: 'app', fraction: 0.1 })
  })

  it('is not read before the run is running, nor from the logs of its setup', () => {
    expect(modelAfter(records(full({ status: 6 }), log(tqdm(10)))).model.state.progress).toBeNull()
    expect(modelAfter(records(full({ status: 7 }), log(tqdm(10), 3))).model.state.progress).toBeNull()
  })

  it('never goes backwards within one status, and may in the next', () => {
    const { model } = modelAfter(
      records(
        full({ status: 7 }),
        partial({ progress: { current: 5, total: 10 } }),
        partial({ progress: { current: 2, total: 10 } }),
      ),
    )
    expect(model.state.progress?.current).toBe(5)
    const next = reduceTask(model, records(partial({ status: 9, progress: { current: 1, total: 3 } })))
    expect(next.model.state.progress?.total).toBe(3)
  })
})

describe('partial output and tokens', () => {
  it('is partial_output, or output before the end', () => {
    const { updates } = modelAfter(
      records(
        full({ status: 7, output: {} }),
        partial({ partial_output: { a: 1 } }),
        partial({ output: { b: 2 } }),
        partial({ status: 10, output: { c: 3 } }),
      ),
    )
    expect(updates.map((update) => [update.partial_output, update.output])).toEqual([
      [undefined, undefined],
      [{ a: 1 }, undefined],
      [{ b: 2 }, undefined],
      [undefined, { c: 3 }],
    ])
  })

  it('tokens are appended; repeats are recognized by seq, not by content', () => {
    const { model, updates } = modelAfter(
      records(full({ status: 7 }), delta('ha', 1), delta('ha', 2), delta('ha', 2), delta('!', 3)),
    )
    expect(model.state.partialOutput).toEqual({ response: 'haha!' })
    expect(updates).toHaveLength(4)
  })

  it('after a gap the text does not change until a snapshot, which decides', () => {
    const { model } = modelAfter(records(full({ status: 7 }), delta('one ', 1), delta('three ', 3)))
    expect(model.state.partialOutput).toEqual({ response: 'one ' })
    expect(model.wantsRefetch).toBe(true)
    const then = reduceTask(model, {
      type: 'snapshot-received',
      task: full({ status: 7, output: { response: 'one two three ' } }),
      at: 2,
    })
    const on = reduceTask(then.model, records(delta('four', 4)))
    expect(on.model.state.partialOutput).toEqual({ response: 'one two three four' })
  })

  describe('after a reconnect with a snapshot', () => {
    const begun = [records(full({ status: 7 }), delta('Hel', 1), delta('lo ', 2))]
    const stored = (response: string) => full({ status: 7, output: { response } })
    const snapshot = (response: string): TaskAction => ({ type: 'snapshot-received', task: stored(response), at: 2 })
    const rest = ['wor', 'ld'] as const
    const rows: [string, TaskAction[]][] = [
      ['the stream opens with it', [records(stored('Hello wor'), delta(rest[0], 3), delta(rest[1], 4))]],
      ['GET delivered it', [snapshot('Hello wor'), records(delta(rest[0], 3), delta(rest[1], 4))]],
      ['it has the whole answer', [snapshot('Hello world'), records(delta(rest[0], 3), delta(rest[1], 4))]],
      ['both delivered it', [snapshot('Hello w'), records(stored('Hello wor'), delta(rest[0], 3), delta(rest[1], 4))]],
      ['tokens were lost', [snapshot('Hello wor'), records(stored('Hello wor'), delta(rest[1], 9))]],
      ['tokens have no seq, and it opens the stream', [records(stored('Hello wor'), delta(rest[1]))]],
      ['it was behind', [snapshot('Hel'), records(stored('Hel'), delta(rest[0], 3), delta(rest[1], 4))]],
      [
        'it arrived between missed tokens',
        [records(delta('ld', 4)), snapshot('Hello wor'), snapshot('Hello world'), records(delta('', 5))],
      ],
    ]
    it.each(rows)('each token is shown once when %s', (_, steps) => {
      const { model } = modelAfter(...begun, ...steps)
      expect(model.state.partialOutput).toEqual({ response: 'Hello world' })
    })

    it.each(rows)('the text never shrinks when %s', (_, steps) => {
      const { updates } = modelAfter(...begun, ...steps)
      const texts = updates.flatMap(({ partial_output: shown }) =>
        shown ? [(shown as { response: string }).response] : [],
      )
      expect(texts.filter((text, index) => index > 0 && !text.startsWith(texts[index - 1]!))).toEqual([])
    })

    it('a regenerated answer is shown as stored, and continued', () => {
      const { model } = modelAfter(...begun, snapshot('Good '), records(delta('day', 3)))
      expect(model.state.partialOutput).toEqual({ response: 'Good day' })
    })
  })

  it('a run that the service reports under a longer id is followed', () => {
    const { model } = modelAfter(
      records({ ...full({ status: 7 }), id: 'long-t1' }, { data: { id: 'long-t1', status: 9 }, fields: ['status'] }),
    )
    expect(model.state).toMatchObject({ taskId: 't1', status: 'uploading' })
  })

  it('a change without a visible effect keeps the identity of the state', () => {
    const { model } = modelAfter(records(full({ status: 7, updated_at: at(1) })))
    const later = at(1).replace('000Z', '001Z')
    const next = reduceTask(model, records(partial({ updated_at: later }))).model
    expect(next.updatedAt).toBe(later)
    expect(next.state).toBe(model.state)
  })

  it('usage is shown as the service sent it', () => {
    const usage = [{ type: 'tokens', model: 'm', quantity: 3, unit: 'token', extra: 1 }]
    const { model } = modelAfter(records(full({ status: 7, usage_events: [] }), partial({ usage_events: usage })))
    expect(model.state.usage).toEqual(usage)
    expect(modelAfter(records(full({ status: 7 }))).model.state.usage).toBeNull()
  })

  it('joining in the middle continues the stored text', () => {
    const { model } = modelAfter(records(full({ status: 7, output: { response: 'one two ' } }), delta('three', 9)))
    expect(model.state.partialOutput).toEqual({ response: 'one two three' })
  })

  it('stored text that lags behind the tokens does not shorten them', () => {
    const { model } = modelAfter(
      records(full({ status: 7 }), delta('one two ', 1), partial({ output: { response: 'one' } }), delta('three', 2)),
    )
    expect(model.state.partialOutput).toEqual({ response: 'one two three' })
  })

  it('hostile keys change nothing', () => {
    modelAfter(
      records(
        JSON.parse('{"id":"t1","status":7,"__proto__":{"polluted":1},"output":{"__proto__":{"polluted":1}}}') as object,
        JSON.parse('{"event":"delta","data":{"delta":{"__proto__":{"polluted":1}}}}') as object,
      ),
    )
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })
})

describe('states keep the parts that did not change', () => {
  it('an action that changes nothing keeps every part of the state', () => {
    const task = full({
      status: 7,
      logs: [{ log_type: 4, content: base64('a\n') }],
      progress: { current: 1, total: 2 },
      partial_output: { a: [1] },
      queue_position: 2,
    })
    const { model } = modelAfter(records(task))
    const again = reduceTask(model, { type: 'snapshot-received', task: structuredClone(task), at: 99 })
    expect(again.model.state).toEqual(model.state)
    expect(again.updates).toEqual([])
    for (const key of ['progress', 'phases', 'logs', 'partialOutput'] as const)
      expect(again.model.state[key]).toBe(model.state[key])
  })

  it('a log line does not change progress, phases and output', () => {
    const { model } = modelAfter(
      records(full({ status: 7, progress: { current: 1, total: 2 }, partial_output: { a: 1 } })),
    )
    const next = reduceTask(model, records(partial({ logs: ['x'] }))).model
    expect(next.state.logs).not.toBe(model.state.logs)
    for (const key of ['progress', 'phases', 'partialOutput', 'error'] as const)
      expect(next.state[key]).toBe(model.state[key])
  })

  it('the same action on the same model gives the same result and does not modify the model', () => {
    const { model } = modelAfter(records(full({ status: 7, logs: [{ log_type: 4, content: base64('a\n') }] })))
    const action = records(partial({ logs: [{ log_type: 4, content: base64('a\nb\n') }] }))
    const [left, right] = [reduceTask(model, action), reduceTask(model, action)]
    expect(left.model.state.logs).toEqual(right.model.state.logs)
    expect(model.state.logs).toEqual(['a'])
  })

  it('idle is one frozen object', () => {
    expect(Object.isFrozen(idleState)).toBe(true)
  })
})

describe('phases', () => {
  it('are the periods in each status, from the local clock or from the service’s events', () => {
    const local = modelAfter(
      { ...records(full({ status: 2 })), at: 10 } as TaskAction,
      { ...records(partial({ status: 7 })), at: 30 } as TaskAction,
    )
    expect(local.model.state.phases).toEqual([
      { status: 'queued', startedAt: 10, endedAt: 30 },
      { status: 'running', startedAt: 30, endedAt: null },
    ])
    const events = [
      { status: 1, event_time: '1970-01-01T00:00:00.100Z' },
      { status: 2, event_time: '1970-01-01T00:00:00.200Z' },
      { status: 7, event_time: '1970-01-01T00:00:00.500Z' },
    ]
    expect(modelAfter(records(full({ status: 7, events }))).model.state.phases).toEqual([
      { status: 'received', startedAt: 100, endedAt: 200 },
      { status: 'queued', startedAt: 200, endedAt: 500 },
      { status: 'running', startedAt: 500, endedAt: null },
    ])
  })
})
