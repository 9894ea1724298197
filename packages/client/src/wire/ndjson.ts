import type { Decoder, DecoderSink } from './decoder.ts'

/** One JSON text per line, ended by LF or CRLF (protocol §5.1). Loaded when a response has this format. */
export function ndjsonDecoder(sink: DecoderSink, maxLength: number): Decoder {
  // The pieces of an unfinished line are joined once: joining per chunk is quadratic for a line of many chunks.
  let pieces: string[] = []
  let length = 0
  let isFirst = true
  let isSkipping = false

  function emit(line: string, isLast: boolean): void {
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
        if (pieces.length === 0) emit(rest, false)
        else {
          pieces.push(rest)
          emit(pieces.join(''), false)
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
      if (pieces.length > 0) emit(pieces.join(''), true)
      pieces = []
    },
  }
}
