// bytes → records. The response's Content-Type decides the format, regardless of what was requested.
import type { DecoderSink } from './decoder.ts'
import { sseDecoder } from './sse.ts'
import type { WireRecord } from './wire-record.ts'

export interface DecodedRecord extends WireRecord {
  readonly id: string | undefined
  /** The record as received; a named SSE event in the form of the NDJSON line of the same meaning. */
  readonly raw: unknown
}

/** What a stream contains besides records. */
export interface StreamSink {
  /** An id, with or without an event: the position to resume from. */
  id(id: string): void
  /** ms, not yet clamped. */
  retry(ms: number): void
  warn(message: string): void
}

export interface RecordDecoder {
  /** Returns the records that these bytes complete, in order. */
  feed(bytes: Uint8Array): readonly DecodedRecord[]
  /** Returns the records that the clean end of the stream completes. */
  end(): readonly DecodedRecord[]
}

export type StreamFormat = 'sse' | 'ndjson'

/** Undefined for a response that is not a stream of updates. */
export function formatOf(contentType: string | null): StreamFormat | undefined {
  const type = contentType?.split(';')[0]?.trim().toLowerCase()
  if (type === 'text/event-stream') return 'sse'
  return type === 'application/x-ndjson' || type === 'application/jsonl' || type === 'application/ndjson'
    ? 'ndjson'
    : undefined
}

/** Use one decoder per connection: an unfinished line must not be joined with the first bytes of the next stream. */
export async function createRecordDecoder(
  format: StreamFormat,
  sink: StreamSink,
  maxLength: number,
): Promise<RecordDecoder> {
  let records: DecodedRecord[] = []
  const parsed: DecoderSink = {
    text(data, event, id) {
      const value = parse(data)
      if (isRecord(value)) records.push({ event, id, data: value, raw: event ? { event, data: value } : value })
      else skip(data)
    },
    line(json, isLast) {
      const value = parse(json)
      if (isRecord(value)) {
        const event = eventOf(value)
        records.push({ event, id: undefined, data: event === undefined ? value : dataOf(value), raw: value })
      } else if (!isLast) skip(json)
    },
    id: (id) => sink.id(id),
    retry: (ms) => sink.retry(ms),
    warn: (message) => sink.warn(message),
  }

  function skip(json: string): void {
    if (json.trim() !== '') sink.warn(`A record that is not a JSON object was skipped: ${json.slice(0, 80)}`)
  }

  const decoder =
    format === 'sse' ? sseDecoder(parsed, maxLength) : (await import('./ndjson.ts')).ndjsonDecoder(parsed, maxLength)
  // The parser drops the byte order mark; without `ignoreBOM` a second one would be lost as well.
  const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
  const decode = (text: string) => {
    decoder.feed(text)
    const completed = records
    records = []
    return completed
  }
  return {
    feed: (bytes) => decode(utf8.decode(bytes, { stream: true })),
    end() {
      const last = decode(utf8.decode())
      decoder.end()
      return records.length === 0 ? last : [...last, ...records]
    },
  }
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** Undefined for invalid JSON. */
function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

function eventOf(value: object): string | undefined {
  const event = 'event' in value ? value.event : undefined
  return typeof event === 'string' && 'data' in value ? event : undefined
}

/** The `data` that the SSE event of the same meaning would have: the line without `event`. */
function dataOf(line: object): unknown {
  const { data, fields } = line as { data?: unknown; fields?: unknown }
  return fields === undefined ? data : { data, fields }
}
