import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createFrameGate } from './frame-gate.ts'

/** A gate whose frames are painted by hand. */
function handCranked() {
  let pending: (() => void)[] = []
  let time = 0
  const gate = createFrameGate({ now: () => time, nextFrame: (callback) => pending.push(callback) })
  const sleep = (ms: number) => {
    time += ms
  }
  const paint = () => {
    const callbacks = pending
    pending = []
    for (const callback of callbacks) callback()
  }
  return { gate, paint, sleep }
}

describe('the frame gate', () => {
  it('lets an update that comes alone through at once', () => {
    const { gate, paint } = handCranked()
    const flush = vi.fn()
    gate.schedule(flush)
    expect(flush).toHaveBeenCalledTimes(1)
    paint()
    gate.schedule(flush)
    expect(flush).toHaveBeenCalledTimes(2)
  })

  it('lets one flush a frame through under any load, and never starves', () => {
    const { gate, paint } = handCranked()
    const flush = vi.fn()
    for (let frame = 0; frame < 60; frame++) {
      for (let update = 0; update < 33; update++) gate.schedule(flush)
      paint()
    }
    // One for each frame, and the one before the first frame.
    expect(flush).toHaveBeenCalledTimes(61)
  })

  it('flushes all that wait in the same frame together', () => {
    const { gate, paint } = handCranked()
    const order: string[] = []
    gate.schedule(() => order.push('first'))
    gate.schedule(() => order.push('a'))
    gate.schedule(() => order.push('b'))
    expect(order).toEqual(['first'])
    paint()
    expect(order).toEqual(['first', 'a', 'b'])
  })

  it('does not delay what is urgent, and takes along what waits', () => {
    const { gate } = handCranked()
    const order: string[] = []
    gate.schedule(() => order.push('first'))
    gate.schedule(() => order.push('progress'))
    gate.schedule(() => order.push('end'), true)
    expect(order).toEqual(['first', 'progress', 'end'])
  })

  it('opens by itself when a frame was promised and never came', () => {
    const { gate, sleep } = handCranked()
    const flush = vi.fn()
    gate.schedule(flush)
    sleep(1000)
    gate.schedule(flush)
    expect(flush).toHaveBeenCalledTimes(2)
  })

  it('runs what a flush schedules in the same pass, once', () => {
    const { gate, paint } = handCranked()
    const group = vi.fn()
    gate.schedule(() => {})
    for (let member = 0; member < 5; member++) gate.schedule(() => gate.schedule(group))
    paint()
    expect(group).toHaveBeenCalledTimes(1)
  })
})

describe('the frame gate of a page', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    vi.stubGlobal('requestAnimationFrame', vi.fn())
    vi.stubGlobal('cancelAnimationFrame', vi.fn())
  })

  afterEach(() => {
    vi.unstubAllGlobals()
    vi.useRealTimers()
  })

  it('flushes within 100 ms where frames never come, as in a hidden tab', () => {
    const gate = createFrameGate()
    const flush = vi.fn()
    gate.schedule(flush)
    gate.schedule(flush)
    vi.advanceTimersByTime(99)
    expect(flush).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(1)
    expect(flush).toHaveBeenCalledTimes(2)
  })
})
