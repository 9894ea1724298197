import { describe, expect, it } from 'vitest'
import type { StatusName } from './status.ts'
import type { TaskAction, TaskState } from './task-state.ts'
import { pickFields, receivedTask, reduceTask, wireFields } from './task-state.ts'

const at = '2026-01-01T00:00:01.000000Z'
const stamp = { at, eventId: 'e' }

const advance = (status: StatusName): TaskAction => ({ type: 'advanced', status, ...stamp }) as TaskAction
const completed: TaskAction = { type: 'completed', output: { text: 'x' }, ...stamp }
const failed: TaskAction = { type: 'failed', error: 'no', ...stamp }
const cancelled: TaskAction = { type: 'cancelled', ...stamp }
const queued: TaskAction = { type: 'queue-moved', position: 2, at }
const progressed: TaskAction = { type: 'progressed', progress: { current: 1, total: 4 }, at }
const shown: TaskAction = { type: 'output-shown', partialOutput: { image: 'a' }, at }
const stored: TaskAction = { type: 'output-stored', output: { response: 'a' }, at }

function after(...actions: TaskAction[]): TaskState {
  return actions.reduce((state, action) => reduceTask(state, action).state, receivedTask('t', at, 'e'))
}

describe('a task on the wire', () => {
  const rows: { name: string; before: TaskAction[]; action: TaskAction; data: Record<string, unknown> }[] = [
    { name: 'enters the queue', before: [], action: advance('queued'), data: { status: 2, status_text: 'queued' } },
    { name: 'moves up in the queue', before: [advance('queued')], action: queued, data: { queue_position: 2 } },
    {
      name: 'has no queue position once a worker took it',
      before: [advance('queued'), queued],
      action: advance('dispatched'),
      data: { status: 3, status_text: 'dispatched', queue_position: null },
    },
    {
      name: 'runs',
      before: [advance('setting_up')],
      action: advance('running'),
      data: { status: 7, status_text: 'running' },
    },
    {
      name: 'sends its progress',
      before: [advance('running')],
      action: progressed,
      data: { progress: { current: 1, total: 4 } },
    },
    {
      name: 'sends partial output',
      before: [advance('running')],
      action: shown,
      data: { partial_output: { image: 'a' } },
    },
    {
      name: 'stores output while it runs',
      before: [advance('running')],
      action: stored,
      data: { output: { response: 'a' } },
    },
    {
      name: 'is cancelling as 8, not as 9',
      before: [advance('running')],
      action: advance('cancelling'),
      data: { status: 8, status_text: 'cancelling' },
    },
    {
      name: 'uploads as 9',
      before: [advance('running')],
      action: advance('uploading'),
      data: { status: 9, status_text: 'uploading' },
    },
    {
      name: 'completes with its output in the same record',
      before: [advance('uploading')],
      action: completed,
      data: { status: 10, status_text: 'completed', output: { text: 'x' } },
    },
    {
      name: 'fails with its error in the same record',
      before: [advance('preparing')],
      action: failed,
      data: { status: 11, status_text: 'failed', error: 'no' },
    },
    {
      name: 'is cancelled, although its app has ended in the meantime',
      before: [advance('cancelling')],
      action: completed,
      data: { status: 12, status_text: 'cancelled' },
    },
    {
      name: 'is cancelled in the queue',
      before: [advance('queued'), advance('cancelling')],
      action: cancelled,
      data: { status: 12, status_text: 'cancelled' },
    },
  ]
  it.each(rows)('$name', ({ before, action, data }) => {
    const { state, fields } = reduceTask(after(...before), action)
    const { events, ...rest } = pickFields(state, fields)
    expect(rest).toEqual(data)
    // A new status is sent with its event, and events are sent only with a status.
    expect((events as { status: number }[] | undefined)?.at(-1)?.status).toBe(data['status'])
  })

  const ignored: { name: string; before: TaskAction[]; action: TaskAction }[] = [
    { name: 'never goes back', before: [advance('running')], action: advance('preparing') },
    { name: 'never enters a status twice', before: [advance('running')], action: advance('running') },
    { name: 'does not go on after a cancel', before: [advance('cancelling')], action: advance('running') },
    { name: 'does not upload after a cancel', before: [advance('cancelling')], action: advance('uploading') },
    { name: 'stays completed', before: [completed], action: failed },
    { name: 'stays failed', before: [failed], action: cancelled },
    { name: 'stays cancelled', before: [cancelled], action: completed },
    { name: 'cannot be cancelled after its end', before: [completed], action: advance('cancelling') },
    { name: 'sends no progress before it runs', before: [advance('queued')], action: progressed },
    {
      name: 'sends no progress after a cancel',
      before: [advance('running'), advance('cancelling')],
      action: progressed,
    },
    { name: 'sends nothing after its end', before: [completed], action: shown },
    { name: 'has no position outside the queue', before: [advance('running')], action: queued },
    { name: 'does not repeat a position', before: [advance('queued'), queued], action: queued },
  ]
  it.each(ignored)('$name', ({ before, action }) => {
    const state = after(...before)
    expect(reduceTask(state, action)).toEqual({ state, fields: [] })
  })

  it('has an empty object as output until there is one, as recorded from the service', () => {
    expect(wireFields(after(advance('running')))['output']).toEqual({})
    expect(wireFields(after(failed))['output']).toBeNull()
  })

  it('keeps one event for each status', () => {
    const { events } = after(
      advance('queued'),
      advance('dispatched'),
      advance('running'),
      advance('running'),
      completed,
    )
    expect(events.map(({ status }) => status)).toEqual([1, 2, 3, 7, 10])
  })
})
