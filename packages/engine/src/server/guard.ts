import { isIP } from 'node:net'

/** Whether a name or address without port is this machine. */
export function isLoopback(name: string): boolean {
  const host = name.toLowerCase().replace(/^\[|\]$/g, '')
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)
}

/**
 * Whether a request with this `Host` header is answered. It is the only way to recognise a page of another site whose name
 * resolves to this machine (DNS rebinding). An engine bound to all addresses accepts any IP address, as those cannot be
 * rebound.
 */
export function isAllowedHost(header: string | undefined, boundTo: string): boolean {
  const name = nameInHost(header)
  if (name === null) return false
  if (isLoopback(name) || name === boundTo.toLowerCase()) return true
  return (boundTo === '0.0.0.0' || boundTo === '::') && isIP(name.replace(/^\[|\]$/g, '')) !== 0
}

/** Whether an `Origin` is on this machine. */
export function isLoopbackOrigin(origin: string): boolean {
  if (!URL.canParse(origin)) return false
  const url = new URL(origin)
  return (url.protocol === 'http:' || url.protocol === 'https:') && url.origin === origin && isLoopback(url.hostname)
}

function nameInHost(header: string | undefined): string | null {
  const match = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(?::\d{1,5})?$/.exec(header ?? '')
  return match?.[1]?.toLowerCase() ?? null
}

const corsHeaders = {
  'access-control-allow-methods': 'GET, POST, PUT, DELETE',
  'access-control-allow-headers':
    'authorization, content-type, x-client-source, x-inf-target-url, x-api-version, accept, last-event-id, range',
  'access-control-expose-headers': 'retry-after, x-ratelimit-remaining, x-ratelimit-reset, content-range',
  'access-control-allow-credentials': 'true',
  'access-control-max-age': '600',
} as const

/** CORS headers for an origin on this machine; empty for any other (protocol §1). */
export function corsFor(origin: string | undefined): Record<string, string> {
  const vary = { vary: 'Origin' }
  if (origin === undefined || !isLoopbackOrigin(origin)) return vary
  return { ...vary, 'access-control-allow-origin': origin, ...corsHeaders }
}
