import { describe, expect, it } from 'vitest'
import { nextEta, noEta, type EtaFacts } from './eta.ts'

const none = { samples: 0, median: null, p90: null }

/** Seconds since the start, fraction, and overrides. */
type Tick = readonly [number, number | null, Partial<EtaFacts>?]

function etas(...ticks: Tick[]) {
  let memory = noEta
  return ticks.map(([seconds, fraction, changes]) => {
    const [eta, next] = nextEta(memory, {
      taskId: 'a',
      fraction,
      source: 'app',
      bar: 'app',
      working: true,
      startedAt: 0,
      now: seconds * 1000,
      past: none,
      ...changes,
    })
    memory = next
    return eta
  })
}

const rests = (...ticks: Tick[]) => etas(...ticks).map(({ rest }) => rest)

describe('the remaining time', () => {
  it('is not shown in the first ten seconds, nor before three samples', () => {
    expect(rests([1, 0.1], [2, 0.2], [3, 0.3], [9, 0.4])).toEqual([null, null, null, null])
    expect(rests([11, 0.1], [12, 0.2])).toEqual([null, null])
  })

  it('is rounded up to steps', () => {
    // A tenth in ten seconds, seven tenths remain.
    expect(rests([0, 0], [10, 0.1], [20, 0.2], [30, 0.3]).at(-1)).toBe(120_000)
    expect(rests([0, 0], [20, 0.4], [40, 0.8]).at(-1)).toBe(10_000)
  })

  it('does not flicker at the edge of a step', () => {
    const steady = rests([0, 0], [15, 0.5], [15.2, 0.5005], [15.4, 0.498], [15.6, 0.5], [15.8, 0.497], [16, 0.5])
    expect(new Set(steady.filter((rest) => rest !== null)).size).toBe(1)
  })

  it('grows while no progress arrives', () => {
    const [first, ...later] = rests([0, 0], [10, 0.2], [20, 0.4], [60, 0.4], [120, 0.4]).slice(2)
    expect(later.every((rest) => (rest ?? 0) > (first ?? 0))).toBe(true)
  })

  it('is derived from past runs only if there are three', () => {
    const past = { samples: 2, median: 60_000, p90: 70_000 }
    expect(rests([20, 0.3, { source: 'estimated', past }])).toEqual([null])
    expect(rests([20, 0.3, { source: 'estimated', past: { ...past, samples: 3 } }])).toEqual([40_000])
  })

  it('starts again with another bar, and with the next round of the same one', () => {
    expect(rests([0, 0], [10, 0.2], [20, 0.4], [21, 0.01, { bar: 'b' }], [22, 0.02, { bar: 'b' }]).slice(-2)).toEqual([
      null,
      null,
    ])
    expect(rests([0, 0], [10, 0.5], [20, 0.9], [21, 0.01], [22, 0.02]).slice(-2)).toEqual([null, null])
  })

  it('reports a run that is slower than nine of ten', () => {
    const past = { samples: 5, median: 20_000, p90: 30_000 }
    expect(etas([29, 0.5, { past }], [31, 0.5, { past }]).map(({ slower }) => slower)).toEqual([false, true])
  })

  it('is hidden after the end of the run', () => {
    expect(rests([0, 0], [10, 0.2], [20, 0.4], [30, 0.4, { working: false }]).at(-1)).toBeNull()
  })
})
