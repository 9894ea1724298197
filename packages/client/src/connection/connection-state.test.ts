// Each state of the loop under each event: what is done next, what it costs, what is shown.
import { describe, expect, it } from 'vitest'
import { connectionOf, firstState, nextState } from './connection-state.ts'
import type { LoopEvent, LoopState } from './connection-state.ts'
import { InferstreamError } from '../core/errors.ts'

const retry = { maxAttempts: 2, baseDelay: 500, maxDelay: 8_000 }
const around = { retry, now: 1_000, random: 0.5, isOnline: true, isUrgent: false }
const network = new InferstreamError('network', 'No answer.', { retryable: true })
const gone = new InferstreamError('not_found', 'Gone.')

const asking: LoopState = firstState
const budget = { attempt: 0, emptyStreams: 0, streamedAt: 0 }
const streaming: LoopState = { kind: 'streaming', isOpen: true, hasData: true, isHeldBack: false, ...budget }
const mute: LoopState = { ...streaming, hasData: false, isHeldBack: false }
const looking: LoopState = { kind: 'syncing', next: 'stream', ...budget, attempt: 1 }
const polling: LoopState = { kind: 'polling', ...budget }
const closed: LoopEvent = { type: 'closed', isShortLived: false }
const reconnecting = { kind: 'waiting', connection: 'reconnecting', delay: 250, retryAt: 1_250, next: 'syncing' }
const atOnce = { kind: 'syncing', next: 'stream' }
const inVain = { kind: 'polling', attempt: 0, emptyStreams: 6 }
const restsLater = { kind: 'syncing', next: 'rest', emptyStreams: 1 }
const woken: LoopEvent = { type: 'waited', isWoken: true }
const waited: LoopEvent = { type: 'waited', isWoken: false }
/** While polling; the last stream ended at 1,000. */
const between: LoopState = {
  kind: 'waiting',
  connection: 'polling',
  delay: 1_000,
  retryAt: null,
  next: 'acquiring',
  attempt: 0,
  emptyStreams: 5,
  streamedAt: 1_000,
}
const trial: LoopState = { ...mute, emptyStreams: 5, streamedAt: 1_000 }
const pollsLater = { kind: 'waiting', connection: 'polling', delay: 1_000, next: 'acquiring' }

const rows: [string, LoopState, LoopEvent, Partial<typeof around>, object][] = [
  ['a free slot opens a stream', asking, { type: 'slot', isFree: true }, {}, { kind: 'streaming', isOpen: false }],
  ['without a slot it polls', asking, { type: 'slot', isFree: false }, {}, { kind: 'polling' }],
  ['an answer alone renews no budget', { ...mute, attempt: 2 }, { type: 'opened' }, {}, { isOpen: true, attempt: 2 }],
  [
    'data renews the budget',
    { ...mute, attempt: 2 },
    { type: 'data' },
    {},
    { hasData: true, isHeldBack: false, attempt: 0 },
  ],
  ['a clean end waits and looks', streaming, closed, {}, { ...reconnecting, attempt: 1, emptyStreams: 0 }],
  ['an end at once counts as emptyStreams', streaming, { type: 'closed', isShortLived: true }, {}, { emptyStreams: 1 }],
  ['so does a stream that never said a word', mute, closed, {}, { emptyStreams: 1 }],
  ['and one that was refused', mute, { type: 'failed', error: network }, {}, { ...reconnecting, emptyStreams: 1 }],
  [
    'one that brought something begins the count anew',
    { ...streaming, emptyStreams: 4 },
    closed,
    {},
    { emptyStreams: 0 },
  ],
  ['silence reconnects', streaming, { type: 'silent' }, {}, reconnecting],
  ['a hint is looked into at once', streaming, { type: 'refetch', isShortLived: false }, {}, { ...atOnce, attempt: 0 }],
  [
    'with a rest before the next stream if it came at once',
    streaming,
    { type: 'refetch', isShortLived: true },
    {},
    restsLater,
  ],
  [
    'so that a service that always hints is not asked without a pause',
    { ...looking, next: 'rest' },
    { type: 'answered' },
    {},
    { kind: 'waiting', delay: 250, next: 'acquiring', attempt: 1 },
  ],
  ['an end that lacks its output is looked into at once', streaming, closed, { isUrgent: true }, atOnce],
  ['another run may have the slot at once', streaming, { type: 'yielded' }, {}, { kind: 'acquiring', attempt: 0 }],
  ['204 is no stream, for good', mute, { type: 'none' }, {}, { ...atOnce, emptyStreams: Infinity }],
  ['a refusal for good ends it', streaming, { type: 'failed', error: gone }, {}, { kind: 'failed', error: gone }],
  [
    'without a network it waits for one, and that costs nothing',
    mute,
    { type: 'failed', error: network },
    { isOnline: false },
    { kind: 'waiting', connection: 'offline', attempt: 0, emptyStreams: 0 },
  ],
  [
    'a spent budget still looks once: the run may have ended',
    { ...mute, attempt: 2 },
    { type: 'failed', error: network },
    {},
    { kind: 'syncing', next: 'give up', error: network },
  ],
  [
    'and gives up where it has not',
    { ...looking, next: 'give up', error: network },
    { type: 'answered' },
    {},
    { kind: 'exhausted', error: network },
  ],
  ['an answer leads back to a stream', looking, { type: 'answered' }, {}, { kind: 'acquiring', attempt: 1 }],
  ['after five emptyStreams ones to polling', { ...looking, emptyStreams: 5 }, { type: 'answered' }, {}, pollsLater],
  ['a failed look is repeated', looking, { type: 'failed', error: network }, {}, { next: 'syncing', attempt: 2 }],
  [
    'as long as the budget lasts',
    { ...looking, attempt: 2 },
    { type: 'failed', error: network },
    {},
    { kind: 'exhausted', error: network },
  ],
  ['a poll that is answered waits a second', { ...polling, attempt: 2 }, { type: 'answered' }, {}, pollsLater],
  ['and one that fails is another attempt', polling, { type: 'failed', error: network }, {}, { next: 'acquiring' }],
  ['half a minute of polling is only polling', between, waited, { now: 30_999 }, { kind: 'polling' }],
  ['then a stream is tried again', between, waited, { now: 31_000 }, { kind: 'acquiring' }],
  ['or at once, when the network or the page is back', between, woken, {}, { kind: 'acquiring' }],
  ['but never after 204', { ...between, emptyStreams: Infinity }, woken, { now: 1e9 }, { kind: 'polling' }],
  [
    'a trial without a slot polls on',
    { ...asking, emptyStreams: 5 },
    { type: 'slot', isFree: false },
    {},
    { kind: 'polling' },
  ],
  [
    'one that was in vain costs no attempt',
    trial,
    { type: 'silent' },
    { now: 9_000 },
    { ...inVain, streamedAt: 9_000 },
  ],
  ['nor does one that is refused', trial, { type: 'failed', error: network }, {}, inVain],
  ['for whatever reason: the run itself can be had', trial, { type: 'failed', error: gone }, {}, inVain],
  [
    'or that ends at once',
    { ...trial, hasData: true, isHeldBack: false },
    { type: 'closed', isShortLived: true },
    {},
    inVain,
  ],
  [
    'the next trial comes after twice as long',
    { ...between, emptyStreams: 6 },
    waited,
    { now: 60_999 },
    { kind: 'polling' },
  ],
  ['a minute', { ...between, emptyStreams: 6 }, waited, { now: 61_000 }, { kind: 'acquiring' }],
  ['at the latest after four', { ...between, emptyStreams: 40 }, waited, { now: 241_000 }, { kind: 'acquiring' }],
  [
    'one that brings something is a stream like any other',
    { ...trial, hasData: true, isHeldBack: false },
    closed,
    {},
    { emptyStreams: 0 },
  ],
]

describe('the connection loop', () => {
  it.each(rows)('%s', (_, state, event, change, expected) => {
    expect(nextState(state, event, { ...around, ...change })).toMatchObject(expected)
  })

  it('after a wait goes on as planned', () => {
    const wait = nextState(streaming, closed, around)
    expect(nextState(wait, waited, around)).toMatchObject(atOnce)
    const poll = nextState(polling, { type: 'answered' }, around)
    expect(nextState(poll, waited, around)).toMatchObject({ kind: 'acquiring' })
  })

  it('shows what a person needs to know', () => {
    const opening: LoopState = { ...streaming, isOpen: false }
    const wantsRefetch: LoopState = { ...looking, attempt: 0 }
    const states: LoopState[] = [opening, { ...opening, attempt: 1 }, streaming, polling, trial, looking, wantsRefetch]
    expect(states.map((state) => connectionOf(state)?.connection)).toEqual([
      'connecting',
      'reconnecting',
      'live',
      'polling',
      'polling',
      'reconnecting',
      undefined,
    ])
    expect(connectionOf(looking)).toMatchObject({ retryAt: null })
    expect(connectionOf(nextState(streaming, closed, around))).toMatchObject({ retryAt: 1_250 })
  })
})
