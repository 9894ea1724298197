// Reads one stream, from its request to its end.
import type { Http } from '../http/http-types.ts'
import type { Applied, ConnectionOptions, Opening, StreamTarget } from './stream-target.ts'
import { heldBackAfter } from './connection-state.ts'
import type { StreamEnd } from './connection-state.ts'
import { createRecordDecoder, formatOf } from '../wire/decode.ts'
import type { DecodedRecord } from '../wire/decode.ts'
import { InferstreamError } from '../core/errors.ts'
import { networkError } from '../http/network-error.ts'
import type { Platform, WakeEvent } from '../core/platform.ts'
import type { ResumeState } from './resume-state.ts'

export interface StreamReader {
  /** Never rejects. */
  readonly ended: Promise<StreamEnd>
  /** Ends the stream and releases its connection. */
  stop(end: StreamEnd): void
  /** Timers may be late, or the network has changed. */
  wake(event: WakeEvent): void
}

export interface StreamSetup {
  readonly target: StreamTarget
  readonly http: Http
  readonly options: ConnectionOptions
  readonly platform: Platform
  readonly resume: ResumeState
  readonly isOver: () => boolean
  readonly onOpened: () => void
  /** The first bytes. */
  readonly onData: () => void
  /** No byte for `heldBackAfter`, although the stream may be alive. */
  readonly onHeldBack: () => void
  /** The stream does not begin with a snapshot: a refetch is needed beside it. */
  readonly onGap: () => void
  /** The response is not a stream. */
  readonly onUnreadable: (error: InferstreamError) => void
}

/** ms; a stream is short-lived if it ends sooner with nothing but its snapshot, or is left sooner for a refetch. */
const shortLife = 2_000
/** Records applied at once, before readers get their turn. */
const sliceLength = 512

/** Sends the request at once. */
/** The service, or something in front of it, does not stream this task; GET decides. */
const unstreamable = new Set([304, 405, 406, 415])

export function readStream(setup: StreamSetup): StreamReader {
  const { target, http, options, platform, resume, isOver } = setup
  const controller = new AbortController()
  const openedAt = platform.now()
  const isShortLived = () => platform.now() - openedAt < shortLife
  let lastByteAt = openedAt
  let hasData = false
  let hasNews = false
  let isStopped = false
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  let finish: (end: StreamEnd) => void
  const ended = new Promise<StreamEnd>((resolve) => {
    finish = resolve
  })

  /** Ends at once, also if fetch ignores its signal. */
  function stop(end: StreamEnd): void {
    isStopped = true
    finish(end)
    platform.clearTimeout(timer)
    platform.clearTimeout(heldBack)
    controller.abort()
    reader?.cancel().catch(() => {})
  }

  function watch(): void {
    const left = lastByteAt + options.idleTimeoutMs - platform.now()
    if (left <= 0) stop({ type: 'silent' })
    else timer = platform.setTimeout(watch, left)
  }
  let timer = platform.setTimeout(watch, options.idleTimeoutMs)
  const heldBack = platform.setTimeout(() => setup.onHeldBack(), heldBackAfter)

  async function read(): Promise<StreamEnd> {
    const { lastEventId } = resume
    const response = await http.send('GET', `${target.path}/stream`, {
      stream: true,
      signal: controller.signal,
      headers: {
        Accept: options.format === 'ndjson' ? 'application/x-ndjson' : 'text/event-stream',
        ...(lastEventId ? { 'Last-Event-ID': headerValueOf(lastEventId) } : {}),
      },
    })
    if (isStopped || response.status === 204) {
      response.body?.cancel().catch(() => {})
      return { type: 'none' }
    }
    const format = formatOf(response.headers.get('content-type'))
    if (!format || !response.body) {
      response.body?.cancel().catch(() => {})
      const { wrongContent } = await import('../http/http-error.ts')
      setup.onUnreadable(wrongContent(response, http.to))
      return { type: 'unreadable' }
    }
    setup.onOpened()
    const decoder = await createRecordDecoder(
      format,
      {
        id: (id) => (resume.lastEventId = id),
        retry: (ms) => (resume.baseDelay = Math.min(Math.max(ms, 1), 60_000)),
        warn,
      },
      options.maxEventBytes,
    )
    const applyNext = recordApplier()
    reader = response.body.getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (isStopped) return { type: 'yielded' }
      lastByteAt = platform.now()
      const records = done ? decoder.end() : decoder.feed(value)
      if (!hasData && !done) {
        hasData = true
        platform.clearTimeout(heldBack)
        setup.onData()
      }
      for (let from = 0; from < records.length && !isOver(); from += sliceLength) {
        const applied = applyNext(
          from === 0 && records.length <= sliceLength ? records : records.slice(from, from + sliceLength),
        )
        hasNews ||= applied.hasNews
        if (applied.wantsRefetch) return { type: 'refetch', isShortLived: isShortLived() }
        const pressure = target.pressure()
        if (pressure) await pressure
      }
      if (isOver()) return { type: 'yielded' }
      if (done) return { type: 'closed', isShortLived: !hasNews && isShortLived() }
    }
  }

  function warn(message: string): void {
    target.warn(new InferstreamError('protocol', message))
  }

  /** Applies the records of one stream, chunk by chunk. */
  function recordApplier(): (records: readonly DecodedRecord[]) => Applied {
    const nothing: Applied = { wantsRefetch: false, hasNews: false }
    let isFirst = true
    const isResumed = resume.lastEventId !== ''
    resume.onStreamStart()
    return (records) => {
      if (target.onEvent) for (const { raw } of records) target.onEvent(raw)
      const first = records[0]
      let opening: Opening | null = null
      if (isFirst && first) {
        isFirst = false
        opening = target.onOpening(first, isResumed)
        if (opening.isSnapshot) resume.onSnapshot(first)
        if (opening.needsRefetch) setup.onGap()
      }
      const fresh = resume.dedupe(records)
      if (fresh.length === 0) return nothing
      try {
        return target.onRecords(fresh, opening)
      } catch (error) {
        // Reconnecting would not help: another stream would deliver the same records.
        warn(`${fresh.length} records could not be applied and were skipped: ${String(error)}`)
        return nothing
      }
    }
  }

  // `stop` releases the connection, however the loop ended.
  read().then(stop, (error: unknown) => {
    const failure = connectionError(error, http)
    const isRefused = unstreamable.has(failure.status ?? 0)
    if (isRefused) setup.onUnreadable(failure)
    stop(isRefused ? { type: 'unreadable' } : { type: 'failed', error: failure })
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

/** Encodes an id for a header: header characters are bytes, and the id is sent as UTF-8 (HTML, server-sent events). */
function headerValueOf(id: string): string {
  return Array.from(new TextEncoder().encode(id), (byte) => String.fromCharCode(byte)).join('')
}

export function connectionError(error: unknown, http: Http): InferstreamError {
  return error instanceof InferstreamError ? error : networkError(http.to, error)
}
