// Follows a task or a chat to its end whatever the network does: the table of design §2 "Guaranteed settlement".
import type { ConnectionOptions, Followed } from './stream-target.ts'
import { connectionOf, firstState, isTrial, nextState, pollInterval } from './connection-state.ts'
import type { LoopEvent, LoopState, StreamEnd } from './connection-state.ts'
import { withDeadline } from '../core/deadline.ts'
import type { DecodedRecord, StreamFormat } from '../wire/decode.ts'
import type { InferstreamError } from '../core/errors.ts'
import { networkError } from '../http/network-error.ts'
import { delay } from '../core/retry.ts'
import type { Http } from '../http/http.ts'
import type { Platform } from '../core/platform.ts'
import { asError, readStream } from './stream-reader.ts'
import type { StreamReader } from './stream-reader.ts'
import { acquireSlot } from './stream-slots.ts'
import type { Slot } from './stream-slots.ts'
import { StreamMemory } from './resume-state.ts'
import type { ConnectionState } from '../core/types.ts'

/** Starts at once. The returned function stops following and releases the connection. */
export function follow(followed: Followed, http: Http, options: ConnectionOptions, platform: Platform): () => void {
  let state: LoopState = firstState
  let isClosed = false
  let slot: Slot | null = null
  let stream: StreamReader | null = null
  /** Ends the wait at hand before its time. */
  let wakeUp: (() => void) | null = null
  const closing = new AbortController()
  const memory = new StreamMemory()
  const holder = {
    isQueued: () => followed.isQueued(),
    yield: () => stream?.stop({ type: 'yielded' }),
  }

  const isOver = () => isClosed || followed.isOver()

  function tell(event: LoopEvent): void {
    state = nextState(state, event, {
      retry: { ...http.retry, baseDelay: memory.baseDelay ?? http.retry.baseDelay },
      now: platform.now(),
      chance: platform.random(),
      isOnline: platform.isOnline(),
      isUrgent: followed.isUrgent(),
    })
    const shown = connectionOf(state)
    if (shown && !isOver()) followed.connection(shown.connection, state.attempt, shown.retryAt)
  }

  async function loop(): Promise<void> {
    while (!isOver()) {
      switch (state.kind) {
        case 'asking':
          slot = await acquireSlot(http.origin, options.maxStreams, holder, platform)
          tell({ type: 'slot', isFree: slot !== null })
          break
        case 'streaming':
          tell(await readToItsEnd())
          break
        case 'looking':
          tell(await look(memory.lastEventId !== ''))
          break
        case 'polling': {
          const event = await look(false)
          // The whole was taken: where the last stream ended is no place to go on from.
          if (event.type === 'answered') memory.lastEventId = ''
          tell(event)
          break
        }
        case 'waiting':
          tell({ type: 'waited', isWoken: await wait(state.delay) })
          break
        case 'spent':
          followed.giveUp(state.error)
          return
        case 'failed':
          followed.fail(state.error)
          return
        default:
          state satisfies never
      }
    }
  }

  async function readToItsEnd(): Promise<StreamEnd> {
    stream = readStream({
      followed,
      http,
      options,
      platform,
      memory,
      isOver,
      onOpened: () => tell({ type: 'opened' }),
      onData: () => tell({ type: 'data' }),
      onGap: () => void look(false),
    })
    if (isTrial(state)) void pollBeside(stream)
    const end = await stream.ended
    stream = null
    release()
    return end
  }

  /** A stream that may come to nothing must not keep the run from being asked for. Never rejects. */
  async function pollBeside(trial: StreamReader): Promise<void> {
    const isOn = () => stream === trial && isTrial(state) && !isOver()
    while (isOn()) {
      // oxlint-disable-next-line no-await-in-loop -- once a second
      await delay(platform, pollInterval, closing.signal).catch(() => {})
      // oxlint-disable-next-line no-await-in-loop -- one at a time
      if (isOn()) await look(false)
    }
  }

  /** Asks for the whole. */
  async function look(resumes: boolean): Promise<LoopEvent> {
    try {
      // A request that hangs is as dead as a silent stream.
      await withDeadline(platform, options.idleTimeoutMs, closing.signal, (signal) => followed.look(signal, resumes))
      return { type: 'answered' }
    } catch (error) {
      const typed = asError(error, http)
      return { type: 'failed', error: typed.code === 'aborted' ? networkError(http.to, error) : typed }
    }
  }

  /** True where it was ended before its time. */
  function wait(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (isWoken: boolean) => {
        platform.clearTimeout(timer)
        wakeUp = null
        resolve(isWoken)
      }
      const timer = platform.setTimeout(() => end(false), ms)
      wakeUp = () => end(true)
    })
  }

  function release(): void {
    slot?.release()
    slot = null
  }

  const unsubscribe = platform.onWake((event) => {
    stream?.wake(event)
    if (event !== 'offline') wakeUp?.()
  })

  loop()
    .catch((error: unknown) => followed.fail(asError(error, http)))
    .finally(() => {
      release()
      unsubscribe()
    })

  return function close() {
    isClosed = true
    stream?.stop({ type: 'yielded' })
    closing.abort()
    wakeUp?.()
    unsubscribe()
  }
}
