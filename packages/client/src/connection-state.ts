// What the connection loop does, as one union, and what follows from what came of it (design §2 "Guaranteed settlement",
// reliability §2). Pure: time, chance and the network's state are passed in.
import type { InferstreamError } from './errors.ts'
import { retryDelay } from './retry.ts'
import type { RetryPolicy } from './retry.ts'
import type { ConnectionState } from './types.ts'

interface Budget {
  /** Attempts since data last came. */
  readonly attempt: number
  /** Streams in a row that brought nothing, or ended at once; Infinity once there is none to be had. */
  readonly fruitless: number
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
  | { type: 'waited' }

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
const pollInterval = 1_000
/** Fruitless streams before polling takes over. */
const maxFruitless = 5
/** ms; the event is what is waited for, the timer is for browsers that do not tell. */
const offlineInterval = 30_000

export const firstState: LoopState = { kind: 'asking', attempt: 0, fruitless: 0 }

export function nextState(state: LoopState, event: LoopEvent, around: Surroundings): LoopState {
  const { attempt, fruitless } = state
  switch (event.type) {
    case 'slot':
      if (!event.isFree) return { kind: 'polling', attempt, fruitless }
      return { kind: 'streaming', isOpen: false, hasData: false, attempt, fruitless }
    case 'opened':
      return { kind: 'streaming', isOpen: true, hasData: false, attempt, fruitless }
    case 'data':
      return { kind: 'streaming', isOpen: true, hasData: true, attempt: 0, fruitless }
    case 'yielded':
      return { kind: 'asking', attempt, fruitless }
    case 'none':
      return { kind: 'looking', next: 'stream', attempt, fruitless: Infinity }
    case 'failed':
      if (!event.error.retryable) return { kind: 'failed', error: event.error, attempt, fruitless }
      if (state.kind === 'looking' || state.kind === 'polling') return pause(state, event.error, around)
      return afterStream(state, event, around)
    case 'closed':
    case 'silent':
    case 'hinted':
      return afterStream(state, event, around)
    case 'answered':
      if (state.kind === 'looking' && state.next === 'give up') {
        return { kind: 'spent', error: state.error, attempt, fruitless }
      }
      if (state.kind === 'polling' || fruitless >= maxFruitless) return pollLater(fruitless)
      if (state.kind === 'looking' && state.next === 'rest') return rest({ attempt, fruitless }, around)
      return { kind: 'asking', attempt, fruitless }
    case 'waited':
      if (state.kind === 'waiting' && state.next === 'looking') {
        return { kind: 'looking', next: 'stream', attempt, fruitless }
      }
      return { kind: fruitless < maxFruitless ? 'asking' : 'polling', attempt, fruitless }
    default:
      return event satisfies never
  }
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
  if (event.type === 'hinted' || around.isUrgent) {
    // A service that hints at every connect must not be asked without a pause.
    return { kind: 'looking', next: isFruitless ? 'rest' : 'stream', attempt, fruitless }
  }
  const next = pause({ ...state, fruitless }, error, around)
  return next.kind === 'spent' ? { kind: 'looking', next: 'give up', error, attempt, fruitless } : next
}

/** One more attempt waits its turn, or the budget is spent. */
function pause(state: LoopState, error: InferstreamError | undefined, around: Surroundings): LoopState {
  const { fruitless } = state
  const next = state.kind === 'polling' ? 'asking' : 'looking'
  if (isCutOff(error, around)) {
    const { attempt } = state
    return { kind: 'waiting', connection: 'offline', delay: offlineInterval, retryAt: null, next, attempt, fruitless }
  }
  const attempt = state.attempt + 1
  if (attempt > around.retry.maxAttempts) return { kind: 'spent', error, attempt: state.attempt, fruitless }
  const delay = retryDelay(attempt, around.retry, around.chance, error)
  const retryAt = around.now + delay
  return { kind: 'waiting', connection: 'reconnecting', delay, retryAt, next, attempt, fruitless }
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

function pollLater(fruitless: number): LoopState {
  return {
    kind: 'waiting',
    connection: 'polling',
    delay: pollInterval,
    retryAt: null,
    next: 'asking',
    attempt: 0,
    fruitless,
  }
}

/** What a person sees of it; null where what was shown before still holds. */
export function connectionOf(state: LoopState): { connection: ConnectionState; retryAt: number | null } | null {
  switch (state.kind) {
    case 'streaming':
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
