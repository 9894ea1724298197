// The interface that the decoders of both formats share.

export interface Decoder {
  feed(text: string): void
  /** The stream has ended cleanly. */
  end(): void
}

/** Receives what a format's decoder finds. */
export interface DecoderSink {
  /** An SSE event. */
  text(data: string, event: string | undefined, id: string | undefined): void
  /** An NDJSON line. The last one may be truncated: it counts only if it parses. */
  line(json: string, isLast: boolean): void
  id(id: string): void
  retry(ms: number): void
  warn(message: string): void
}
