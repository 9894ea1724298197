import { describe, expect, it } from 'vitest'
import { noProgress, showProgress, type ProgressFacts, type ProgressMemory } from './shown-progress.ts'

const facts = (changes: Partial<ProgressFacts>): ProgressFacts => ({
  taskId: 'a',
  status: 'running',
  progress: null,
  elapsed: null,
  median: null,
  ...changes,
})

const app = (fraction: number) => ({ fraction, source: 'app' as const })

function showAll(...all: Partial<ProgressFacts>[]) {
  let memory: ProgressMemory = noProgress
  return all.map((changes) => {
    const [shown, next] = showProgress(memory, facts(changes))
    memory = next
    return shown
  })
}

describe('the value of the bar', () => {
  it.each([
    { name: 'not a number', fraction: Number.NaN, shown: null },
    { name: 'infinite', fraction: Infinity, shown: null },
    { name: 'negative', fraction: -3, shown: 0 },
    { name: 'too much', fraction: 7, shown: 1 },
    { name: 'a half', fraction: 0.5, shown: 0.5 },
  ])('$name', ({ fraction, shown }) => {
    expect(showAll({ progress: app(fraction) })[0]?.fraction).toBe(shown)
  })

  it('has the scale of the bar that is shown', () => {
    const shown = showAll(
      { elapsed: 600, median: 1000 },
      { progress: { fraction: 0.2, source: 'logs', label: 'download' }, elapsed: 700, median: 1000 },
      { progress: { fraction: 0.1, source: 'logs', label: 'render' } },
      { progress: app(0.7) },
    )
    expect(shown.map(({ fraction }) => fraction)).toEqual([0.6, 0.2, 0.1, 0.7])
    expect(shown.map(({ source }) => source)).toEqual(['estimated', 'logs', 'logs', 'app'])
    expect(new Set(shown.map(({ bar }) => bar)).size).toBe(4)
  })

  it('is kept while nothing new is known', () => {
    const shown = showAll({ progress: app(0.7) }, { progress: null })
    expect(shown.map(({ fraction }) => fraction)).toEqual([0.7, 0.7])
  })

  it('is below 100 % until the run is done', () => {
    for (const status of ['uploading', 'cancelling', 'failed', 'cancelled'] as const) {
      expect(showAll({ progress: app(1) }, { progress: app(1), status })[1]?.fraction).toBe(0.99)
    }
  })

  it('is no estimate before a worker has the run, nor at its end', () => {
    for (const status of ['starting', 'received', 'queued', 'scheduled'] as const) {
      expect(showAll({ status, elapsed: 500, median: 1000 })[0]?.fraction).toBeNull()
    }
    expect(showAll({ elapsed: 500, median: 1000 }, { status: 'completed' })[1]).toMatchObject({
      fraction: 1,
      source: null,
    })
  })

  it('starts again with another run', () => {
    const shown = showAll({ progress: app(0.9) }, { taskId: 'b', progress: app(0.1) })
    expect(shown[1]?.fraction).toBe(0.1)
  })

  it('starts again when a run is restarted before it has an id', () => {
    const shown = showAll(
      { progress: app(0.9) },
      { taskId: null, status: 'starting' },
      { taskId: 'b', progress: app(0.1) },
    )
    expect(shown.map(({ fraction }) => fraction)).toEqual([0.9, null, 0.1])
  })

  it('is estimated from past runs, never above 95 %, and not in the queue', () => {
    const shown = showAll(
      { status: 'queued', elapsed: 500, median: 1000 },
      { elapsed: 500, median: 1000 },
      { elapsed: 5000, median: 1000 },
    )
    expect(shown.map(({ fraction }) => fraction)).toEqual([null, 0.5, 0.95])
  })

  it('is full when the run is done and keeps its value when it failed', () => {
    expect(showAll({ progress: app(0.3) }, { status: 'completed' })[1]?.fraction).toBe(1)
    expect(showAll({ progress: app(0.3) }, { status: 'failed' })[1]?.fraction).toBe(0.3)
  })
})
