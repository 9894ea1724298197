import { defaultEndpoints, parseEndpoints, type Endpoints } from './endpoints.ts'

export interface ProxyOptions {
  /** The key that is added to each request. Default: `INFERENCE_API_KEY`; without either none is sent, which the local engine accepts. */
  apiKey?: string | undefined
  /**
   * The service behind the proxy: https, or http on a loopback address. A path in it is kept.
   * Default: `INFERENCE_BASE_URL`, else `https://api.inference.sh`.
   */
  baseUrl?: string | undefined
  /**
   * Apps and agents that may be run: `ns/name` (any version), or a name with version and function. A regular expression
   * must match the whole of either form. When set, ids of apps, agents and versions are refused. Default: any.
   */
  allowedApps?: readonly (string | RegExp)[] | undefined
  /** What is forwarded, as `METHOD /path/{id}`. Default: `defaultEndpoints`. */
  allowedEndpoints?: readonly string[] | undefined
  /**
   * Who may use the key. Only `true` lets the request pass; a `Response` is sent as it is, anything else is 403. It may read
   * the body. `'public'`: everybody, without the warning in production. Default: everybody.
   */
  authorize?: 'public' | ((request: Request) => boolean | Response | Promise<boolean | Response>) | undefined
  /** Origins of other sites whose pages may call, e.g. `https://app.example.com`; they get the CORS headers. Default: none. */
  allowedOrigins?: readonly string[] | undefined
  limits?:
    | {
        /** Bytes of a request's body. @defaultValue 4 MiB */
        body?: number | undefined
        /** Streams open at the same time. @defaultValue 256 */
        streams?: number | undefined
        /** Milliseconds until the service's answer begins. @defaultValue 30_000 */
        timeout?: number | undefined
      }
    | undefined
  /** Called once a request, when its answer begins. `path` is the service's, without the query. What it throws is ignored. */
  onRequest?: ((entry: { method: string; path: string; status: number; ms: number }) => void) | undefined
  /** Lets `baseUrl` be http on another machine: for private networks, since the key travels in the clear. @defaultValue false */
  allowPrivateUpstream?: boolean | undefined
}

export interface Settings {
  readonly apiKey: string | undefined
  readonly base: URL
  readonly allowedApps: ProxyOptions['allowedApps']
  readonly endpoints: Endpoints
  readonly authorize: ProxyOptions['authorize']
  readonly allowedOrigins: ReadonlySet<string>
  readonly limits: { readonly body: number; readonly streams: number; readonly timeout: number }
  readonly onRequest: ProxyOptions['onRequest']
  readonly isProduction: boolean
}

/** @throws TypeError or RangeError, in one sentence without the key, for an option that makes no sense. */
export function parseOptions(options: ProxyOptions): Settings {
  const env = (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env ?? {}
  const baseUrl = options.baseUrl || env['INFERENCE_BASE_URL']?.trim() || 'https://api.inference.sh'
  const { body = 4 * 1024 * 1024, streams = 256, timeout = 30_000 } = options.limits ?? {}
  checkLimit('body', body)
  checkLimit('streams', streams)
  checkLimit('timeout', timeout)
  if (options.authorize !== undefined && options.authorize !== 'public' && typeof options.authorize !== 'function') {
    throw new TypeError('authorize must be a function or "public".')
  }
  return {
    apiKey: parseKey(options.apiKey || env['INFERENCE_API_KEY']),
    base: parseBaseUrl(baseUrl, options.allowPrivateUpstream === true),
    allowedApps: options.allowedApps?.map(parseApp),
    endpoints: parseEndpoints(options.allowedEndpoints ?? defaultEndpoints),
    authorize: options.authorize,
    allowedOrigins: new Set(options.allowedOrigins?.map(parseOrigin)),
    limits: { body, streams, timeout },
    onRequest: options.onRequest,
    isProduction: env['NODE_ENV'] === 'production',
  }
}

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

function parseBaseUrl(text: string, allowsPrivate: boolean): URL {
  if (!URL.canParse(text) || !/^https?:\/\//i.test(text)) {
    throw new TypeError(
      `Invalid base URL ${JSON.stringify(text)}: write it with its scheme, as https://api.inference.sh.`,
    )
  }
  const url = new URL(text)
  if (url.username || url.password || url.search || url.hash) {
    throw new TypeError('The base URL may not carry credentials, a query or a fragment.')
  }
  if (url.protocol === 'http:' && !allowsPrivate && !loopback.test(url.hostname)) {
    throw new TypeError(
      `The base URL must be https, or http on this machine; it is http://${url.host}. In a private network pass allowPrivateUpstream.`,
    )
  }
  url.pathname = url.pathname.replace(/\/+$/, '')
  return url
}

function parseKey(key: string | undefined): string | undefined {
  const trimmed = key?.trim()
  if (!trimmed) return undefined
  if (!/^[\x21-\x7E]+$/.test(trimmed))
    throw new TypeError('The API key contains characters that a header cannot carry.')
  return trimmed
}

function parseOrigin(text: string): string {
  if (!URL.canParse(text) || new URL(text).origin !== text) {
    throw new TypeError(`Invalid entry ${JSON.stringify(text)} in allowedOrigins: write "https://app.example.com".`)
  }
  return text
}

function parseApp(entry: string | RegExp): string | RegExp {
  if (entry instanceof RegExp || /^[\w.~-]+\/[\w.~-]+([@:][\w.~-]+)*$/.test(entry)) return entry
  throw new TypeError(
    `Invalid entry ${JSON.stringify(entry)} in allowedApps: write "ns/name", or an expression for many.`,
  )
}

function checkLimit(name: string, value: number): void {
  if (typeof value === 'number' && value > 0) return
  throw new RangeError(`limits.${name} must be a number greater than 0.`)
}
