import { describe, expect, it } from 'vitest'
import { phasesOf, type Stay } from '../testing/task-state.ts'
import { timelineSteps } from './timeline-steps.ts'

const states = (status: Parameters<typeof timelineSteps>[0]['status'], ...spans: Stay[]) =>
  timelineSteps({ status, phases: phasesOf(...spans) }).map(({ state }) => state)

describe('the timeline', () => {
  it('marks steps that a warm worker skipped', () => {
    expect(states('running', ['queued', 0, 1], ['running', 1, null])).toEqual([
      'done',
      'skipped',
      'skipped',
      'skipped',
      'skipped',
      'current',
      'pending',
    ])
  })

  it('marks the step where a run failed and the ones that were not reached', () => {
    expect(states('failed', ['queued', 0, 1], ['setting_up', 1, 2])).toEqual([
      'done',
      'skipped',
      'skipped',
      'skipped',
      'failed',
      'unreached',
      'unreached',
    ])
  })

  it('keeps its step while cancelling', () => {
    expect(states('cancelling', ['queued', 0, 1], ['running', 1, 2], ['cancelling', 2, null])[5]).toBe('current')
    expect(states('cancelled', ['queued', 0, 1], ['running', 1, 2])[5]).toBe('cancelled')
  })

  it('accepts events out of order and repeated', () => {
    const steps = timelineSteps({
      status: 'completed',
      phases: phasesOf(['running', 5, 7], ['queued', 0, 1], ['received', 1, 3], ['running', 8, 9]),
    })
    expect(steps.map(({ state }) => state)).toEqual([
      'done',
      'skipped',
      'skipped',
      'skipped',
      'skipped',
      'done',
      'skipped',
    ])
    expect(steps[0]?.spent).toBe(3000)
    expect(steps[5]?.spent).toBe(3000)
  })

  it('uses a status without a span', () => {
    expect(states('uploading', ['queued', 0, 1])).toEqual([
      'done',
      'skipped',
      'skipped',
      'skipped',
      'skipped',
      'skipped',
      'current',
    ])
  })

  it('has only pending steps before the run', () => {
    expect(new Set(states('idle'))).toEqual(new Set(['pending']))
  })
})
