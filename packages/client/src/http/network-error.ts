import { InferstreamError } from '../core/errors.ts'

/** Where a request went, for the sentences. */
export interface Destination {
  /** proxyUrl or baseUrl */
  readonly url: string
  readonly isProxy: boolean
  /** A server that is neither the service nor its proxy: the options of `inference()` do not concern it. */
  readonly isOther?: boolean
}

/** fetch itself failed: nobody answered, or the browser did not let us see the answer. */
export function networkError(to: Destination, cause: unknown): InferstreamError {
  const isLocal = /^https?:\/\/(localhost|127\.|\[::1\])/.test(to.url)
  const hint =
    to.isProxy || (isLocal && to.isOther)
      ? 'Is your server running?'
      : to.isOther
        ? 'Check the connection and the address.'
        : isLocal
          ? 'Is the engine running? `npx @inferstream/engine` starts it.'
          : 'Check the connection and baseUrl.'
  return new InferstreamError('network', `No answer from ${to.url}. ${hint}`, { retryable: true, cause })
}
