/** Longest wait for a frame, in ms: a hidden tab paints none. */
const longestFrame = 100

export interface FrameClock {
  /** ms */
  readonly now: () => number
  /** Calls back once, before the next paint, or after 100 ms where nothing is painted. */
  readonly nextFrame: (callback: () => void) => void
}

export interface FrameGate {
  /**
   * Calls `flush` at once if nothing was flushed since the last frame, else in the next one, together with all others that
   * wait. `urgent` calls it, and them, at once in any case.
   */
  schedule(flush: () => void, urgent?: boolean): void
  /** Flushes at once what waits. */
  flush(): void
}

/**
 * At most one flush a frame, whatever the rate of updates; an update that comes alone is not delayed. A gate that waited
 * for silence would starve under steady load, and one that only asks the clock lets two flushes into a slow frame.
 */
export function createFrameGate({ now, nextFrame }: FrameClock = pageClock): FrameGate {
  const waiting = new Set<() => void>()
  let closed = false
  let closedAt = 0

  function flushAll() {
    if (!closed) {
      closed = true
      closedAt = now()
      nextFrame(open)
    }
    // What a flush schedules joins this pass: a group of runs hears of its runs in the same commit.
    for (const flush of waiting) {
      waiting.delete(flush)
      flush()
    }
  }

  function open() {
    closed = false
    if (waiting.size > 0) flushAll()
  }

  return {
    schedule(flush, urgent = false) {
      const isFirst = waiting.size === 0
      waiting.add(flush)
      // A frame that is overdue may never come: a test that put back the real timers has taken it away.
      if (isFirst && closed && Math.abs(now() - closedAt) > 2 * longestFrame) open()
      else if (urgent || !closed) flushAll()
    },
    flush() {
      if (waiting.size > 0) flushAll()
    },
  }
}

const pageClock: FrameClock = {
  now: () => performance.now(),
  nextFrame(callback) {
    const frame = globalThis.requestAnimationFrame?.(done)
    const timer = setTimeout(done, longestFrame)
    function done() {
      clearTimeout(timer)
      if (frame !== undefined) globalThis.cancelAnimationFrame?.(frame)
      callback()
    }
  },
}

/** One gate for the page, so that any number of runs cost one commit a frame. */
export const pageGate = createFrameGate()
