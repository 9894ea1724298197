// Runs the states of connection-state.ts: what each of them does is passed in. One loop for HTTP and for every other backend.
import type { Platform, WakeEvent } from '../core/platform.ts'
import type { InferstreamError } from '../core/errors.ts'
import type { RetryPolicy } from '../core/retry-policy.ts'
import type { ConnectionState } from '../core/types.ts'
import { createWaiter } from '../core/waiter.ts'
import { connectionOf, firstState, nextState } from './connection-state.ts'
import type { LoopEvent, LoopState } from './connection-state.ts'

export interface LoopSteps {
  readonly retry: () => RetryPolicy
  /** Whether nothing is left to follow. */
  readonly isOver: () => boolean
  /** See `Env.isUrgent`. */
  readonly isUrgent: () => boolean
  /** See `Env.canAsk`. */
  readonly canAsk: boolean
  /** Waits for a place among the open streams; resolves to false if all are taken. */
  readonly acquire: () => boolean | Promise<boolean>
  /** Follows one stream to its end. Never rejects. */
  readonly stream: () => Promise<LoopEvent>
  /** Asks for what no stream has delivered. Never rejects. */
  readonly ask: (state: Extract<LoopState, { kind: 'syncing' | 'polling' }>) => Promise<LoopEvent>
  readonly onConnection: (connection: ConnectionState, attempt: number, retryAt: number | null) => void
  readonly onWake: (event: WakeEvent) => void
  /** Called when the attempts are exhausted. */
  readonly giveUp: (error: InferstreamError | undefined) => void
  readonly fail: (error: InferstreamError) => void
  /** A step has thrown, which is a fault of its code. */
  readonly onThrown: (thrown: unknown) => void
  /** The loop has ended, for whatever reason. */
  readonly onEnd: () => void
}

export interface ConnectionLoop {
  readonly state: LoopState
  readonly isOver: () => boolean
  readonly dispatch: (event: LoopEvent) => void
  /** Ends the wait before the next attempt. */
  readonly wakeUp: () => void
  /** The loop ends with the step that is under way. */
  readonly close: () => void
}

/** Starts at once: `acquire` is called before this returns, all other steps later. */
export function connectionLoop(steps: LoopSteps, platform: Platform): ConnectionLoop {
  let state: LoopState = firstState
  let isClosed = false
  const { wait, wakeUp } = createWaiter(platform)
  const isOver = () => isClosed || steps.isOver()

  function dispatch(event: LoopEvent): void {
    state = nextState(state, event, {
      retry: steps.retry(),
      now: platform.now(),
      random: platform.random(),
      isOnline: platform.isOnline(),
      isUrgent: steps.isUrgent(),
      canAsk: steps.canAsk,
    })
    const shown = connectionOf(state)
    if (shown && !isOver()) steps.onConnection(shown.connection, state.attempt, shown.retryAt)
  }

  async function run(): Promise<void> {
    while (!isOver()) {
      switch (state.kind) {
        case 'acquiring':
          dispatch({ type: 'slot', isFree: await steps.acquire() })
          break
        case 'streaming':
          dispatch(await steps.stream())
          break
        case 'syncing':
        case 'polling':
          dispatch(await steps.ask(state))
          break
        case 'waiting':
          dispatch({ type: 'waited', isWoken: await wait(state.delay) })
          break
        case 'exhausted':
          steps.giveUp(state.error)
          return
        case 'failed':
          steps.fail(state.error)
          return
        default:
          state satisfies never
      }
    }
  }

  const unsubscribe = platform.onWake((event) => {
    steps.onWake(event)
    if (event !== 'offline') wakeUp()
  })
  void run()
    .catch(steps.onThrown)
    .finally(() => {
      unsubscribe()
      steps.onEnd()
    })

  return {
    get state() {
      return state
    },
    isOver,
    dispatch,
    wakeUp,
    close() {
      isClosed = true
      wakeUp()
      unsubscribe()
    },
  }
}
