// https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
import { createParser } from 'eventsource-parser'
import type { Decoder, DecoderSink } from './decoder.ts'

/** Lines of one unfinished event, beyond which it is given up. */
const maxLines = 100_000
/** An event longer than this is fed line by line, so that giving it up loses nothing else. */
const careAbove = 1 << 20
/** Characters fed at once, so that a large chunk of small events is not taken for a large event. */
const pieceLength = 1 << 18
/** Stands for an event that was given up; U+0000 occurs in no JSON text. */
const givenUp = '\0'

export function sseDecoder(sink: DecoderSink, maxLength: number): Decoder {
  /** Characters and lines since the last event. */
  let open = 0
  let lines = 0
  const parser = createParser({
    onEvent({ event, id, data }) {
      open = 0
      lines = 0
      if (data[0] !== givenUp) sink.text(data, event, id)
    },
    onId: (id) => sink.id(id),
    onRetry: (ms) => sink.retry(ms),
  })

  function feedCarefully(text: string): void {
    for (const piece of text.match(/[^\r\n]*(?:\r\n|\r|\n|$)/g) ?? []) {
      if (piece === '') continue
      open += piece.length
      lines++
      parser.feed(piece)
      if (open > maxLength || lines > maxLines) {
        sink.warn(`An event longer than ${maxLength} bytes or ${maxLines} lines was skipped.`)
        // In the middle of an event again, which is marked; a comment swallows the rest of a line begun.
        parser.reset()
        parser.feed(`data:${givenUp}${piece.endsWith('\n') ? '\n' : piece.endsWith('\r') ? '\r' : '\n:'}`)
        open = lines = 0
      }
    }
  }

  function feed(text: string): void {
    if (open + text.length > careAbove || open + text.length > maxLength) {
      feedCarefully(text)
      return
    }
    open += text.length
    const before = open
    parser.feed(text)
    // An event in this chunk: what is open now began within it.
    if (open < before) open = text.length
  }

  return {
    feed(text) {
      for (let from = 0; from < text.length; from += pieceLength) feed(text.slice(from, from + pieceLength))
    },
    // An event without its blank line at the end of the stream is dropped (specification, last step).
    end() {},
  }
}
