// bytes → records. Which format it is says the answer's content type, whichever was asked for.
import type { DecoderSink } from './decoder.ts'
import { sseDecoder } from './sse.ts'
import type { WireRecord } from './wire-record.ts'

export interface DecodedRecord extends WireRecord {
  readonly id: string | undefined
  /** As received: an SSE event with a name is told as the NDJSON line of the same meaning. */
  readonly raw: unknown
}

export interface RecordSink {
  /** All records of one chunk, in order; called for every chunk, since bytes of any kind are a sign of life. */
  chunk(records: DecodedRecord[]): void
  /** An id, with or without an event: where to resume. */
  id(id: string): void
  /** ms, not yet clamped. */
  retry(ms: number): void
  warn(message: string): void
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
  sink: RecordSink,
  maxLength: number,
): Promise<{ feed(bytes: Uint8Array): void; end(): void }> {
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
  const flush = () => {
    const batch = records
    records = []
    sink.chunk(batch)
  }
  return {
    feed(bytes) {
      decoder.feed(utf8.decode(bytes, { stream: true }))
      flush()
    },
    end() {
      decoder.feed(utf8.decode())
      decoder.end()
      flush()
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
