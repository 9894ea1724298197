// Follows a task or a chat to its end whatever the network does: the table of design §2 "Guaranteed settlement".
import { createRecordDecoder, formatOf } from './decode.ts'
import type { DecodedRecord, StreamFormat } from './decode.ts'
import { InferstreamError } from './errors.ts'
import { wrongContent } from './http-error.ts'
import { networkError } from './network-error.ts'
import type { Http } from './http.ts'
import type { Platform } from './platform.ts'
import { retryDelay } from './retry.ts'
import { acquireSlot } from './slots.ts'
import type { ConnectionState } from './types.ts'

export interface ConnectionOptions {
  readonly format: StreamFormat
  /** ms */
  readonly idleTimeoutMs: number
  readonly maxStreams: number
  readonly maxEventBytes: number
}

/** What is followed: where it is, and what becomes of what comes. */
export interface Followed {
  /** `GET <path>/stream` is its stream. */
  readonly path: string
  /** Nothing is left to follow. */
  isOver(): boolean
  /** May give its stream to one that needs it more. */
  isQueued(): boolean
  /** What came asks for a look at the whole, without waiting first. */
  isUrgent(): boolean
  connection(connection: ConnectionState, attempt: number, retryAt: number | null): void
  /**
   * Asks for the whole and takes it. Rejects as its requests do.
   * @param resumes the next stream goes on, by id, where the last one ended
   */
  look(signal: AbortSignal, resumes: boolean): Promise<void>
  /** What the first record of a stream says of that stream. */
  opening(first: DecodedRecord, isResumed: boolean): Opening
  /** Records of one chunk; the first ones come with their stream's opening. True asks to leave the stream for a look. */
  take(records: readonly DecodedRecord[], opening: Opening | null): boolean
  /** The budget is spent. */
  giveUp(error: InferstreamError | undefined): void
  /** Ends the following with an error. */
  fail(error: InferstreamError): void
  warn(message: string): void
  /** Set where somebody listens to wire records. */
  readonly onEvent: ((record: unknown) => void) | undefined
  /** Resolves soon: when readers have caught up, or have shown that they are slow. Null when there is nothing to wait for. */
  pressure(): Promise<void> | null
}

export interface Opening {
  /** It begins with the whole: everything in it is new, whatever its number. */
  readonly isWhole: boolean
  readonly isResumed: boolean
  /** A look is needed for what came before it. */
  readonly lacks: boolean
}

/** How one attempt to read the stream ended. */
type Outcome =
  /** The service closed it; `brief` when it had hardly lived. */
  | { kind: 'ended'; brief: boolean }
  /** Not a byte for `idleTimeoutMs`; `mute` when there never was one. */
  | { kind: 'silent'; mute: boolean }
  /** Something in it asks for a look at the whole task. */
  | { kind: 'hinted' }
  /** Another run needs the slot more. */
  | { kind: 'yielded' }
  /** 204: there is no stream for this task. */
  | { kind: 'none' }
  | { kind: 'failed'; error: InferstreamError }

const pollInterval = 1_000
/** Streams in a row that brought nothing, or ended at once, before polling takes over. */
const maxFruitless = 5
/** ms; a stream that ends sooner is one of those. */
const briefLife = 2_000
/** Records taken at once before readers get their turn. */
const slice = 512

/** Starts at once. The returned function stops following and releases the connection. */
export function follow(followed: Followed, http: Http, options: ConnectionOptions, platform: Platform): () => void {
  let isClosed = false
  /** Attempts since data last came. */
  let attempt = 0
  let fruitless = 0
  let canStream = true
  let lastEventId = ''
  /** Ids seen, newest last: what a stream without Last-Event-ID replays is told from what is new. */
  let seenIds: string[] = []
  let baseDelay = http.retry.baseDelay
  /** Aborts the request or stream at hand. */
  let current: AbortController | null = null
  /** Leaves the stream at hand. */
  let stopStream: ((outcome: Outcome) => void) | null = null
  /** Ends the wait at hand. */
  let wakeUp: (() => void) | null = null
  let watch: ((event: 'online' | 'offline' | 'visible') => void) | null = null

  const isOver = () => isClosed || followed.isOver()

  function show(connection: ConnectionState, retryAt: number | null = null): void {
    if (!isOver()) followed.connection(connection, attempt, retryAt)
  }

  function wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = platform.setTimeout(() => wakeUp?.(), ms)
      wakeUp = () => {
        platform.clearTimeout(timer)
        wakeUp = null
        resolve()
      }
    })
  }

  const unsubscribe = platform.onWake((event) => {
    watch?.(event)
    if (event !== 'offline') wakeUp?.()
  })

  function close(): void {
    if (isClosed) return
    isClosed = true
    unsubscribe()
    stopStream?.({ kind: 'yielded' })
    current?.abort()
    wakeUp?.()
  }

  async function loop(): Promise<void> {
    while (!isOver()) {
      const slot = canStream ? await acquireSlot(http.origin, options.maxStreams, holder, platform) : null
      if (!slot) {
        if (!(await poll())) return
        continue
      }
      let outcome: Outcome = { kind: 'yielded' }
      try {
        if (!isOver()) outcome = await readStream()
      } finally {
        slot.release()
      }
      if (isOver()) return
      if (outcome.kind === 'yielded') continue
      if (outcome.kind === 'failed' && !outcome.error.retryable) {
        followed.fail(outcome.error)
        return
      }
      const isFruitless = outcome.kind === 'ended' ? outcome.brief : outcome.kind === 'silent' && outcome.mute
      fruitless = isFruitless ? fruitless + 1 : 0
      if (outcome.kind === 'none' || fruitless >= maxFruitless) canStream = false
      // A hint, or an end whose output is still to come: look at once. So after a lost network, which may be back.
      const isUrgent = outcome.kind === 'hinted' || followed.isUrgent()
      const error = outcome.kind === 'failed' ? outcome.error : undefined
      if (!isUrgent && outcome.kind !== 'none' && !(await pause(error))) return
      if (!(await reconcile())) return
    }
  }

  /** One more attempt: waits its turn, or ends the run with an error once the budget is spent. */
  async function pause(error?: InferstreamError): Promise<boolean> {
    if (error?.code === 'network' && !platform.isOnline()) {
      show('offline')
      // The event is what we wait for; the timer is for browsers that do not tell.
      await wait(30_000)
      return !isOver()
    }
    attempt++
    if (attempt > http.retry.maxAttempts) {
      followed.giveUp(error)
      return false
    }
    const ms = retryDelay(attempt, { ...http.retry, baseDelay }, platform.random(), error)
    show('reconnecting', platform.now() + ms)
    await wait(ms)
    return !isOver()
  }

  /** GET until it answers; true while there is something left to follow. */
  async function reconcile(): Promise<boolean> {
    for (;;) {
      const error = await look()
      if (isOver()) return false
      if (!error) {
        if (http.retry.maxAttempts > 0) return true
        followed.giveUp(undefined)
        return false
      }
      if (!error.retryable) {
        followed.fail(error)
        return false
      }
      if (!(await pause(error))) return false
    }
  }

  /** Asks for the whole. */
  async function look(): Promise<InferstreamError | undefined> {
    const controller = (current = new AbortController())
    // A request that hangs is as dead as a silent stream.
    const timer = platform.setTimeout(() => controller.abort(), options.idleTimeoutMs)
    try {
      await followed.look(controller.signal, lastEventId !== '')
      return undefined
    } catch (error) {
      if (controller.signal.aborted) return networkError(http.to, error)
      return asError(error)
    } finally {
      platform.clearTimeout(timer)
    }
  }

  async function poll(): Promise<boolean> {
    show('polling')
    const error = await look()
    if (isOver()) return false
    if (error) {
      if (error.retryable) return pause(error)
      followed.fail(error)
      return false
    }
    attempt = 0
    show('polling')
    await wait(pollInterval)
    return !isOver()
  }

  const holder = {
    isQueued: () => followed.isQueued(),
    yield: () => stopStream?.({ kind: 'yielded' }),
  }

  async function readStream(): Promise<Outcome> {
    show(attempt > 0 ? 'reconnecting' : 'connecting')
    const controller = (current = new AbortController())
    const openedAt = platform.now()
    let lastByteAt = openedAt
    let hasData = false
    let stopped: Outcome | null = null
    const stop = (outcome: Outcome) => {
      stopped ??= outcome
      controller.abort()
    }
    stopStream = stop
    const watchdog = () => {
      const left = lastByteAt + options.idleTimeoutMs - platform.now()
      if (left <= 0) stop({ kind: 'silent', mute: !hasData })
      else timer = platform.setTimeout(watchdog, left)
    }
    let timer = platform.setTimeout(watchdog, options.idleTimeoutMs)
    watch = (event) => {
      const isStale = platform.now() - lastByteAt >= options.idleTimeoutMs
      if (event === 'offline') stop({ kind: 'failed', error: networkError(http.to, event) })
      else if (isStale) stop({ kind: 'silent', mute: !hasData })
    }
    try {
      const response = await http.send('GET', `${followed.path}/stream`, {
        stream: true,
        signal: controller.signal,
        headers: {
          Accept: options.format === 'ndjson' ? 'application/x-ndjson' : 'text/event-stream',
          ...(lastEventId ? { 'Last-Event-ID': lastEventId } : {}),
        },
      })
      if (response.status === 204) return { kind: 'none' }
      const format = formatOf(response.headers.get('content-type'))
      if (!format || !response.body) {
        await response.body?.cancel()
        return { kind: 'failed', error: wrongContent(response, http.to) }
      }
      show('live')
      let pending: DecodedRecord[] = []
      const decoder = await createRecordDecoder(
        format,
        {
          chunk: (records) => (pending = records),
          id: (id) => (lastEventId = id),
          retry: (ms) => (baseDelay = Math.min(Math.max(ms, 1), 60_000)),
          warn: (message) => followed.warn(message),
        },
        options.maxEventBytes,
      )
      const intake = recordIntake()
      const reader = response.body.getReader()
      try {
        for (;;) {
          const { done, value } = await reader.read()
          lastByteAt = platform.now()
          if (done) decoder.end()
          else decoder.feed(value)
          if (!hasData && !done) {
            hasData = true
            attempt = 0
            show('live')
          }
          for (let from = 0; from < pending.length && !isOver(); from += slice) {
            const outcome = intake(from === 0 && pending.length <= slice ? pending : pending.slice(from, from + slice))
            if (outcome) return outcome
            const pressure = followed.pressure()
            if (pressure) await pressure
          }
          pending = []
          if (isOver()) return { kind: 'yielded' }
          if (done) return { kind: 'ended', brief: platform.now() - openedAt < briefLife }
        }
      } finally {
        // Releases the connection wherever the loop was left.
        reader.cancel().catch(() => {})
      }
    } catch (error) {
      if (stopped) return stopped
      return { kind: 'failed', error: asError(error) }
    } finally {
      platform.clearTimeout(timer)
      watch = null
      stopStream = null
      controller.abort()
    }
  }

  /** Takes the records of one connection; returns an outcome where they ask to leave the stream. */
  function recordIntake(): (records: readonly DecodedRecord[]) => Outcome | undefined {
    let isFirst = true
    const isResumed = lastEventId !== ''
    // Only what an earlier connection has told can be told again.
    let known = seenIds.length > 0 ? new Set(seenIds) : null
    return (batch) => {
      let records = batch
      if (followed.onEvent) for (const { raw } of records) followed.onEvent(raw)
      const first = records[0]
      let opening: Opening | null = null
      if (isFirst && first) {
        isFirst = false
        opening = followed.opening(first, isResumed)
        // After a fresh snapshot everything is new, whatever its number: a service that restarted counts from 1.
        if (opening.isWhole && !(first.id && known?.has(first.id))) known = null
        if (opening.lacks) void look()
      }
      if (records.some(({ id }) => id !== undefined)) {
        records = records.filter(({ id }) => {
          if (id === undefined || id === '') return true
          if (known?.has(id) || id === seenIds.at(-1)) return false
          seenIds.push(id)
          return true
        })
        if (seenIds.length > 20_000) seenIds = seenIds.slice(-10_000)
      }
      if (records.length === 0) return undefined
      return followed.take(records, opening) ? { kind: 'hinted' } : undefined
    }
  }

  function asError(error: unknown): InferstreamError {
    return error instanceof InferstreamError ? error : networkError(http.to, error)
  }

  loop()
    .catch((error: unknown) => followed.fail(asError(error)))
    .finally(unsubscribe)
  return close
}
