import { describe, expect, it } from 'vitest'
import { InferstreamError } from '../core/errors.ts'
import { startTask } from './task-model.ts'
import { reduceTask } from './task-reducer.ts'

const minute = 60_000
const created = Date.parse('2026-10-16T10:00:00Z')
const after = (minutes: number) => new Date(created + minutes * minute).toISOString()
const event = (status: number, minutes: number) => ({ status, event_time: after(minutes) })

/** The state of a run after its only snapshot, received `receivedAfter` minutes after it was created. */
function completed({
  startedAt,
  receivedAfter,
  facts,
}: {
  startedAt: number | null
  receivedAfter: number
  facts: object
}) {
  const model = startTask('t1', { table: 'current', maxLogLines: 100, confirms: false }, startedAt)
  const task = { id: 't1', created_at: after(0), status: 10, output: 1, ...facts }
  return reduceTask(model, { type: 'snapshot-received', task, at: created + receivedAfter * minute }).model.state
}

describe('when a run began and ended', () => {
  const events = [event(2, 0), event(7, 1), event(10, 3)]

  it('is read from the service for a run that is joined hours later', () => {
    const facts = { updated_at: after(200), events }
    const { startedAt, endedAt, phases } = completed({ startedAt: null, receivedAfter: 300, facts })
    expect([startedAt, endedAt]).toEqual([created, created + 3 * minute])
    expect(phases.map((phase) => [phase.status, phase.startedAt - created, Number(phase.endedAt) - created])).toEqual([
      ['queued', 0, minute],
      ['running', minute, 3 * minute],
      ['completed', 3 * minute, 3 * minute],
    ])
  })

  it('is read from the local clock for a run that was started here, whatever the service’s clock', () => {
    const local = created + 100 * minute
    const { startedAt, endedAt } = completed({ startedAt: local, receivedAfter: 105, facts: { events } })
    expect([startedAt, endedAt]).toEqual([local, local + 5 * minute])
  })

  it.each([-5, 5])(
    'is read from the local clock only when the service’s is %s minutes off: no phase is before or after the run',
    (off) => {
      const local = created + off * minute
      let model = startTask('t1', { table: 'current', maxLogLines: 100, confirms: false }, local)
      const seen: object[] = []
      for (const [status, minutes] of [
        [2, 0],
        [7, 1],
        [10, 3],
      ] as const) {
        seen.push(event(status, minutes))
        const task = {
          id: 't1',
          created_at: after(0),
          updated_at: after(minutes),
          status,
          output: 1,
          events: [...seen],
        }
        model = reduceTask(model, { type: 'snapshot-received', task, at: local + minutes * minute + 20 }).model
      }
      const { startedAt, endedAt, phases } = model.state
      expect([startedAt, endedAt]).toEqual([local, local + 3 * minute + 20])
      expect(phases.map((phase) => [phase.status, phase.startedAt - local])).toEqual([
        ['queued', 20],
        ['running', minute + 20],
        ['completed', 3 * minute + 20],
      ])
    },
  )

  it.each([
    {
      source: 'the time of the task’s last change, if the service does not send when it ended',
      facts: { updated_at: after(4) },
      receivedAfter: 300,
      minutes: 4,
    },
    {
      source: 'the time at which the end was received, if the service sends no times',
      facts: {},
      receivedAfter: 5,
      minutes: 5,
    },
  ])('is $source', ({ facts, receivedAfter, minutes }) => {
    const { startedAt, endedAt } = completed({ startedAt: null, receivedAfter, facts })
    expect([startedAt, endedAt]).toEqual([created, created + minutes * minute])
  })

  it('is the local time at which following failed', () => {
    const joined = startTask('t1', { table: 'current', maxLogLines: 100, confirms: false }, null)
    const task = { id: 't1', created_at: after(0), updated_at: after(1), status: 7 }
    const { model } = reduceTask(joined, { type: 'snapshot-received', task, at: created + 2 * minute })
    const error = new InferstreamError('network', 'No answer.')
    const { state } = reduceTask(model, { type: 'run-lost', error, at: created + 9 * minute }).model
    expect(state.endedAt).toBe(created + 9 * minute)
  })
})

describe('events that arrive together with the terminal status', () => {
  const known = { id: 't1', created_at: after(0), updated_at: after(1), status: 7, events: [event(7, 1)] }
  const end = { status: 10, output: 1, updated_at: after(3), events: [event(7, 1), event(9, 2), event(10, 3)] }
  it.each([
    ['a snapshot', { type: 'snapshot-received', task: { ...known, ...end }, at: created + 4 * minute } as const],
    [
      'a partial',
      {
        type: 'records-received',
        records: [{ data: { data: { id: 't1', ...end }, fields: Object.keys(end) } }],
        at: created + 4 * minute,
      } as const,
    ],
  ])('show each phase once, with its time, from %s', (_, last) => {
    const start = startTask('t1', { table: 'current', maxLogLines: 100, confirms: true }, null)
    const running = reduceTask(start, { type: 'snapshot-received', task: known, at: created + 2 * minute }).model
    const { phases } = reduceTask(running, last).model.state
    expect(phases.map((phase) => [phase.status, Number(phase.endedAt) - phase.startedAt])).toEqual([
      ['running', minute],
      ['uploading', minute],
      ['completed', 0],
    ])
  })
})

describe('a joined run where the clocks differ', () => {
  const hour = 60 * minute
  it.each([-hour, hour])('has times of the local clock once a live record has arrived (%i ms)', (lead) => {
    const start = startTask('t1', { table: 'current', maxLogLines: 100, confirms: true }, null)
    const snapshot = {
      id: 't1',
      created_at: after(0),
      updated_at: after(1),
      status: 7,
      events: [event(2, 0), event(7, 1)],
    }
    const now = created + 2 * minute + lead
    const opened = reduceTask(start, { type: 'records-received', records: [{ data: snapshot }], at: now }).model
    const live = { data: { id: 't1', updated_at: after(2), progress: { current: 1, total: 2 } }, fields: ['progress'] }
    const { model } = reduceTask(opened, { type: 'records-received', records: [{ data: live }], at: now + 30 })
    expect(now - model.state.startedAt!).toBeCloseTo(2 * minute, -3)
    expect(now - model.state.phases.at(-1)!.startedAt).toBeCloseTo(minute, -3)
    const last = { data: { id: 't1', updated_at: after(3), status: 10, output: 1 }, fields: ['status', 'output'] }
    const { state } = reduceTask(model, { type: 'records-received', records: [{ data: last }], at: now + minute }).model
    expect(state.endedAt! - state.startedAt!).toBeCloseTo(3 * minute, -3)
  })

  it('keeps the service’s times when the clocks agree within a second', () => {
    const start = startTask('t1', { table: 'current', maxLogLines: 100, confirms: true }, null)
    const live = { id: 't1', created_at: after(0), updated_at: after(60), status: 7 }
    const { model } = reduceTask(start, {
      type: 'records-received',
      records: [{ data: { data: live, fields: ['status'] } }],
      at: created + hour + 400,
    })
    expect(model.state.startedAt).toBe(created)
  })
})
