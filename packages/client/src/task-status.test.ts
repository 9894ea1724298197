import { describe, expect, it } from 'vitest'
import { reduceTask } from './task-reducer.ts'
import { startTask } from './task-machine.ts'

const created = Date.parse('2026-10-16T10:00:00Z')
const minute = 60_000
const options = { table: 'current', maxLogLines: 100, confirms: false } as const

const event = (status: number, minutes: number) => ({ status, event_time: new Date(created + minutes * minute) })
const task = (status: number, events: object[]) =>
  JSON.parse(
    JSON.stringify({
      id: 't1',
      created_at: new Date(created),
      updated_at: new Date(created),
      status,
      events,
      output: 1,
    }),
  ) as object

const snapshotAfter = (startedAt: number | null, at: number, status: number, events: object[]) =>
  reduceTask(startTask('t1', options, startedAt), { type: 'snapshot', task: task(status, events), at }).machine.state

describe('when a run began and ended', () => {
  const events = [event(2, 0), event(7, 1), event(10, 3)]

  it('is what the service says, for a run that is looked at hours later', () => {
    const { startedAt, endedAt, phases } = snapshotAfter(null, created + 300 * minute, 10, events)
    expect([startedAt, endedAt]).toEqual([created, created + 3 * minute])
    expect(phases.map((phase) => [phase.status, phase.startedAt - created, Number(phase.endedAt) - created])).toEqual([
      ['queued', 0, minute],
      ['running', minute, 3 * minute],
      ['completed', 3 * minute, 3 * minute],
    ])
  })

  it('is by our clock for a run that was started here, whatever the service’s clock says', () => {
    const ours = created + 100 * minute
    const { startedAt, endedAt } = snapshotAfter(ours, ours + 5 * minute, 10, events)
    expect([startedAt, endedAt]).toEqual([ours, ours + 5 * minute])
  })

  it('is the moment at which we heard of it where the service does not say', () => {
    const { startedAt, endedAt } = snapshotAfter(null, created + 4 * minute, 10, [event(7, 1)])
    expect([startedAt, endedAt]).toEqual([created, created + 4 * minute])
  })
})
