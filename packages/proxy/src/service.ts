import { problem } from './problem.ts'

export interface ServiceRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Headers
  readonly apiKey: string | undefined
  readonly body?: Uint8Array<ArrayBuffer> | undefined
  /** Aborts when the browser has gone. */
  readonly signal: AbortSignal
  /** Milliseconds until the answer begins. */
  readonly timeout: number
}

export interface ServiceAnswer {
  readonly response: Response
  /** Ends the time limit: from here the answer may take as long as it likes. */
  readonly began: () => void
  /** Ends the request, wherever it is. */
  readonly abort: () => void
  /** What the browser gets when the body cannot be read to its end. */
  readonly problemOf: (error: unknown) => Response
}

/** Asks the service once; what is known not to have been sent on a connection that had just been closed, once more. */
export async function askService(request: ServiceRequest): Promise<ServiceAnswer | Response> {
  const { method, url, headers, apiKey, body, signal, timeout } = request
  if (apiKey) headers.set('authorization', `Bearer ${apiKey}`)
  const controller = new AbortController()
  const abort = () => controller.abort()
  let isLate = false
  // Beyond what a timer can hold it would fire at once.
  const timer = setTimeout(
    () => {
      isLate = true
      abort()
    },
    Math.min(timeout, 2 ** 31 - 1),
  )
  const began = () => clearTimeout(timer)
  if (signal.aborted) abort()
  else signal.addEventListener('abort', abort, { once: true })

  const problemOf = (error: unknown): Response => {
    began()
    if (isLate) {
      return problem(504, `The inference service did not answer within ${timeout} ms.`, { kind: 'timeout' })
    }
    const hint = url.protocol === 'http:' ? `; is the engine running at ${url.origin}?` : '.'
    return wasNotSent(error)
      ? problem(502, `The inference service does not answer${hint}`, { kind: 'not-sent' })
      : problem(502, `The answer of the inference service was lost${hint}`, { kind: 'answer-lost' })
  }

  const ask = () =>
    fetch(url, { method, headers, body: body?.length ? body : null, redirect: 'manual', signal: controller.signal })
  try {
    const response = await ask().catch((error: unknown) => {
      if (hasWrittenNothing(error) && !controller.signal.aborted) return ask()
      throw error
    })
    return { response, began, abort, problemOf }
  } catch (error) {
    return problemOf(error)
  }
}

/** Node's fetch keeps what it knows in `cause`; other runtimes tell nothing, and what is not known may have been sent. */
function causeOf(error: unknown): object {
  const cause = error instanceof Error ? error.cause : undefined
  return typeof cause === 'object' && cause !== null ? cause : {}
}

/** A pooled connection was found closed: undici shows the socket, and how much was written to it. */
function hasWrittenNothing(error: unknown): boolean {
  const socket: unknown = Reflect.get(causeOf(error), 'socket')
  return typeof socket === 'object' && socket !== null && Reflect.get(socket, 'bytesWritten') === 0
}

const unsentCodes = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** No connection came about: the name is unknown, it was refused, or it is not whom it claims to be. */
function wasNotSent(error: unknown): boolean {
  const cause = causeOf(error)
  const [code, syscall]: unknown[] = [Reflect.get(cause, 'code'), Reflect.get(cause, 'syscall')]
  return (
    hasWrittenNothing(error) ||
    syscall === 'connect' ||
    syscall === 'getaddrinfo' ||
    (typeof code === 'string' && (unsentCodes.has(code) || /^ERR_TLS_|^CERT_|_CERT(_|$)|UNABLE_TO_VERIFY/.test(code)))
  )
}
