// A clock that jumps to the next timer as soon as nothing else is left to do, so that hours take minutes. Loaded first.
let now = Date.now()
let nextId = 1
const timers = new Map()
const RealDate = Date
const { port1, port2 } = new MessageChannel()
const waiting = []
port1.addEventListener('message', () => waiting.shift()())
port1.start()
/** Lets streams, promises and React do what they can without a clock. */
const task = () =>
  new Promise((resolve) => {
    waiting.push(resolve)
    port2.postMessage(null)
  })

globalThis.setTimeout = (callback, delay = 0, ...args) => {
  timers.set(nextId, { at: now + Math.max(0, delay), callback: () => callback(...args) })
  return nextId++
}
globalThis.clearTimeout = (id) => void timers.delete(id)
globalThis.requestAnimationFrame = (callback) => setTimeout(() => callback(now), 16)
globalThis.cancelAnimationFrame = globalThis.clearTimeout
globalThis.Date = class extends RealDate {
  constructor(...args) {
    super(...(args.length === 0 ? [now] : args))
  }
  static now() {
    return now
  }
}

export const clock = {
  /** ms since the page was loaded */
  elapsed: () => now - start,
  timers: () => timers.size,
}
const start = now

/** Runs until `isDone`. */
export async function run(isDone) {
  while (!isDone()) {
    for (let turn = 0; turn < 4; turn++) await task()
    let next = null
    for (const [id, timer] of timers) if (next === null || timer.at < next.at) next = { id, ...timer }
    if (next === null) continue
    timers.delete(next.id)
    now = Math.max(now, next.at)
    next.callback()
  }
}
