// https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
import { createParser } from 'eventsource-parser'
import type { Decoder, DecoderSink } from './decoder.ts'

/** Most lines of one event; a longer event is skipped. */
const maxLines = 100_000
/** A longer event is fed line by line, so that skipping it loses nothing else. */
const lineByLineAbove = 1 << 20
/** Characters fed at once, so that a large chunk of small events is not mistaken for one large event. */
const pieceLength = 1 << 18
/** Marks a skipped event; U+0000 cannot occur in JSON text. */
const skipped = '\0'

export function sseDecoder(sink: DecoderSink, maxLength: number): Decoder {
  /** Characters and lines since the last event. */
  let open = 0
  let lines = 0
  const parser = createParser({
    onEvent({ event, id, data }) {
      open = 0
      lines = 0
      if (data[0] !== skipped) sink.text(data, event, id)
    },
    onId: (id) => sink.id(id),
    onRetry: (ms) => sink.retry(ms),
  })

  function feedLineByLine(text: string): void {
    for (const piece of text.match(/[^\r\n]*(?:\r\n|\r|\n|$)/g) ?? []) {
      if (piece === '') continue
      open += piece.length
      lines++
      parser.feed(piece)
      if (open > maxLength || lines > maxLines) {
        sink.warn(`An event longer than ${maxLength} bytes or ${maxLines} lines was skipped.`)
        // After the reset the parser is put back inside the event, now marked; a comment consumes the rest of a started line.
        parser.reset()
        parser.feed(`data:${skipped}${piece.endsWith('\n') ? '\n' : piece.endsWith('\r') ? '\r' : '\n:'}`)
        open = lines = 0
      }
    }
  }

  function feed(text: string): void {
    if (open + text.length > lineByLineAbove || open + text.length > maxLength) {
      feedLineByLine(text)
      return
    }
    open += text.length
    const before = open
    parser.feed(text)
    // An event ended in this chunk, so the open one began within it.
    if (open < before) open = text.length
  }

  return {
    feed(text) {
      for (let from = 0; from < text.length; from += pieceLength) feed(text.slice(from, from + pieceLength))
    },
    // An event without its blank line at the end of the stream is discarded (specification, last step).
    end() {},
  }
}
