// bytes → records. The response's Content-Type decides the format, regardless of what was requested.
import type { DecoderSink } from './decoder.ts'
import { sseDecoder } from './sse.ts'
import type { WireRecord } from './wire-record.ts'

export interface DecodedRecord extends WireRecord {
  readonly id: string | undefined
  /** As received: an SSE event with a name is told as the NDJSON line of the same meaning. */
  readonly raw: unknown
}

/** What a stream says beside its records. */
export interface StreamSink {
  /** An id, with or without an event: where to resume. */
  id(id: string): void
  /** ms, not yet clamped. */
  retry(ms: number): void
  warn(message: string): void
}

export interface RecordDecoder {
  /** The records that these bytes complete, in order. */
  feed(bytes: Uint8Array): readonly DecodedRecord[]
  /** Those that the clean end of the stream completes. */
  end(): readonly DecodedRecord[]
}

export type StreamFormat = 'sse' | 'ndjson'

/** Undefined for what is no stream of updates. */
export function formatOf(contentType: string | null): StreamFormat | undefined {
  const type = contentType?.split(';')[0]?.trim().toLowerCase()
  if (type === 'text/event-stream') return 'sse'
  return type === 'application/x-ndjson' || type === 'application/jsonl' || type === 'application/ndjson'
    ? 'ndjson'
    : undefined
}

/** A fresh decoder for one connection: half a line of the last one must not glue to the next. */
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
      else refuse(data)
    },
    line(json, isLast) {
      const value = parse(json)
      if (isRecord(value)) {
        const event = eventOf(value)
        records.push({ event, id: undefined, data: event === undefined ? value : dataOf(value), raw: value })
      } else if (!isLast) refuse(json)
    },
    id: (id) => sink.id(id),
    retry: (ms) => sink.retry(ms),
    warn: (message) => sink.warn(message),
  }

  function refuse(json: string): void {
    if (json.trim() !== '') sink.warn(`A record that is no JSON object was skipped: ${json.slice(0, 80)}`)
  }

  const decoder =
    format === 'sse' ? sseDecoder(parsed, maxLength) : (await import('./ndjson.ts')).ndjsonDecoder(parsed, maxLength)
  // The parser drops the byte order mark itself; a decoder that dropped one too would drop two.
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

/** Undefined for what is no JSON. */
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

/** What the SSE event of the same meaning has in `data`: the line without `event`. */
function dataOf(line: object): unknown {
  const { data, fields } = line as { data?: unknown; fields?: unknown }
  return fields === undefined ? data : { data, fields }
}
