/**
 * What a browser needs of inference.sh, as `METHOD /path/{id}`. Not in it, because it shows the whole account:
 * `POST /tasks/list`.
 */
export const defaultEndpoints: readonly string[] = Object.freeze([
  'POST /apps/run',
  'GET /apps/{ns}/{name}',
  'POST /files',
  'GET /tasks/{id}',
  'GET /tasks/{id}/status',
  'GET /tasks/{id}/logs',
  'GET /tasks/{id}/stream',
  'POST /tasks/{id}/cancel',
  'GET /agents/{ns}/{name}',
  'POST /agents/run',
  'POST /chats',
  'GET /chats/{id}',
  'GET /chats/{id}/status',
  'GET /chats/{id}/messages',
  'POST /chats/{id}/messages',
  'GET /chats/{id}/stream',
  'POST /chats/{id}/agent',
  'POST /chats/{id}/stop',
  'POST /chats/messages/{id}/cancel',
  'POST /chats/{id}/tools/{id}/always-allow',
  'POST /tools/{id}',
  'POST /tools/{id}/invoke',
  'POST /tools/{id}/reject',
  'POST /interrupts/{id}/resolve',
  'GET /agent-runs/{id}/interrupts',
])

export interface Endpoints {
  /** Methods that at least one endpoint has. */
  readonly methods: ReadonlySet<string>
  /** Whether the path, with nothing percent-encoded in it, is one of the endpoints. */
  allows(method: string, path: string): boolean
}

/** Ids, and names with a version and a function: `veo@1.2:run`. Percent-encoding has no place in either. */
const segment = '[A-Za-z0-9_-][A-Za-z0-9_.~@:-]{0,199}'

/** @throws TypeError for an entry that is not `METHOD /path/{id}`, or for a method that the proxy does not forward. */
export function parseEndpoints(entries: readonly string[]): Endpoints {
  const patterns = new Map<string, RegExp[]>()
  for (const entry of entries) {
    const match = /^(GET|POST|PUT|PATCH|DELETE) ((?:\/(?:[A-Za-z0-9_.~@:-]+|\{[A-Za-z]+\}))+)$/.exec(entry)
    const [, method, path] = match ?? []
    if (!method || !path || /\/\.{1,2}(\/|$)/.test(path)) {
      throw new TypeError(`Invalid entry ${JSON.stringify(entry)} in allowedEndpoints: write "GET /tasks/{id}".`)
    }
    const source = path.replaceAll('.', '\\.').replaceAll(/\{[A-Za-z]+\}/g, segment)
    patterns.set(method, [...(patterns.get(method) ?? []), new RegExp(`^${source}$`)])
  }
  return {
    methods: new Set(patterns.keys()),
    allows: (method, path) => patterns.get(method)?.some((pattern) => pattern.test(path)) ?? false,
  }
}
