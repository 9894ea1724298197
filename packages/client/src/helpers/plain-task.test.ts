import { describe, expect, it } from 'vitest'
import { inference } from '../client/client.ts'
import { InferstreamError } from '../core/errors.ts'
import { RequirementsError, ValidationError } from '../http/refusal-errors.ts'
import { idleState } from '../log/idle-state.ts'
import { scriptedTransport } from '../transports/scripted-transport.ts'
import type { TaskState } from '../core/types.ts'
import { dehydrateTask, hydrateTask } from './plain-task.ts'

const throughJson = <T>(plain: T): T => JSON.parse(JSON.stringify(plain)) as T

const failed = (error: InferstreamError): TaskState => ({ ...idleState, status: 'error', error })

describe('a state that passes through JSON', () => {
  it('is restored equal: the log with its sources and times, the error as an error', async () => {
    const transport = scriptedTransport()
    const client = inference({ transport })
    const stream = await client.run({ app: 'ns/app', input: {} }, { stream: true, maxLogLines: 3 })
    transport.last.update({ status: 'running', logs: ['a', 'b'] })
    transport.last.update({ logs: ['c', 'd'], progress: { current: 1, total: 2, fraction: 0.5, source: 'app' } })
    transport.last.fail('out of memory')
    const { state } = stream
    const plain = dehydrateTask(state)
    expect(structuredClone(plain)).toEqual(plain)
    expect(throughJson(plain)).toEqual(plain)
    const back = hydrateTask(throughJson(plain))
    expect({ ...back, logs: [...back.logs], error: null }).toEqual({ ...state, logs: [...state.logs], error: null })
    expect(back.logs.dropped).toBe(state.logs.dropped)
    expect(back.logs.revision).toBe(state.logs.revision)
    for (const index of [0, 1, 2, 3]) expect(back.logs.entry(index)).toEqual(state.logs.entry(index))
    expect(back.error).toBeInstanceOf(InferstreamError)
    expect(back.error).toMatchObject({ name: 'TaskFailedError', code: 'task_failed', message: 'out of memory' })
    expect(dehydrateTask(back)).toEqual(plain)
  })

  it('keeps every field of an error', () => {
    const facts = { retryable: true, status: 503, retryAfter: 2_000, taskId: 't', requestId: 'r', mayHaveStarted: true }
    const error = new InferstreamError('network', 'Lost.', { ...facts, cause: new Error('socket') })
    const back = hydrateTask(throughJson(dehydrateTask(failed(error)))).error
    expect(back).toMatchObject({ ...facts, code: 'network', message: 'Lost.' })
    expect(back?.cause).toBeUndefined()
    const issues = [{ path: '/prompt', message: 'is missing' }]
    const invalid = hydrateTask(throughJson(dehydrateTask(failed(new ValidationError('No.', issues))))).error
    expect(invalid).toBeInstanceOf(ValidationError)
    expect(invalid).toMatchObject({ issues })
    const actions = [{ type: 'add_secret', requirement: 'KEY', message: 'Add it.' }]
    expect(hydrateTask(throughJson(dehydrateTask(failed(new RequirementsError('No.', actions)))))).toMatchObject({
      error: { name: 'RequirementsError', actions },
    })
  })

  it('is also restored from JSON of a live state, and a live state is returned unchanged', () => {
    const error = new InferstreamError('task_failed', 'out of memory')
    const state: TaskState = { ...idleState, status: 'failed', error }
    expect(hydrateTask(state)).toBe(state)
    const back = hydrateTask(throughJson(state))
    expect(back.error).toBeInstanceOf(InferstreamError)
    expect(back.error?.message).toBe('out of memory')
    expect(back.logs.entry(0)).toBeUndefined()
  })
})

describe('a value that JSON cannot represent', () => {
  it('is left out without throwing', () => {
    const cyclic: Record<string, unknown> = {}
    cyclic['self'] = cyclic
    let deep: unknown = []
    for (let depth = 0; depth < 100_000; depth++) deep = [deep]
    for (const output of [cyclic, deep, 1n, () => {}, undefined]) {
      const plain = dehydrateTask({ ...idleState, status: 'completed', output })
      expect(plain).toMatchObject({ status: 'completed', output: null })
    }
  })

  it.each([null, undefined, 7, 'x', [], {}, { status: 7 }])('gives the idle state: %j', (plain) => {
    expect(hydrateTask(plain as never)).toEqual(idleState)
  })
})
