// What the connection loop does, as one union, and what follows from what came of it (design §2 "Guaranteed settlement",
// reliability §2). Pure: time, chance and the network's state are passed in.
import type { InferstreamError } from '../core/errors.ts'
import { retryDelay } from '../core/retry.ts'
import type { RetryPolicy } from '../core/retry.ts'
import type { ConnectionState } from '../core/types.ts'

interface Budget {
  /** Attempts since data last came. */
  readonly attempt: number
  /** Streams in a row that brought nothing, or ended at once; Infinity once there is none to be had. */
  readonly fruitless: number
  /** When the last stream ended, epoch ms. */
  readonly streamedAt: number
}

export type LoopState = Budget &
  /** For one of the streams that an origin may have open. */
  (
    | { readonly kind: 'asking' }
    | { readonly kind: 'streaming'; readonly isOpen: boolean; readonly hasData: boolean }
    | Looking
    /** GET, in place of a stream. */
    | { readonly kind: 'polling' }
    | Waiting
    /** The budget is spent. */
    | { readonly kind: 'spent'; readonly error?: InferstreamError | undefined }
    | { readonly kind: 'failed'; readonly error: InferstreamError }
  )

/** GET, for what no stream told. */
interface Looking {
  readonly kind: 'looking'
  /** `rest`: wait before the next stream. `give up`: the run may have ended meanwhile, that is all there is to hope for. */
  readonly next: 'stream' | 'rest' | 'give up'
  readonly error?: InferstreamError | undefined
}

interface Waiting {
  readonly kind: 'waiting'
  readonly connection: 'reconnecting' | 'offline' | 'polling'
  /** ms */
  readonly delay: number
  /** epoch ms, where somebody may want to know */
  readonly retryAt: number | null
  readonly next: 'looking' | 'asking'
}

/** How one stream ended; brief when it had hardly lived. */
export type StreamEnd =
  | { type: 'closed'; isBrief: boolean }
  /** Not a byte for `idleTimeoutMs`. */
  | { type: 'silent' }
  /** Something in it asks for a look at the whole. */
  | { type: 'hinted'; isBrief: boolean }
  /** Another run needs the slot more. */
  | { type: 'yielded' }
  /** 204: there is no stream. */
  | { type: 'none' }
  | { type: 'failed'; error: InferstreamError }

export type LoopEvent =
  | { type: 'slot'; isFree: boolean }
  | { type: 'opened' }
  /** The first bytes of a stream, heartbeats and comments too. */
  | { type: 'data' }
  | StreamEnd
  | { type: 'answered' }
  /** `isWoken`: before its time, by the browser's word that the network or the page is back. */
  | { type: 'waited'; isWoken: boolean }

export interface Surroundings {
  readonly retry: RetryPolicy
  /** epoch ms */
  readonly now: number
  /** 0 ≤ x < 1 */
  readonly chance: number
  readonly isOnline: boolean
  /** The end is known, and what belongs to it is still to come. */
  readonly isUrgent: boolean
}

/** ms */
export const pollInterval = 1_000
/** Fruitless streams before polling takes over. */
const maxFruitless = 5
/** ms of polling before one more stream is tried; twice as long after each that was fruitless again. */
const minTrialInterval = 30_000
const maxTrialInterval = 240_000
/** ms; the event is what is waited for, the timer is for browsers that do not tell. */
const offlineInterval = 30_000

export const firstState: LoopState = { kind: 'asking', attempt: 0, fruitless: 0, streamedAt: 0 }

export function nextState(state: LoopState, event: LoopEvent, around: Surroundings): LoopState {
  const { attempt, fruitless, streamedAt } = state
  const budget: Budget = { attempt, fruitless, streamedAt }
  switch (event.type) {
    case 'slot':
      if (!event.isFree) return { kind: 'polling', ...budget }
      return { kind: 'streaming', isOpen: false, hasData: false, ...budget }
    case 'opened':
      return { kind: 'streaming', isOpen: true, hasData: false, ...budget }
    case 'data':
      return { kind: 'streaming', isOpen: true, hasData: true, ...budget, attempt: 0 }
    case 'yielded':
      return { kind: 'asking', ...budget }
    case 'none':
      return { kind: 'looking', next: 'stream', ...budget, fruitless: Infinity }
    case 'failed':
      if (isTrial(state)) return afterStream(state, event, around)
      if (!event.error.retryable) return { kind: 'failed', error: event.error, ...budget }
      if (state.kind === 'looking' || state.kind === 'polling') return pause(state, event.error, around)
      return afterStream(state, event, around)
    case 'closed':
    case 'silent':
    case 'hinted':
      return afterStream(state, event, around)
    case 'answered':
      if (state.kind === 'looking' && state.next === 'give up') return { kind: 'spent', error: state.error, ...budget }
      if (state.kind === 'polling' || fruitless >= maxFruitless) return pollLater(budget)
      if (state.kind === 'looking' && state.next === 'rest') return rest(budget, around)
      return { kind: 'asking', ...budget }
    case 'waited':
      if (state.kind === 'waiting' && state.next === 'looking') return { kind: 'looking', next: 'stream', ...budget }
      return { kind: isStreamDue(budget, event.isWoken, around) ? 'asking' : 'polling', ...budget }
    default:
      return event satisfies never
  }
}

/** A stream that has brought nothing yet, tried while the run is polled: whatever comes of it costs nothing. */
export function isTrial(state: LoopState): boolean {
  return state.kind === 'streaming' && !state.hasData && state.fruitless >= maxFruitless
}

function isStreamDue({ fruitless, streamedAt }: Budget, isWoken: boolean, { now }: Surroundings): boolean {
  if (fruitless < maxFruitless) return true
  const interval = Math.min(minTrialInterval * 2 ** (fruitless - maxFruitless), maxTrialInterval)
  return fruitless < Infinity && (isWoken || now >= streamedAt + interval)
}

function afterStream(
  state: LoopState,
  event: Extract<StreamEnd, { type: 'closed' | 'silent' | 'hinted' | 'failed' }>,
  around: Surroundings,
): LoopState {
  const { attempt } = state
  const error = event.type === 'failed' ? event.error : undefined
  const hasData = state.kind === 'streaming' && state.hasData
  const isBrief = 'isBrief' in event && event.isBrief
  const isFruitless = (isBrief || !hasData) && !isCutOff(error, around)
  const fruitless = isFruitless ? state.fruitless + 1 : 0
  const budget: Budget = { attempt, fruitless, streamedAt: around.now }
  if (event.type === 'hinted' || around.isUrgent) {
    // A service that hints at every connect must not be asked without a pause.
    return { kind: 'looking', next: isFruitless ? 'rest' : 'stream', ...budget }
  }
  if (fruitless > maxFruitless) return { kind: 'polling', ...budget }
  const next = pause({ ...state, ...budget }, error, around)
  return next.kind === 'spent' ? { kind: 'looking', next: 'give up', error, ...budget } : next
}

/** One more attempt waits its turn, or the budget is spent. */
function pause(state: LoopState, error: InferstreamError | undefined, around: Surroundings): LoopState {
  const { attempt, fruitless, streamedAt } = state
  const next = state.kind === 'polling' ? 'asking' : 'looking'
  if (isCutOff(error, around)) {
    const delay = offlineInterval
    return { kind: 'waiting', connection: 'offline', delay, retryAt: null, next, attempt, fruitless, streamedAt }
  }
  if (attempt >= around.retry.maxAttempts) return { kind: 'spent', error, attempt, fruitless, streamedAt }
  const delay = retryDelay(attempt + 1, around.retry, around.chance, error)
  const retryAt = around.now + delay
  return {
    kind: 'waiting',
    connection: 'reconnecting',
    delay,
    retryAt,
    next,
    attempt: attempt + 1,
    fruitless,
    streamedAt,
  }
}

/** No network: costs no attempt. */
function isCutOff(error: InferstreamError | undefined, { isOnline }: Surroundings): boolean {
  return error?.code === 'network' && !isOnline
}

/** A wait that is no attempt: nothing has failed. */
function rest(budget: Budget, around: Surroundings): LoopState {
  const delay = retryDelay(1, around.retry, around.chance)
  return { kind: 'waiting', connection: 'reconnecting', delay, retryAt: around.now + delay, next: 'asking', ...budget }
}

function pollLater(budget: Budget): LoopState {
  const next = 'asking'
  return { kind: 'waiting', connection: 'polling', delay: pollInterval, retryAt: null, next, ...budget, attempt: 0 }
}

/** What a person sees of it; null where what was shown before still holds. */
export function connectionOf(state: LoopState): { connection: ConnectionState; retryAt: number | null } | null {
  switch (state.kind) {
    case 'streaming':
      if (isTrial(state)) return { connection: 'polling', retryAt: null }
      return { connection: state.isOpen ? 'live' : state.attempt > 0 ? 'reconnecting' : 'connecting', retryAt: null }
    case 'polling':
      return { connection: 'polling', retryAt: null }
    case 'waiting':
      return state
    case 'looking':
      return state.attempt > 0 ? { connection: 'reconnecting', retryAt: null } : null
    case 'asking':
    case 'spent':
    case 'failed':
      return null
    default:
      return state satisfies never
  }
}
