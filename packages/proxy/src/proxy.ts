import { problem } from './problem.ts'
import { parseBaseUrl, upstreamUrl } from './target.ts'

export interface ProxyOptions {
  /** The key that is added to each request. Default: `INFERENCE_API_KEY`; without either none is sent, which the local engine accepts. */
  apiKey?: string
  /** The service behind the proxy: https, or http on a loopback address. Default: `INFERENCE_BASE_URL`, else `https://api.inference.sh`. */
  baseUrl?: string
}

const requestHeaders = ['content-type', 'accept', 'last-event-id', 'x-api-version', 'x-client-source']
const responseHeaders = ['content-type', 'cache-control', 'retry-after', 'x-request-id']
const methods = new Set(['GET', 'POST', 'DELETE'])

/**
 * Answers a browser's call to inference.sh with the server's key added (protocol §2). It goes to one origin only, forwards a short
 * list of headers either way, passes streams through piece by piece and ends the upstream request when the browser leaves.
 * The returned function never rejects: what goes wrong is a problem+json answer.
 *
 * Who may call it and which endpoints it serves is not decided here yet: see SECURITY.md before it faces the internet.
 * @throws TypeError when `baseUrl` is not https (http on this machine is allowed).
 */
export function createProxy(options: ProxyOptions = {}): (request: Request) => Promise<Response> {
  const baseUrl = parseBaseUrl(options.baseUrl ?? process.env['INFERENCE_BASE_URL'] ?? 'https://api.inference.sh')
  const apiKey = options.apiKey ?? process.env['INFERENCE_API_KEY']

  return async (request) => {
    if (!methods.has(request.method)) return problem(405, `${request.method} is not served here.`)
    if (isCrossSite(request)) return problem(403, 'The request comes from another site.')
    const url = upstreamUrl(request, baseUrl)
    if (url instanceof Response) return url

    const headers = pick(request.headers, requestHeaders)
    if (apiKey) headers.set('authorization', `Bearer ${apiKey}`)
    try {
      const response = await fetch(url, {
        method: request.method,
        headers,
        body: request.method === 'GET' ? null : await request.arrayBuffer(),
        redirect: 'manual',
        signal: request.signal,
      })
      if (response.status >= 300 && response.status < 400) return problem(502, 'The service answered with a redirect.')
      return new Response(response.body, { status: response.status, headers: pick(response.headers, responseHeaders) })
    } catch {
      return problem(
        502,
        `The inference service does not answer${isLocal(baseUrl) ? `; is the engine running at ${baseUrl.origin}?` : '.'}`,
      )
    }
  }
}

function pick(from: Headers, names: readonly string[]): Headers {
  const headers = new Headers()
  for (const name of names) {
    const value = from.get(name)
    if (value !== null) headers.set(name, value)
  }
  return headers
}

/** Browsers say where a request comes from; other callers say nothing and pass. */
function isCrossSite(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site')
  if (site !== null) return site !== 'same-origin' && site !== 'none'
  const origin = request.headers.get('origin')
  return origin !== null && origin !== new URL(request.url).origin
}

const isLocal = (url: URL): boolean => url.protocol === 'http:'
