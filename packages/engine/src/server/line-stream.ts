import type { LineReader, StreamLine } from '../stream-line.ts'

export type StreamFormat = 'sse' | 'ndjson'

/** Milliseconds in the `retry:` field for a browser's EventSource. */
const retryMs = 1_000
/** Bytes per chunk, and bytes buffered for a slow reader. */
const chunkBytes = 64 * 1_024

export interface LineStreamOptions {
  format: StreamFormat
  heartbeatMs: number
  /** Calls the listener whenever there may be more to read; returns the unsubscribe function. */
  onMore: (listener: () => void) => () => void
}

const encoder = new TextEncoder()

/** Lines as a stream of bytes. Pulled: lines are read only as fast as the reader consumes them. */
export function lineStream(
  reader: LineReader,
  { format, heartbeatMs, onMore }: LineStreamOptions,
): ReadableStream<Uint8Array> {
  const write = format === 'sse' ? writeSse : writeNdjson
  const heartbeat = format === 'sse' ? ': heartbeat\n\n' : '{"type":"heartbeat"}\n'
  let prefix = format === 'sse' ? `retry: ${retryMs}\n` : ''
  let off: (() => void) | undefined
  let timer: NodeJS.Timeout | undefined

  let closed = false

  const stop = () => {
    closed = true
    off?.()
    clearInterval(timer)
  }
  const feed = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    for (;;) {
      // Enqueuing may resolve a pending read, which calls this again: the stream may have been closed in between.
      if (closed || (controller.desiredSize ?? 0) <= 0) return
      let text = ''
      for (let line = reader.next(); line; line = reader.next()) {
        text += prefix + write(line)
        prefix = ''
        if (text.length >= chunkBytes) break
      }
      if (text !== '') controller.enqueue(encoder.encode(text))
      if (!closed && reader.done) {
        stop()
        controller.close()
        return
      }
      if (text === '') return
    }
  }

  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        off = onMore(() => feed(controller))
        timer = setInterval(() => {
          if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(heartbeat))
        }, heartbeatMs)
      },
      pull: feed,
      cancel: stop,
    },
    new ByteLengthQueuingStrategy({ highWaterMark: chunkBytes }),
  )
}

/** A block of protocol §5.2: the payload without `event`, which is the block's own name. */
function writeSse({ id, event, json }: StreamLine): string {
  return `${event === undefined ? '' : `event: ${event}\n`}${id === undefined ? '' : `id: ${id}\n`}data: ${json}\n\n`
}

/** A line of protocol §5.1. */
function writeNdjson({ event, json }: StreamLine): string {
  return event === undefined ? `${json}\n` : `{"event":"${event}","data":${json}}\n`
}
