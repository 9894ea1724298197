import type { InferenceClient } from '@inferstream/client'

const names = new WeakMap<InferenceClient, number>()
let count = 0

/**
 * `['inferstream', …parts]`, and the client's number behind them for all but the first client of a page, so that two clients
 * share no query. A server, which has a cache for each request, names none: what it prefetched is found by the page's first.
 */
export function keyOf(client: InferenceClient, ...parts: readonly (string | null)[]): readonly unknown[] {
  const name = nameOf(client)
  return name === 0 ? ['inferstream', ...parts] : ['inferstream', ...parts, { client: name }]
}

function nameOf(client: InferenceClient): number {
  if (typeof window === 'undefined') return 0
  const name = names.get(client) ?? count++
  names.set(client, name)
  return name
}
