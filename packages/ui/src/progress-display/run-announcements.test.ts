import { InferstreamError } from '@inferstream/react'
import { describe, expect, it } from 'vitest'
import { progressMessages } from './messages.ts'
import { spokenMessages } from './spoken-messages.ts'
import { announceRun, type RunFacts, type SpokenMemory, type Words } from './run-announcements.ts'

const words: Words = {
  ...progressMessages,
  spoken: spokenMessages,
  label: 'Render',
  isNamed: false,
  percent: (fraction) => `${fraction * 100}%`,
  duration: (ms) => `${ms / 1000} seconds`,
}

/** The announcements of a run given as [second, changes]; changes are cumulative. */
function transcript(...script: readonly (readonly [number, Partial<RunFacts>])[]) {
  let memory: SpokenMemory | null = null
  const facts: RunFacts = {
    taskId: null,
    status: 'idle',
    connection: 'live',
    fraction: null,
    error: null,
    startedAt: null,
    endedAt: null,
    now: 0,
  }
  const all: string[] = []
  for (const [seconds, changes] of script) {
    Object.assign(facts, changes, { now: seconds * 1000 })
    const [said, next] = announceRun(memory, facts, words)
    memory = next
    for (const { text, urgency } of said) {
      const spoken = typeof text === 'string' ? text : text.text(text.name)
      all.push(`${seconds} ${urgency === 'assertive' ? '! ' : ''}${spoken}`)
    }
  }
  return all
}

const start: Partial<RunFacts> = { status: 'starting', startedAt: 0 }

describe('announcements', () => {
  it('are the start, the phases, the quarters of a long run, and the end with its duration', () => {
    expect(
      transcript(
        [0, {}],
        [0, start],
        [1, { status: 'queued', taskId: 'a' }],
        [4, { status: 'queued' }],
        [8, { status: 'running', fraction: 0 }],
        [12, { fraction: 0.3 }],
        [16, { fraction: 0.4 }],
        [20, { fraction: 0.52 }],
        [21, { fraction: 0.53 }],
        [30, { fraction: 0.99 }],
        [31, { status: 'completed', endedAt: 31_000, fraction: 1 }],
        [40, {}],
      ),
    ).toEqual([
      '0 Render: started',
      '4 Queued',
      '8 Running',
      '16 25%',
      '20 50%',
      '30 75%',
      '31 Render: done in 31 seconds',
    ])
  })

  it('name at most one phase in three seconds, the latest one', () => {
    expect(
      transcript(
        [0, {}],
        [0, start],
        [1, { status: 'queued' }],
        [1.5, { status: 'preparing' }],
        [2, { status: 'running' }],
        [3, {}],
        [6, {}],
      ),
    ).toEqual(['0 Render: started', '3 Running'])
  })

  it('omit the quarters of a short run', () => {
    expect(transcript([0, {}], [0, start], [3, { status: 'running', fraction: 0.6 }])).toEqual([
      '0 Render: started',
      '3 Running',
    ])
  })

  it('report a lost connection only after two seconds, and its return only then', () => {
    const short = transcript([0, {}], [0, start], [1, { connection: 'reconnecting' }], [2, { connection: 'live' }])
    expect(short).toEqual(['0 Render: started'])
    const long = transcript(
      [0, {}],
      [0, start],
      [1, { connection: 'reconnecting' }],
      [3, {}],
      [9, { connection: 'live' }],
    )
    expect(long).toEqual(['0 Render: started', '3 Connection lost. The run goes on.', '9 Connection is back'])
  })

  it('are assertive for an error', () => {
    const error = new InferstreamError('task_failed', 'No camera.')
    expect(transcript([0, {}], [0, start], [2, { status: 'failed', error, endedAt: 2000 }])).toEqual([
      '0 Render: started',
      '2 ! Render: failed. No camera.',
    ])
  })

  it('are silent when a page opens on an active or ended run', () => {
    expect(transcript([0, { status: 'running', taskId: 'a', startedAt: 0 }], [1, {}])).toEqual([])
    expect(transcript([0, { status: 'completed', taskId: 'a', startedAt: 0, endedAt: 9 }], [1, {}])).toEqual([])
  })

  it('start again with a retry', () => {
    expect(
      transcript(
        [0, {}],
        [0, start],
        [1, { taskId: 'a' }],
        [2, { status: 'cancelled', endedAt: 2000 }],
        [5, { status: 'starting', taskId: null, startedAt: 5000, endedAt: null }],
        [6, { status: 'completed', taskId: 'b', endedAt: 6000 }],
      ),
    ).toEqual([
      '0 Render: started',
      '2 Render: cancelled after 2 seconds',
      '5 Render: started',
      '6 Render: done in 1 seconds',
    ])
  })
})
