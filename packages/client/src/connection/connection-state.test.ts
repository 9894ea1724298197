// The transitions of the connection loop: what comes next, what it costs, what is shown.
import { describe, expect, it } from 'vitest'
import { connectionOf, firstState, nextState } from './connection-state.ts'
import type { LoopEvent, LoopState } from './connection-state.ts'
import { InferstreamError } from '../core/errors.ts'

const retry = { maxAttempts: 2, baseDelay: 500, maxDelay: 8_000 }
const env = { retry, now: 1_000, random: 0.5, isOnline: true, isUrgent: false, canAsk: true }
const network = new InferstreamError('network', 'No answer.', { retryable: true })
const gone = new InferstreamError('not_found', 'Gone.')

const acquiring: LoopState = firstState
const budget = { attempt: 0, emptyStreams: 0, streamedAt: 0 }
const streaming: LoopState = { kind: 'streaming', isOpen: true, hasData: true, isHeldBack: false, ...budget }
const withoutData: LoopState = { ...streaming, hasData: false, isHeldBack: false }
const syncing: LoopState = { kind: 'syncing', next: 'stream', ...budget, attempt: 1 }
const polling: LoopState = { kind: 'polling', ...budget }
const closed: LoopEvent = { type: 'closed', isShortLived: false }
const reconnecting = { kind: 'waiting', connection: 'reconnecting', delay: 250, retryAt: 1_250, next: 'syncing' }
const syncsAtOnce = { kind: 'syncing', next: 'stream' }
const pollsAfterEmpty = { kind: 'polling', attempt: 0, emptyStreams: 6 }
const restsLater = { kind: 'syncing', next: 'rest', emptyStreams: 1 }
const woken: LoopEvent = { type: 'waited', isWoken: true }
const waited: LoopEvent = { type: 'waited', isWoken: false }
/** While polling; the last stream ended at 1,000. */
const betweenProbes: LoopState = {
  kind: 'waiting',
  connection: 'polling',
  delay: 1_000,
  retryAt: null,
  next: 'acquiring',
  attempt: 0,
  emptyStreams: 5,
  streamedAt: 1_000,
}
const probe: LoopState = { ...withoutData, emptyStreams: 5, streamedAt: 1_000 }
const pollsLater = { kind: 'waiting', connection: 'polling', delay: 1_000, next: 'acquiring' }

const rows: [string, LoopState, LoopEvent, Partial<typeof env>, object][] = [
  ['a free slot opens a stream', acquiring, { type: 'slot', isFree: true }, {}, { kind: 'streaming', isOpen: false }],
  ['without a slot it polls', acquiring, { type: 'slot', isFree: false }, {}, { kind: 'polling' }],
  [
    'a response alone does not renew the budget',
    { ...withoutData, attempt: 2 },
    { type: 'opened' },
    {},
    { isOpen: true, attempt: 2 },
  ],
  [
    'data renews the budget',
    { ...withoutData, attempt: 2 },
    { type: 'data' },
    {},
    { hasData: true, isHeldBack: false, attempt: 0 },
  ],
  ['a clean end waits, then refetches', streaming, closed, {}, { ...reconnecting, attempt: 1, emptyStreams: 0 }],
  [
    'a stream that ends at once counts as empty',
    streaming,
    { type: 'closed', isShortLived: true },
    {},
    { emptyStreams: 1 },
  ],
  ['a stream without data counts as empty', withoutData, closed, {}, { emptyStreams: 1 }],
  [
    'a refused stream counts as empty',
    withoutData,
    { type: 'failed', error: network },
    {},
    { ...reconnecting, emptyStreams: 1 },
  ],
  [
    'a stream with data resets the count of empty streams',
    { ...streaming, emptyStreams: 4 },
    closed,
    {},
    { emptyStreams: 0 },
  ],
  ['silence reconnects', streaming, { type: 'silent' }, {}, reconnecting],
  [
    'a request for a refetch is met at once',
    streaming,
    { type: 'refetch', isShortLived: false },
    {},
    { ...syncsAtOnce, attempt: 0 },
  ],
  [
    'a request for a refetch right after the connect rests before the next stream',
    streaming,
    { type: 'refetch', isShortLived: true },
    {},
    restsLater,
  ],
  [
    'a service that always asks for a refetch is not requested without a pause',
    { ...syncing, next: 'rest' },
    { type: 'answered' },
    {},
    { kind: 'waiting', delay: 250, next: 'acquiring', attempt: 1 },
  ],
  ['an end without its output is refetched at once', streaming, closed, { isUrgent: true }, syncsAtOnce],
  [
    'a slot that was yielded is acquired again without a wait',
    streaming,
    { type: 'yielded' },
    {},
    { kind: 'acquiring', attempt: 0 },
  ],
  [
    'after 204 there are no streams for the rest of the run',
    withoutData,
    { type: 'none' },
    {},
    { ...syncsAtOnce, emptyStreams: Infinity },
  ],
  [
    'a final refusal ends the connection',
    streaming,
    { type: 'failed', error: gone },
    {},
    { kind: 'failed', error: gone },
  ],
  [
    'without a network it waits, at the cost of no attempt',
    withoutData,
    { type: 'failed', error: network },
    { isOnline: false },
    { kind: 'waiting', connection: 'offline', attempt: 0, emptyStreams: 0 },
  ],
  [
    'with an exhausted budget it refetches once more: the run may have ended',
    { ...withoutData, attempt: 2 },
    { type: 'failed', error: network },
    {},
    { kind: 'syncing', next: 'give up', error: network },
  ],
  [
    'it gives up if the run has not ended',
    { ...syncing, next: 'give up', error: network },
    { type: 'answered' },
    {},
    { kind: 'exhausted', error: network },
  ],
  [
    'a refetch that succeeds leads back to a stream',
    syncing,
    { type: 'answered' },
    {},
    { kind: 'acquiring', attempt: 1 },
  ],
  [
    'after five empty streams it leads to polling',
    { ...syncing, emptyStreams: 5 },
    { type: 'answered' },
    {},
    pollsLater,
  ],
  ['a failed refetch is repeated', syncing, { type: 'failed', error: network }, {}, { next: 'syncing', attempt: 2 }],
  [
    'a failed refetch is not repeated once the budget is exhausted',
    { ...syncing, attempt: 2 },
    { type: 'failed', error: network },
    {},
    { kind: 'exhausted', error: network },
  ],
  ['a successful poll waits a second', { ...polling, attempt: 2 }, { type: 'answered' }, {}, pollsLater],
  ['a failed poll costs an attempt', polling, { type: 'failed', error: network }, {}, { next: 'acquiring' }],
  ['for half a minute of polling no stream is tried', betweenProbes, waited, { now: 30_999 }, { kind: 'polling' }],
  ['after half a minute a stream is tried again', betweenProbes, waited, { now: 31_000 }, { kind: 'acquiring' }],
  ['a stream is tried at once when the network or the page is back', betweenProbes, woken, {}, { kind: 'acquiring' }],
  [
    'no stream is tried after 204',
    { ...betweenProbes, emptyStreams: Infinity },
    woken,
    { now: 1e9 },
    { kind: 'polling' },
  ],
  [
    'without a slot for a probe it continues to poll',
    { ...acquiring, emptyStreams: 5 },
    { type: 'slot', isFree: false },
    {},
    { kind: 'polling' },
  ],
  [
    'an empty probe costs no attempt',
    probe,
    { type: 'silent' },
    { now: 9_000 },
    { ...pollsAfterEmpty, streamedAt: 9_000 },
  ],
  ['a refused probe costs no attempt', probe, { type: 'failed', error: network }, {}, pollsAfterEmpty],
  [
    'a probe refused for any reason costs no attempt: the run itself is available',
    probe,
    { type: 'failed', error: gone },
    {},
    pollsAfterEmpty,
  ],
  [
    'a probe that ends at once costs no attempt',
    { ...probe, hasData: true, isHeldBack: false },
    { type: 'closed', isShortLived: true },
    {},
    pollsAfterEmpty,
  ],
  [
    'the next probe waits twice as long',
    { ...betweenProbes, emptyStreams: 6 },
    waited,
    { now: 60_999 },
    { kind: 'polling' },
  ],
  [
    'the next probe starts after a minute',
    { ...betweenProbes, emptyStreams: 6 },
    waited,
    { now: 61_000 },
    { kind: 'acquiring' },
  ],
  [
    'a probe starts after four minutes at the latest',
    { ...betweenProbes, emptyStreams: 40 },
    waited,
    { now: 241_000 },
    { kind: 'acquiring' },
  ],
  [
    'a probe with data becomes an ordinary stream',
    { ...probe, hasData: true, isHeldBack: false },
    closed,
    {},
    { emptyStreams: 0 },
  ],
]

describe('the connection loop', () => {
  it.each(rows)('%s', (_, state, event, change, expected) => {
    expect(nextState(state, event, { ...env, ...change })).toMatchObject(expected)
  })

  it('continues after a wait as planned', () => {
    const wait = nextState(streaming, closed, env)
    expect(nextState(wait, waited, env)).toMatchObject(syncsAtOnce)
    const poll = nextState(polling, { type: 'answered' }, env)
    expect(nextState(poll, waited, env)).toMatchObject({ kind: 'acquiring' })
  })

  it('shows the state of the connection', () => {
    const opening: LoopState = { ...streaming, isOpen: false }
    const firstSync: LoopState = { ...syncing, attempt: 0 }
    const states: LoopState[] = [opening, { ...opening, attempt: 1 }, streaming, polling, probe, syncing, firstSync]
    expect(states.map((state) => connectionOf(state)?.connection)).toEqual([
      'connecting',
      'reconnecting',
      'live',
      'polling',
      'polling',
      'reconnecting',
      undefined,
    ])
    expect(connectionOf(syncing)).toMatchObject({ retryAt: null })
    expect(connectionOf(nextState(streaming, closed, env))).toMatchObject({ retryAt: 1_250 })
  })
})
