import { phaseOf } from './phase.ts'
import { describe, expect, it } from 'vitest'
import { codeOf, isTerminal, readStatus, statusTables } from './status.ts'
import type { TaskPhase, TaskStatus } from '../core/types.ts'

// protocol §3, the table of today's service
const current: [number, TaskStatus, TaskPhase, boolean][] = [
  [1, 'received', 'queued', false],
  [2, 'queued', 'queued', false],
  [3, 'scheduled', 'starting', false],
  [4, 'preparing', 'starting', false],
  [5, 'serving', 'starting', false],
  [6, 'setting_up', 'starting', false],
  [7, 'running', 'running', false],
  [8, 'cancelling', 'cancelling', false],
  [9, 'uploading', 'finishing', false],
  [10, 'completed', 'done', true],
  [11, 'failed', 'failed', true],
  [12, 'cancelled', 'cancelled', true],
]

describe("today's statuses", () => {
  it.each(current)('%i is %s, phase %s, terminal %s', (code, name, phase, terminal) => {
    expect(readStatus(code)).toEqual({ code, name })
    expect(readStatus(String(code))).toEqual({ code, name })
    expect(readStatus(name)).toEqual({ code, name })
    expect(statusTables.current[code]).toBe(name)
    expect(codeOf(name)).toBe(code)
    expect(phaseOf(name)).toBe(phase)
    expect(isTerminal(name)).toBe(terminal)
    expect(isTerminal(code)).toBe(terminal)
  })
})

describe('the status table of the older reference', () => {
  it('maps 8 and 9 to uploading, only when chosen explicitly', () => {
    expect(readStatus(8, undefined, 'legacy').name).toBe('uploading')
    expect(readStatus(9, undefined, 'legacy').name).toBe('uploading')
    expect(readStatus(8).name).toBe('cancelling')
    expect(isTerminal(9)).toBe(false)
  })
})

const texts: [unknown, TaskStatus][] = [
  ['dispatched', 'scheduled'],
  ['Setting Up', 'setting_up'],
  ['settingup', 'setting_up'],
  ['setting-up', 'setting_up'],
  ['TASK_STATUS_RUNNING', 'running'],
  ['TaskStatusCompleted', 'completed'],
  ['canceled', 'cancelled'],
  ['canceling', 'cancelling'],
  ['succeeded', 'completed'],
  ['error', 'failed'],
  ['', 'unknown'],
  ['constructor', 'unknown'],
  ['__proto__', 'unknown'],
  [99, 'unknown'],
  [-1, 'unknown'],
  [1.5, 'unknown'],
  [Number.NaN, 'unknown'],
  [null, 'unknown'],
  [{}, 'unknown'],
]

describe('unrecognized statuses', () => {
  it.each(texts)('%s is read as %s, without throwing', (text, name) => {
    expect(readStatus(text).name).toBe(name)
  })

  it('keep their number', () => {
    expect(readStatus(99)).toEqual({ code: 99, name: 'unknown' })
    expect(isTerminal(99)).toBe(false)
  })

  it('a known status_text of the same payload overrides the number; an empty or unknown one does not', () => {
    expect(readStatus(8, 'uploading')).toEqual({ code: 8, name: 'uploading' })
    expect(readStatus(10, 'failed').name).toBe('failed')
    expect(readStatus(1, '').name).toBe('received')
    expect(readStatus(7, 'warming_up').name).toBe('running')
  })
})
