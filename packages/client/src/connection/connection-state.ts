// The states of the connection loop as one union, and the state that follows each event (design §2
// "Guaranteed settlement"). Pure: the time, random numbers and the network's state are passed in.
import type { RetryPolicy } from '../core/retry-policy.ts'
import type { InferstreamError } from '../core/errors.ts'
import { retryDelay } from '../core/retry.ts'
import type { ConnectionState } from '../core/types.ts'

interface Budget {
  /** Attempts since data was last received. */
  readonly attempt: number
  /** Streams in a row that delivered nothing or ended at once; Infinity if the service has no streams. */
  readonly emptyStreams: number
  /** When the last stream ended, epoch ms. */
  readonly streamedAt: number
}

export type LoopState = Budget &
  /** Waits for a slot: one of the streams that an origin may have open. */
  (
    | { readonly kind: 'acquiring' }
    | Streaming
    | Syncing
    /** Fetches the run in place of a stream. */
    | { readonly kind: 'polling' }
    | Waiting
    | { readonly kind: 'exhausted'; readonly error?: InferstreamError | undefined }
    | { readonly kind: 'failed'; readonly error: InferstreamError }
  )

interface Streaming {
  readonly kind: 'streaming'
  readonly isOpen: boolean
  readonly hasData: boolean
  /** No byte for `heldBackAfter` since the request, e.g. because a proxy buffers: the run is polled beside the stream. */
  readonly isHeldBack: boolean
}

/** Fetches what no stream has delivered. */
interface Syncing {
  readonly kind: 'syncing'
  /** `rest`: wait before the next stream. `give up`: the last check whether the run has ended. */
  readonly next: 'stream' | 'rest' | 'give up'
  readonly error?: InferstreamError | undefined
}

interface Waiting {
  readonly kind: 'waiting'
  readonly connection: 'reconnecting' | 'offline' | 'polling'
  /** ms */
  readonly delay: number
  /** epoch ms; null if it is not shown */
  readonly retryAt: number | null
  readonly next: 'syncing' | 'acquiring'
}

/** How one stream ended. */
export type StreamEnd =
  | { type: 'closed'; isShortLived: boolean }
  /** No byte for `idleTimeoutMs`. */
  | { type: 'silent' }
  /** A record asks for a refetch. */
  | { type: 'refetch'; isShortLived: boolean }
  /** The slot was given to a run that needs it more. */
  | { type: 'yielded' }
  /** 204: the service has no stream. */
  | { type: 'none' }
  /** The response is not a stream, e.g. a web page: a refetch decides. */
  | { type: 'unreadable' }
  | { type: 'failed'; error: InferstreamError }

export type LoopEvent =
  | { type: 'slot'; isFree: boolean }
  | { type: 'opened' }
  /** The stream has delivered no byte for `heldBackAfter` since its request. */
  | { type: 'held-back' }
  /** The first bytes of a stream, heartbeats and comments included. */
  | { type: 'data' }
  | StreamEnd
  | { type: 'answered' }
  /** `isWoken`: ended early, because the network or the page is back. */
  | { type: 'waited'; isWoken: boolean }

export interface Env {
  readonly retry: RetryPolicy
  /** epoch ms */
  readonly now: number
  /** 0 ≤ x < 1 */
  readonly random: number
  readonly isOnline: boolean
  /** The end is known, but its output or lines have not arrived yet. */
  readonly isUrgent: boolean
  /** Whether the run can be asked for in place of a stream. */
  readonly canAsk: boolean
}

/** ms */
export const pollInterval = 1_000
/** ms without a byte after which the run is polled beside its stream, which may be held back by a buffer but not dead. */
export const heldBackAfter = 3_000
/** Empty streams in a row before the run is polled. */
const maxEmptyStreams = 5
/** ms of polling before another stream is tried; doubled each time that stream is empty as well. */
const minProbeInterval = 30_000
const maxProbeInterval = 240_000
/** ms; the `online` event ends the wait sooner. For browsers that do not fire it. */
const offlineInterval = 30_000

export const firstState: LoopState = { kind: 'acquiring', attempt: 0, emptyStreams: 0, streamedAt: 0 }

export function nextState(state: LoopState, event: LoopEvent, env: Env): LoopState {
  const { attempt, emptyStreams, streamedAt } = state
  const budget: Budget = { attempt, emptyStreams, streamedAt }
  switch (event.type) {
    case 'slot':
      if (!event.isFree) return { kind: 'polling', ...budget }
      return { kind: 'streaming', isOpen: false, hasData: false, isHeldBack: false, ...budget }
    case 'opened':
      return { kind: 'streaming', isOpen: true, hasData: false, isHeldBack: isHeldBack(state), ...budget }
    case 'held-back':
      if (state.kind !== 'streaming' || state.hasData) return state
      return { ...state, isHeldBack: true }
    case 'data':
      return { kind: 'streaming', isOpen: true, hasData: true, isHeldBack: false, ...budget, attempt: 0 }
    case 'yielded':
      return { kind: 'acquiring', ...budget }
    case 'none':
      return { kind: 'syncing', next: 'stream', ...budget, emptyStreams: Infinity }
    case 'unreadable': {
      const unreadable = Math.max(emptyStreams + 1, maxEmptyStreams)
      return { kind: 'syncing', next: 'stream', ...budget, emptyStreams: unreadable, streamedAt: env.now }
    }
    case 'failed':
      if (isProbe(state)) return afterStream(state, event, env)
      if (!event.error.retryable) return { kind: 'failed', error: event.error, ...budget }
      if (state.kind === 'syncing' || state.kind === 'polling') return pause(state, event.error, env)
      return afterStream(state, event, env)
    case 'closed':
    case 'silent':
    case 'refetch':
      return afterStream(state, event, env)
    case 'answered':
      if (state.kind === 'syncing' && state.next === 'give up')
        return { kind: 'exhausted', error: state.error, ...budget }
      if (state.kind === 'polling' || emptyStreams >= maxEmptyStreams) return pollLater(budget)
      if (state.kind === 'syncing' && state.next === 'rest') return rest(budget, env)
      return { kind: 'acquiring', ...budget }
    case 'waited':
      if (state.kind === 'waiting' && state.next === 'syncing') return { kind: 'syncing', next: 'stream', ...budget }
      return { kind: isStreamDue(budget, event.isWoken, env) ? 'acquiring' : 'polling', ...budget }
    default:
      return event satisfies never
  }
}

/** Whether it is a stream without data yet, tried while the run is polled: its failure costs no attempt. */
export function isProbe(state: LoopState): boolean {
  return state.kind === 'streaming' && !state.hasData && state.emptyStreams >= maxEmptyStreams
}

export function isHeldBack(state: LoopState): boolean {
  return state.kind === 'streaming' && state.isHeldBack
}

function isStreamDue({ emptyStreams, streamedAt }: Budget, isWoken: boolean, { now }: Env): boolean {
  if (emptyStreams < maxEmptyStreams) return true
  const interval = Math.min(minProbeInterval * 2 ** (emptyStreams - maxEmptyStreams), maxProbeInterval)
  return emptyStreams < Infinity && (isWoken || now >= streamedAt + interval)
}

function afterStream(
  state: LoopState,
  event: Extract<StreamEnd, { type: 'closed' | 'silent' | 'refetch' | 'failed' }>,
  env: Env,
): LoopState {
  const { attempt } = state
  const error = event.type === 'failed' ? event.error : undefined
  const hasData = state.kind === 'streaming' && state.hasData
  const isShortLived = 'isShortLived' in event && event.isShortLived
  const isEmpty = (isShortLived || !hasData) && !isOffline(error, env)
  const emptyStreams = isEmpty && env.canAsk ? state.emptyStreams + 1 : 0
  const budget: Budget = { attempt, emptyStreams, streamedAt: env.now }
  if (event.type === 'refetch' || env.isUrgent) {
    // A service that asks for a refetch on every connect must not be requested without a pause.
    return { kind: 'syncing', next: isEmpty ? 'rest' : 'stream', ...budget }
  }
  if (emptyStreams > maxEmptyStreams) return { kind: 'polling', ...budget }
  const next = pause({ ...state, ...budget }, error, env)
  return next.kind === 'exhausted' ? { kind: 'syncing', next: 'give up', error, ...budget } : next
}

/** Waits before another attempt, or ends if the attempts are exhausted. */
function pause(state: LoopState, error: InferstreamError | undefined, env: Env): LoopState {
  const { attempt, emptyStreams, streamedAt } = state
  const next = state.kind === 'polling' ? 'acquiring' : 'syncing'
  if (isOffline(error, env)) {
    const delay = offlineInterval
    return { kind: 'waiting', connection: 'offline', delay, retryAt: null, next, attempt, emptyStreams, streamedAt }
  }
  if (attempt >= env.retry.maxAttempts) return { kind: 'exhausted', error, attempt, emptyStreams, streamedAt }
  const delay = retryDelay(attempt + 1, env.retry, env.random, error)
  const retryAt = env.now + delay
  return {
    kind: 'waiting',
    connection: 'reconnecting',
    delay,
    retryAt,
    next,
    attempt: attempt + 1,
    emptyStreams,
    streamedAt,
  }
}

/** Whether the network is down: costs no attempt. */
function isOffline(error: InferstreamError | undefined, { isOnline }: Env): boolean {
  return error?.code === 'network' && !isOnline
}

/** A wait that costs no attempt: nothing has failed. */
function rest(budget: Budget, env: Env): LoopState {
  const delay = retryDelay(1, env.retry, env.random)
  return { kind: 'waiting', connection: 'reconnecting', delay, retryAt: env.now + delay, next: 'acquiring', ...budget }
}

function pollLater(budget: Budget): LoopState {
  const next = 'acquiring'
  return { kind: 'waiting', connection: 'polling', delay: pollInterval, retryAt: null, next, ...budget, attempt: 0 }
}

/** What is shown for a state; null if the previous value still applies. */
export function connectionOf(state: LoopState): { connection: ConnectionState; retryAt: number | null } | null {
  switch (state.kind) {
    case 'streaming':
      if (isProbe(state) || state.isHeldBack) return { connection: 'polling', retryAt: null }
      return { connection: state.isOpen ? 'live' : state.attempt > 0 ? 'reconnecting' : 'connecting', retryAt: null }
    case 'polling':
      return { connection: 'polling', retryAt: null }
    case 'waiting':
      return state
    case 'syncing':
      return state.attempt > 0 ? { connection: 'reconnecting', retryAt: null } : null
    case 'acquiring':
    case 'exhausted':
    case 'failed':
      return null
    default:
      return state satisfies never
  }
}
