/** Calls back once, before the next paint, or after 100 ms where nothing is painted (a hidden tab, a server). */
export type NextFrame = (callback: () => void) => void

export interface FrameGate {
  /**
   * Calls `flush` at once if nothing was flushed since the last frame, else in the next one, together with all others that
   * wait. `urgent` calls it, and them, at once in any case.
   */
  schedule(flush: () => void, urgent?: boolean): void
}

/**
 * At most one flush a frame, whatever the rate of updates; an update that comes alone is not delayed. A gate that waited
 * for silence would starve under steady load, and one that asks the clock lets two flushes into a slow frame.
 */
export function createFrameGate(nextFrame: NextFrame = beforePaint): FrameGate {
  const waiting = new Set<() => void>()
  let closed = false

  function flushAll() {
    if (!closed) {
      closed = true
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
      waiting.add(flush)
      if (urgent || !closed) flushAll()
    },
  }
}

function beforePaint(callback: () => void) {
  const frame = globalThis.requestAnimationFrame?.(done)
  const timer = setTimeout(done, 100)
  function done() {
    clearTimeout(timer)
    if (frame !== undefined) cancelAnimationFrame(frame)
    callback()
  }
}

/** One gate for the page, so that any number of runs cost one commit a frame. */
export const pageGate = createFrameGate()
