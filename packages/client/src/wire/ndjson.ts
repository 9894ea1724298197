import type { Decoder, DecoderSink } from './decoder.ts'

/** One JSON text per line, ended by LF or CRLF (protocol §5.1). Loaded when a service answers with it. */
export function ndjsonDecoder(sink: DecoderSink, maxLength: number): Decoder {
  // Pieces of an unfinished line, joined once: joining per chunk is quadratic for a line over many chunks.
  let pieces: string[] = []
  let length = 0
  let isFirst = true
  let isSkipping = false

  function take(line: string, isLast: boolean): void {
    if (line.length > maxLength) {
      sink.warn(`A line longer than ${maxLength} bytes was skipped.`)
      return
    }
    if (line !== '' && line !== '\r') sink.line(line, isLast)
  }

  return {
    feed(chunk) {
      let text = chunk
      if (isFirst && text !== '') {
        isFirst = false
        if (text.startsWith('\uFEFF')) text = text.slice(1)
      }
      let start = 0
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
        const rest = text.slice(start, end)
        start = end + 1
        if (isSkipping) {
          isSkipping = false
          continue
        }
        if (pieces.length === 0) take(rest, false)
        else {
          pieces.push(rest)
          take(pieces.join(''), false)
          pieces = []
        }
        length = 0
      }
      if (start === text.length || isSkipping) return
      pieces.push(start === 0 ? text : text.slice(start))
      length += text.length - start
      if (length > maxLength) {
        sink.warn(`A line longer than ${maxLength} bytes was skipped.`)
        pieces = []
        length = 0
        isSkipping = true
      }
    },
    end() {
      if (pieces.length > 0) take(pieces.join(''), true)
      pieces = []
    },
  }
}
