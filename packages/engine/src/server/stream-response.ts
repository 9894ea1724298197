import type { Context } from 'hono'
import type { LineReader } from '../stream-line.ts'
import { disturb, disturbsStreams } from './chaos-stream.ts'
import type { LineStreamOptions, StreamFormat } from './line-stream.ts'
import { lineStream } from './line-stream.ts'
import type { ServerEnv } from './route.ts'

export interface StreamResponseOptions extends Omit<LineStreamOptions, 'format'> {
  /** Creates the reader for a caller that resumes from a position, or is new. */
  read: (lastEventId: number | null) => LineReader
}

/** A stream in the format that the caller accepts, with injected faults. */
export function streamResponse(context: Context<ServerEnv>, { read, ...options }: StreamResponseOptions): Response {
  const format = streamFormat(context.req.header('accept'))
  const headers = streamHeaders[format]
  if (context.req.raw.method === 'HEAD') return new Response(null, { headers })
  const reader = read(eventId(context.req.header('last-event-id') ?? context.req.query('last_event_id')))
  const stream = lineStream(reader, { ...options, format })
  const { rules, random } = context.var.chaos
  const reset = () => context.env.incoming.socket.resetAndDestroy()
  const body = disturbsStreams(rules) ? disturb(stream, { rules, format, random, reset }) : stream
  return new Response(body, { headers })
}

/** A position issued by this engine; anything else starts the stream from the beginning. */
function eventId(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null
}

/** NDJSON if requested, else SSE (protocol §5). */
function streamFormat(accept: string | undefined): StreamFormat {
  return /\bapplication\/(?:x-ndjson|jsonl)\b/i.test(accept ?? '') ? 'ndjson' : 'sse'
}

/** Proxies must not cache, buffer or compress a stream (protocol §9.6). */
const shared = { 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' }
const streamHeaders: Readonly<Record<StreamFormat, Record<string, string>>> = {
  sse: { ...shared, 'content-type': 'text/event-stream' },
  ndjson: { ...shared, 'content-type': 'application/x-ndjson' },
}
