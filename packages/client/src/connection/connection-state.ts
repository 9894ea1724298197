// The states of the connection loop as one union, and the state that follows each event (design §2
// "Guaranteed settlement"). Pure: the time, random numbers and the network's state are passed in.
import type { InferstreamError } from '../core/errors.ts'
import { retryDelay } from '../core/retry.ts'
import type { RetryPolicy } from '../core/retry.ts'
import type { ConnectionState } from '../core/types.ts'

interface Budget {
  /** Attempts since data was last received. */
  readonly attempt: number
  /** Streams in a row that brought nothing, or ended at once; Infinity once the service has none. */
  readonly emptyStreams: number
  /** When the last stream ended, epoch ms. */
  readonly streamedAt: number
}

export type LoopState = Budget &
  /** A slot: one of the streams that an origin may have open. */
  (
    | { readonly kind: 'acquiring' }
    | Streaming
    | Syncing
    /** GET, in place of a stream. */
    | { readonly kind: 'polling' }
    | Waiting
    | { readonly kind: 'exhausted'; readonly error?: InferstreamError | undefined }
    | { readonly kind: 'failed'; readonly error: InferstreamError }
  )

interface Streaming {
  readonly kind: 'streaming'
  readonly isOpen: boolean
  readonly hasData: boolean
  /** Nothing has arrived for a while after the request, e.g. because a proxy buffers: GET accompanies the stream. */
  readonly isHeldBack: boolean
}

/** GET, for what no stream has brought. */
interface Syncing {
  readonly kind: 'syncing'
  /** `rest`: wait before the next stream. `give up`: the run may have ended meanwhile, nothing else is left to try. */
  readonly next: 'stream' | 'rest' | 'give up'
  readonly error?: InferstreamError | undefined
}

interface Waiting {
  readonly kind: 'waiting'
  readonly connection: 'reconnecting' | 'offline' | 'polling'
  /** ms */
  readonly delay: number
  /** epoch ms, where it is worth showing */
  readonly retryAt: number | null
  readonly next: 'syncing' | 'acquiring'
}

/** How one stream ended. */
export type StreamEnd =
  | { type: 'closed'; isShortLived: boolean }
  /** Not a byte for `idleTimeoutMs`. */
  | { type: 'silent' }
  /** A record asks for a refetch. */
  | { type: 'refetch'; isShortLived: boolean }
  /** Another run needs the slot more. */
  | { type: 'yielded' }
  /** 204: the service has no stream. */
  | { type: 'none' }
  /** The answer is no stream, e.g. a page: GET decides. */
  | { type: 'unreadable' }
  | { type: 'failed'; error: InferstreamError }

export type LoopEvent =
  | { type: 'slot'; isFree: boolean }
  | { type: 'opened' }
  /** The stream has been quiet since its request for `heldBackAfter`. */
  | { type: 'held-back' }
  /** The first bytes of a stream, heartbeats and comments included. */
  | { type: 'data' }
  | StreamEnd
  | { type: 'answered' }
  /** `isWoken`: early, because the browser says that the network or the page is back. */
  | { type: 'waited'; isWoken: boolean }

export interface Env {
  readonly retry: RetryPolicy
  /** epoch ms */
  readonly now: number
  /** 0 ≤ x < 1 */
  readonly random: number
  readonly isOnline: boolean
  /** The end is known, and what belongs to it is still to come. */
  readonly isUrgent: boolean
}

/** ms */
export const pollInterval = 1_000
/** ms without a byte after which a stream is accompanied by GET: held back by a buffer is not dead. */
export const heldBackAfter = 3_000
/** Empty streams before polling takes over. */
const maxEmptyStreams = 5
/** ms of polling before one more stream is tried; doubled each time that one was empty again. */
const minProbeInterval = 30_000
const maxProbeInterval = 240_000
/** ms; the event is what is waited for, the timer is for browsers that do not fire it. */
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

/** A stream that has brought nothing yet, tried while the run is polled: its failure costs nothing. */
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
  const isEmpty = (isShortLived || !hasData) && !isCutOff(error, env)
  const emptyStreams = isEmpty ? state.emptyStreams + 1 : 0
  const budget: Budget = { attempt, emptyStreams, streamedAt: env.now }
  if (event.type === 'refetch' || env.isUrgent) {
    // A service that asks for a refetch at every connect must not be asked without a pause.
    return { kind: 'syncing', next: isEmpty ? 'rest' : 'stream', ...budget }
  }
  if (emptyStreams > maxEmptyStreams) return { kind: 'polling', ...budget }
  const next = pause({ ...state, ...budget }, error, env)
  return next.kind === 'exhausted' ? { kind: 'syncing', next: 'give up', error, ...budget } : next
}

/** One more attempt waits, or the attempts are exhausted. */
function pause(state: LoopState, error: InferstreamError | undefined, env: Env): LoopState {
  const { attempt, emptyStreams, streamedAt } = state
  const next = state.kind === 'polling' ? 'acquiring' : 'syncing'
  if (isCutOff(error, env)) {
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

/** No network: costs no attempt. */
function isCutOff(error: InferstreamError | undefined, { isOnline }: Env): boolean {
  return error?.code === 'network' && !isOnline
}

/** A wait that is no attempt: nothing has failed. */
function rest(budget: Budget, env: Env): LoopState {
  const delay = retryDelay(1, env.retry, env.random)
  return { kind: 'waiting', connection: 'reconnecting', delay, retryAt: env.now + delay, next: 'acquiring', ...budget }
}

function pollLater(budget: Budget): LoopState {
  const next = 'acquiring'
  return { kind: 'waiting', connection: 'polling', delay: pollInterval, retryAt: null, next, ...budget, attempt: 0 }
}

/** What is shown for a state; null where what was shown before still holds. */
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
