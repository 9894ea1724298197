// One stream, from its request to its end.
import type { ConnectionOptions, Followed, Opening, Taken } from './stream-target.ts'
import type { StreamEnd } from './connection-state.ts'
import { createRecordDecoder, formatOf } from '../wire/decode.ts'
import type { DecodedRecord } from '../wire/decode.ts'
import { InferstreamError } from '../core/errors.ts'
import { wrongContent } from '../http/http-error.ts'
import type { Http } from '../http/http.ts'
import { networkError } from '../http/network-error.ts'
import type { Platform, WakeEvent } from '../core/platform.ts'
import type { StreamMemory } from './resume-state.ts'

export interface StreamReader {
  /** Never rejects. */
  readonly ended: Promise<StreamEnd>
  /** Leaves the stream and releases its connection. */
  stop(end: StreamEnd): void
  /** Timers may have lied, or the network changed. */
  wake(event: WakeEvent): void
}

export interface StreamSetup {
  readonly followed: Followed
  readonly http: Http
  readonly options: ConnectionOptions
  readonly platform: Platform
  readonly memory: StreamMemory
  readonly isOver: () => boolean
  readonly onOpened: () => void
  /** The first bytes. */
  readonly onData: () => void
  /** The stream does not begin with the whole: a look is needed meanwhile. */
  readonly onGap: () => void
}

/** ms; a stream that ends sooner, and has told nothing new but the whole, had hardly lived; so had one left sooner for a look. */
const briefLife = 2_000
/** Records taken at once before readers get their turn. */
const slice = 512

export function readStream(setup: StreamSetup): StreamReader {
  const { followed, http, options, platform, memory, isOver } = setup
  const controller = new AbortController()
  const openedAt = platform.now()
  const isBrief = () => platform.now() - openedAt < briefLife
  let lastByteAt = openedAt
  let hasData = false
  let hasNews = false
  let stopped: StreamEnd | null = null

  function stop(end: StreamEnd): void {
    stopped ??= end
    controller.abort()
  }

  function watch(): void {
    const left = lastByteAt + options.idleTimeoutMs - platform.now()
    if (left <= 0) stop({ type: 'silent' })
    else timer = platform.setTimeout(watch, left)
  }
  let timer = platform.setTimeout(watch, options.idleTimeoutMs)

  async function read(): Promise<StreamEnd> {
    const { lastEventId } = memory
    const response = await http.send('GET', `${followed.path}/stream`, {
      stream: true,
      signal: controller.signal,
      headers: {
        Accept: options.format === 'ndjson' ? 'application/x-ndjson' : 'text/event-stream',
        ...(lastEventId ? { 'Last-Event-ID': headerOf(lastEventId) } : {}),
      },
    })
    if (response.status === 204) return { type: 'none' }
    const format = formatOf(response.headers.get('content-type'))
    if (!format || !response.body) {
      await response.body?.cancel()
      return { type: 'failed', error: wrongContent(response, http.to) }
    }
    setup.onOpened()
    let pending: DecodedRecord[] = []
    const decoder = await createRecordDecoder(
      format,
      {
        chunk: (records) => (pending = records),
        id: (id) => (memory.lastEventId = id),
        retry: (ms) => (memory.baseDelay = Math.min(Math.max(ms, 1), 60_000)),
        warn: (message) => followed.warn(message),
      },
      options.maxEventBytes,
    )
    const take = recordIntake(followed, memory, setup.onGap)
    const reader = response.body.getReader()
    try {
      for (;;) {
        const { done, value } = await reader.read()
        lastByteAt = platform.now()
        if (done) decoder.end()
        else decoder.feed(value)
        if (!hasData && !done) {
          hasData = true
          setup.onData()
        }
        for (let from = 0; from < pending.length && !isOver(); from += slice) {
          const taken = take(from === 0 && pending.length <= slice ? pending : pending.slice(from, from + slice))
          hasNews ||= taken.isNews
          if (taken.isHint) return { type: 'hinted', isBrief: isBrief() }
          const pressure = followed.pressure()
          if (pressure) await pressure
        }
        pending = []
        if (isOver()) return { type: 'yielded' }
        if (done) return { type: 'closed', isBrief: !hasNews && isBrief() }
      }
    } finally {
      // Releases the connection wherever the loop was left.
      reader.cancel().catch(() => {})
    }
  }

  const ended = read()
    .catch((error: unknown): StreamEnd => ({ type: 'failed', error: asError(error, http) }))
    .then((end) => stopped ?? end)
    .finally(() => {
      platform.clearTimeout(timer)
      controller.abort()
    })
  return {
    ended,
    stop,
    wake(event) {
      if (event === 'offline') stop({ type: 'failed', error: networkError(http.to, event) })
      else if (platform.now() - lastByteAt >= options.idleTimeoutMs) stop({ type: 'silent' })
    },
  }
}

/** A header's characters are bytes, and an id goes as UTF-8 (HTML, server-sent events, `Last-Event-ID`). */
function headerOf(id: string): string {
  return Array.from(new TextEncoder().encode(id), (byte) => String.fromCharCode(byte)).join('')
}

/** Takes the records of one stream. */
function recordIntake(
  followed: Followed,
  memory: StreamMemory,
  onGap: () => void,
): (records: readonly DecodedRecord[]) => Taken {
  const nothing: Taken = { isHint: false, isNews: false }
  let isFirst = true
  const isResumed = memory.lastEventId !== ''
  memory.streamBegins()
  return (records) => {
    if (followed.onEvent) for (const { raw } of records) followed.onEvent(raw)
    const first = records[0]
    let opening: Opening | null = null
    if (isFirst && first) {
      isFirst = false
      opening = followed.opening(first, isResumed)
      if (opening.isWhole) memory.wholeCame(first)
      if (opening.lacks) onGap()
    }
    const fresh = memory.fresh(records)
    if (fresh.length === 0) return nothing
    try {
      return followed.take(fresh, opening)
    } catch (error) {
      // No fault of the connection: another one would bring the same records.
      followed.warn(`${fresh.length} records could not be taken and were skipped: ${String(error)}`)
      return nothing
    }
  }
}

export function asError(error: unknown, http: Http): InferstreamError {
  return error instanceof InferstreamError ? error : networkError(http.to, error)
}
