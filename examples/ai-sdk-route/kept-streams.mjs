// Streams that can be read again from their beginning, as `resumable-stream` keeps them in Redis; here in memory.
const streams = new Map()

/** @returns the signal that `stop` aborts */
export function keep(id) {
  const chunks = []
  const readers = new Set()
  const controller = new AbortController()
  let isClosed = false
  streams.set(id, {
    stop: () => controller.abort(new Error('Stopped.')),
    async fill(sse) {
      for await (const chunk of sse.pipeThrough(new TextEncoderStream())) {
        chunks.push(chunk)
        for (const reader of readers) reader.enqueue(chunk)
      }
      isClosed = true
      for (const reader of readers) reader.close()
    },
    replay() {
      let own
      return new ReadableStream({
        start(reader) {
          own = reader
          for (const chunk of chunks) reader.enqueue(chunk)
          if (isClosed) reader.close()
          else readers.add(reader)
        },
        cancel: () => readers.delete(own),
      })
    },
  })
  return controller.signal
}

export const kept = (id) => streams.get(id)
export const stop = (id) => streams.get(id)?.stop()
