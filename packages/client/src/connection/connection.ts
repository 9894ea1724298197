// Keeps a task or a chat connected until its end, whatever the network does: design §2 "Guaranteed settlement".
import type { Http } from '../http/http-types.ts'
import { withDeadline } from '../core/deadline.ts'
import type { Platform } from '../core/platform.ts'
import { delay } from '../core/retry.ts'
import { connectionLoop } from './connection-loop.ts'
import { isHeldBack, isProbe, pollInterval } from './connection-state.ts'
import type { LoopEvent, StreamEnd } from './connection-state.ts'
import { ResumeState } from './resume-state.ts'
import { connectionError, readStream } from './stream-reader.ts'
import type { StreamReader } from './stream-reader.ts'
import { acquireSlot } from './stream-slots.ts'
import type { Slot } from './stream-slots.ts'
import type { ConnectionOptions, StreamTarget } from './stream-target.ts'

export interface Connection {
  /** Stops following and releases the connection. May be called again. */
  close(): void
  /** From now on the run is polled beside its stream, whose backlog must not delay an end that is already known. */
  accompany(): void
  /** Ends the wait before the next attempt. */
  retryNow(): void
}

/** Connects to `target` and keeps it connected until its end. Starts at once; reports to `target` only. */
export function connect(target: StreamTarget, http: Http, options: ConnectionOptions, platform: Platform): Connection {
  let slot: Slot | null = null
  let stream: StreamReader | null = null
  let isAccompanied = false
  let hasCompanion = false
  let hasWarned = false
  const closing = new AbortController()
  const resume = new ResumeState()
  const holder = {
    isQueued: () => target.isQueued(),
    onHandover() {
      slot = null
      stream?.stop({ type: 'yielded' })
    },
  }

  const loop = connectionLoop(
    {
      retry: () => ({ ...http.retry, baseDelay: resume.baseDelay ?? http.retry.baseDelay }),
      isOver: () => target.isOver(),
      isUrgent: () => target.isUrgent(),
      canAsk: true,
      async acquire() {
        slot = await acquireSlot(http.origin, options.maxStreams, holder, platform)
        return slot !== null
      },
      // The slot may have been handed over before the stream began.
      stream: async () => (slot ? readToEnd() : { type: 'yielded' }),
      async ask({ kind }) {
        if (kind === 'syncing') return request((signal) => target.refetch(signal, resume.lastEventId !== ''))
        const event = await request((signal) => target.poll(signal))
        // A snapshot was applied: the next stream must not resume where the last one ended.
        if (event.type === 'answered') resume.lastEventId = ''
        return event
      },
      onConnection: (...shown) => target.onConnection(...shown),
      onWake: (event) => stream?.wake(event),
      giveUp: (error) => target.giveUp(error),
      fail: (error) => target.fail(error),
      onThrown: (error) => target.fail(connectionError(error, http)),
      onEnd: release,
    },
    platform,
  )
  const { dispatch, isOver } = loop

  async function readToEnd(): Promise<StreamEnd> {
    const reader = readStream({
      target,
      http,
      options,
      platform,
      resume,
      isOver,
      onOpened: () => dispatch({ type: 'opened' }),
      onData: () => dispatch({ type: 'data' }),
      onHeldBack() {
        dispatch({ type: 'held-back' })
        void pollBeside(0)
      },
      onGap: () => void request((signal) => target.refetch(signal, false)),
      onUnreadable(error) {
        if (!hasWarned) target.warn(error)
        hasWarned = true
      },
    })
    stream = reader
    if (isProbe(loop.state)) void pollBeside(pollInterval)
    else if (isAccompanied) void pollBeside(0)
    const end = await reader.ended
    stream = null
    release()
    return end
  }

  const isCompanionNeeded = () =>
    stream !== null && (isProbe(loop.state) || isHeldBack(loop.state) || isAccompanied) && !isOver()

  /** Polls while an open stream may deliver nothing, or too late. One request at a time. Never rejects. */
  async function pollBeside(firstDelay: number): Promise<void> {
    if (hasCompanion) return
    hasCompanion = true
    for (let ms = firstDelay; ; ms = pollInterval) {
      if (!isCompanionNeeded()) break
      if (ms > 0) await delay(platform, ms, closing.signal).catch(() => {})
      if (!isCompanionNeeded()) break
      await request((signal) => target.poll(signal))
    }
    hasCompanion = false
  }

  /** A request that hangs is ended like a silent stream. Never rejects. */
  async function request(send: (signal: AbortSignal) => Promise<void>): Promise<LoopEvent> {
    try {
      await withDeadline(platform, options.idleTimeoutMs, closing.signal, send)
      return { type: 'answered' }
    } catch (error) {
      return { type: 'failed', error: connectionError(error, http) }
    }
  }

  function release(): void {
    slot?.release()
    slot = null
  }

  return {
    close() {
      stream?.stop({ type: 'yielded' })
      closing.abort()
      loop.close()
    },
    retryNow: loop.wakeUp,
    accompany() {
      isAccompanied = true
      if (stream) void pollBeside(0)
    },
  }
}
