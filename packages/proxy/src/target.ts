import { problem } from './problem.ts'

/** Where the browser says that it wants to go: it knows no base URL, so it names the public one (design §5). */
const publicOrigin = 'https://api.inference.sh'

const loopback = /^(localhost|127\.0\.0\.1|\[::1\])$/

/**
 * The URL to fetch for a browser's request: its target (`x-inf-target-url`, or `?__inf_target=` on a stream; protocol §2), with
 * the public origin replaced by the base URL's. Any other origin is refused, since the key would follow it.
 */
export function upstreamUrl(request: Request, baseUrl: URL): URL | Response {
  const target = request.headers.get('x-inf-target-url') ?? new URL(request.url).searchParams.get('__inf_target')
  if (!target) return problem(400, 'The request names no target. Send it in x-inf-target-url or ?__inf_target=.')
  if (!URL.canParse(target)) return problem(400, 'The target is not an absolute URL.')
  const url = new URL(target)
  if (url.username || url.password) return problem(403, 'A target may not carry credentials.')
  if (url.origin !== publicOrigin && url.origin !== baseUrl.origin) {
    return problem(403, 'This proxy serves inference.sh only; the target is on another origin.')
  }
  return new URL(url.pathname + url.search, baseUrl.origin)
}

/** @throws TypeError when the key would travel in the clear. */
export function parseBaseUrl(baseUrl: string): URL {
  const url = new URL(baseUrl)
  if (url.protocol === 'https:' || (url.protocol === 'http:' && loopback.test(url.hostname))) return url
  throw new TypeError(`The base URL must be https, or http on this machine; it is ${url.protocol}//${url.host}.`)
}
