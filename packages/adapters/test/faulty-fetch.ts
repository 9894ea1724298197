// A fetch that damages the streams that a server sends: cut after a number of bytes, or with other bytes of the same meaning.
import type { Wire } from './wire.ts'

export type Cut = 'fin' | 'reset' | 'hang'

export interface FaultyFetch {
  readonly fetch: typeof globalThis.fetch
  /** Bytes of all streams that were delivered. */
  readonly bytes: number
  /** Answers whose body was neither read to its end nor cancelled. */
  readonly open: number
  /** The next streams end after so many bytes in all, one entry a cut. */
  readonly cutAfter: (how: Cut, ...bytes: number[]) => void
  /** The streams that are open break now. */
  readonly drop: () => void
  /** The next request arrives, and its answer does not. */
  readonly loseAnswer: (isFor: (request: { method: string; url: string }) => boolean) => void
  /** Each stream passes through it, event by event. Null for none. */
  rewrite: ((event: string) => string) | null
  /** Streams arrive in pieces of so many bytes. */
  pieceLength: number
  /** Answers in place of the server's, each for the next request that it is meant for. */
  answer(
    isFor: (request: { method: string; url: string }) => boolean,
    response: () => Response | Promise<Response>,
  ): void
}

export function faultyFetch(wire: Wire): FaultyFetch {
  const isStream = wire.isStream ?? ((_request, response) => isEventStream(response))
  const cuts: { how: Cut; left: number }[] = []
  const answers: { isFor: Parameters<FaultyFetch['answer']>[0]; response: () => Response | Promise<Response> }[] = []
  const lost: ((request: { method: string; url: string }) => boolean)[] = []
  const drops = new Set<() => void>()
  const faulty = {
    bytes: 0,
    open: 0,
    rewrite: null as FaultyFetch['rewrite'],
    pieceLength: Infinity,
    cutAfter(how: Cut, ...bytes: number[]) {
      cuts.push(...bytes.map((left) => ({ how, left: Math.floor(left) })))
    },
    drop() {
      for (const drop of drops) drop()
    },
    loseAnswer(isFor: Parameters<FaultyFetch['answer']>[0]) {
      lost.push(isFor)
    },
    answer(isFor: Parameters<FaultyFetch['answer']>[0], response: () => Response | Promise<Response>) {
      answers.push({ isFor, response })
    },
    async fetch(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
      const request = { method: init.method ?? 'GET', url: input instanceof Request ? input.url : String(input) }
      const at = answers.findIndex(({ isFor }) => isFor(request))
      if (at >= 0) return answers.splice(at, 1)[0]!.response()
      const response = await fetch(input, init)
      const lostAt = lost.findIndex((isFor) => isFor(request))
      if (lostAt >= 0) {
        lost.splice(lostAt, 1)
        response.body?.cancel().catch(() => {})
        throw new TypeError('fetch failed')
      }
      if (!response.ok || !response.body || !isStream(request, response)) return response
      return copyOf(response, damaged(response.body, init.signal))
    },
  }

  function damaged(
    body: ReadableStream<Uint8Array>,
    signal: AbortSignal | null | undefined,
  ): ReadableStream<Uint8Array> {
    const reader = body.pipeThrough(rewriting(() => faulty.rewrite)).getReader()
    const cut = cuts.shift()
    let rest: Uint8Array = new Uint8Array()
    faulty.open += 1
    let isReleased = false
    const drop = () => onDrop?.()
    let onDrop: (() => void) | undefined
    const release = () => {
      if (isReleased) return
      isReleased = true
      drops.delete(drop)
      faulty.open -= 1
      reader.cancel().catch(() => {})
    }
    return new ReadableStream<Uint8Array>({
      start(controller) {
        onDrop = () => {
          release()
          controller.error(new TypeError('terminated'))
        }
        drops.add(drop)
        signal?.addEventListener('abort', () => isReleased || drop(), { once: true })
      },
      async pull(controller) {
        if (isReleased) return
        if (cut && cut.left <= 0) {
          if (cut.how === 'hang') return new Promise(() => {})
          release()
          if (cut.how === 'fin') controller.close()
          else controller.error(new TypeError('terminated'))
          return
        }
        if (rest.length === 0) {
          const { done, value } = await reader
            .read()
            .catch((): ReadableStreamReadResult<Uint8Array> => ({ done: true, value: undefined }))
          if (isReleased) return
          if (done) {
            release()
            controller.close()
            return
          }
          rest = value
        }
        const length = Math.min(rest.length, faulty.pieceLength, cut?.left ?? Infinity)
        const piece = rest.subarray(0, length)
        rest = rest.subarray(length)
        if (cut) cut.left -= length
        faulty.bytes += length
        controller.enqueue(piece)
      },
      cancel: release,
    })
  }
  return faulty
}

function isEventStream(response: Response): boolean {
  return response.headers.get('content-type')?.includes('text/event-stream') === true
}

/** `url` is lost by the constructor. */
function copyOf(response: Response, body: ReadableStream<Uint8Array>): Response {
  const { status, headers, url } = response
  const copy = new Response(body, { status, headers })
  Object.defineProperty(copy, 'url', { value: url })
  return copy
}

function rewriting(rewrite: () => FaultyFetch['rewrite']): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder()
  const encoder = new TextEncoder()
  let rest = ''
  return new TransformStream({
    transform(bytes, controller) {
      const change = rewrite()
      if (!change) {
        controller.enqueue(bytes)
        return
      }
      const events = (rest + decoder.decode(bytes, { stream: true })).split('\n\n')
      rest = events.pop() ?? ''
      for (const event of events) controller.enqueue(encoder.encode(change(`${event}\n\n`)))
    },
    flush(controller) {
      if (rest !== '') controller.enqueue(encoder.encode(rest))
    },
  })
}
