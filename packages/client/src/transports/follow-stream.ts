// Reads one stream of a backend of one's own, from its beginning to its end.
import type { StreamEnd } from '../connection/connection-state.ts'
import { InferstreamError } from '../core/errors.ts'
import type { Platform, Timer, WakeEvent } from '../core/platform.ts'
import { backendError } from './backend-error.ts'

/** ms; a stream that ends sooner counts as empty. */
const shortLife = 1_000
/** Updates applied at once, before readers get their turn. */
const sliceLength = 512

export interface StreamHandle {
  /** Never rejects. */
  readonly ended: Promise<StreamEnd>
  readonly leave: (end: StreamEnd) => void
  /** Timers may be late, or the network has changed. */
  readonly wake: (event: WakeEvent) => void
}

interface StreamSetup {
  readonly open: (signal: AbortSignal) => AsyncIterable<unknown>
  readonly onOpened: () => void
  /** @param position of the first value, in the stream */
  readonly onValues: (values: readonly unknown[], position: number) => void
  readonly isOver: () => boolean
  readonly pressure: () => Promise<void> | null
  readonly idleTimeoutMs: number
  readonly platform: Platform
  readonly taskId?: string
}

/** Starts at once. */
export function followStream(setup: StreamSetup): StreamHandle {
  const { open, onOpened, onValues, isOver, pressure, idleTimeoutMs, platform, taskId } = setup
  const controller = new AbortController()
  const openedAt = platform.now()
  let updatedAt = openedAt
  let isLeft = false
  let timer: Timer | undefined
  let iterator: AsyncIterator<unknown> | undefined
  let finish: (end: StreamEnd) => void
  const ended = new Promise<StreamEnd>((resolve) => {
    finish = resolve
  })

  function leave(end: StreamEnd): void {
    if (isLeft) return
    isLeft = true
    platform.clearTimeout(timer)
    finish(end)
    controller.abort()
    // A backend that does not look at its signal is left at its next update.
    void Promise.resolve(iterator?.return?.()).catch(() => {})
  }

  function watch(): void {
    const left = updatedAt + idleTimeoutMs - platform.now()
    if (left <= 0) leave({ type: 'silent' })
    else timer = platform.setTimeout(watch, left)
  }

  async function read(): Promise<void> {
    const opened: unknown = open(controller.signal)
    if (!isIterable(opened)) {
      const message = 'follow() of the backend returned no async iterable: declare it as `async *follow()`.'
      throw new InferstreamError('config', message, { taskId })
    }
    iterator = opened[Symbol.asyncIterator]()
    onOpened()
    let position = 0
    for (;;) {
      const { done, value } = await iterator.next()
      if (isLeft) return
      updatedAt = platform.now()
      if (done) break
      const batch: readonly unknown[] = Array.isArray(value) ? value : [value]
      for (let from = 0; from < batch.length && !isOver(); from += sliceLength) {
        onValues(batch.slice(from, from + sliceLength), position + from)
        const waiting = pressure()
        if (waiting) await waiting
        if (isLeft) return
      }
      if (isOver()) break
      position += batch.length
    }
    leave({ type: 'closed', isShortLived: platform.now() - openedAt < shortLife })
  }

  watch()
  read().catch((thrown: unknown) => leave({ type: 'failed', error: backendError(thrown, taskId) }))
  return {
    ended,
    leave,
    wake(event) {
      if (event === 'offline') {
        const error = new InferstreamError('network', 'The network is down.', { retryable: true, taskId })
        leave({ type: 'failed', error })
      } else if (platform.now() - updatedAt >= idleTimeoutMs) leave({ type: 'silent' })
    },
  }
}

function isIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}
