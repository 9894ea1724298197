// The fast path for bursts of log lines must give the same log as one record at a time.
import { describe, expect, it } from 'vitest'
import { startTask } from './task-model.ts'
import { reduceTask } from './task-reducer.ts'
import type { WireRecord } from '../wire/wire-record.ts'

const start = () => startTask('t1', { table: 'current', maxLogLines: 40, confirms: true }, null)

function randomOf(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** Mostly consecutive lines; sometimes repeats, gaps, other sources, forms and fields, and invalid lines. */
function strangeWire(seed: number): WireRecord[] {
  const random = randomOf(seed)
  const known = [0, 0, 0, 0, 0]
  let growing = ''
  const records: WireRecord[] = [{ data: { id: 't1', status: 7, updated_at: '2026-01-01T00:00:00Z', logs: [] } }]
  for (let index = 0; index < 40; index++) {
    const type = random(4) === 0 ? random(5) : 4
    const count = 1 + random(3)
    const logs: unknown[] = Array.from({ length: count }, (_, line) => `${index}.${line} ${random(100)}%`)
    const data: Record<string, unknown> = { id: 't1', logs, offset: known[type], log_type: type }
    const fields = ['logs']
    known[type]! += count
    const oddity = random(16)
    if (oddity === 0) data['offset'] = Math.max(0, known[type]! - count - random(4))
    else if (oddity === 1) data['offset'] = known[type]! + random(3)
    else if (oddity === 2) delete data['offset']
    else if (oddity === 3) logs.splice(random(count), 1, 7, 'with its end\r\n')
    else if (oddity === 4) [data['progress'], fields[1]] = [{ current: index, total: 40 }, 'progress']
    else if (oddity === 5) data['logs'] = [{ log_type: 1, content: btoa((growing += `grown ${index}\nopen`)) }]
    else if (oddity === 6) [data['status'], fields[1]] = [9, 'status']
    else if (oddity === 7) delete data['log_type']
    records.push({ data: { data, fields } })
  }
  return records
}

describe('a burst of lines', () => {
  const seeds = Array.from({ length: 300 }, (_, seed) => seed)

  it('gives the same log as its records one by one, whatever they contain', () => {
    for (const seed of seeds) {
      const records = strangeWire(seed)
      const burst = reduceTask(start(), { type: 'records-received', records, at: 1 })
      let single = start()
      const updates = []
      for (const record of records) {
        const transition = reduceTask(single, { type: 'records-received', records: [record], at: 1 })
        updates.push(...transition.updates)
        single = transition.model
      }
      expect(burst.updates, `seed ${seed}`).toEqual(updates)
      expect(burst.model, `seed ${seed}`).toEqual(single)
    }
  })

  it('does not modify the previous state', () => {
    for (const seed of seeds) {
      const records = strangeWire(seed)
      const before = reduceTask(start(), { type: 'records-received', records: records.slice(0, 20), at: 1 }).model
      const rest = { type: 'records-received', records: records.slice(20), at: 1 } as const
      const once = reduceTask(before, rest)
      const again = reduceTask(before, rest)
      expect(again.updates, `seed ${seed}`).toEqual(once.updates)
      expect(again.model, `seed ${seed}`).toEqual(once.model)
    }
  })
})
