import { problem } from './problem.ts'

/**
 * Whether a page of another site sends this. Browsers say so in `Sec-Fetch-Site`, older ones in `Origin`, which is compared
 * with the Host header: the URL of a request line such as `//other.example/` would name the attacker's own host.
 */
export function isCrossSite({ headers, url }: Request, allowedOrigins: ReadonlySet<string>): boolean {
  const origin = headers.get('origin')
  if (origin !== null && allowedOrigins.has(origin)) return false
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site !== 'same-origin' && site !== 'none'
  if (origin === null) return false
  const host = headers.get('host') ?? new URL(url).host
  // The scheme is left out: a proxy in front may have ended TLS.
  return origin !== `https://${host}` && origin !== `http://${host}`
}

/** Answers the question that a browser asks before a request to another origin. */
export function answerPreflight({ headers }: Request, allowedOrigins: ReadonlySet<string>): Response {
  const origin = headers.get('origin')
  if (origin === null || !allowedOrigins.has(origin)) return problem(403, 'The request comes from another site.')
  return new Response(null, {
    status: 204,
    headers: {
      'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers':
        'content-type, accept, last-event-id, x-api-version, x-client-source, x-inf-target-url',
      'access-control-max-age': '600',
    },
  })
}

/** Lets the page of an allowed origin read the answer. */
export function corsHeaders({ headers }: Request, allowedOrigins: ReadonlySet<string>): Record<string, string> {
  const origin = headers.get('origin')
  if (origin === null || !allowedOrigins.has(origin)) return {}
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers':
      'retry-after, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, x-request-id',
    vary: 'origin',
  }
}
