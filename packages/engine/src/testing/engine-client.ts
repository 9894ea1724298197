/* oxlint-disable typescript/no-unsafe-type-assertion -- a test's reading of the wire: what it asserts is what is tested */
// A plain client for the tests: it reads the raw wire, without @inferstream/client.

export interface WireLine {
  id: string | null
  event: string | null
  /** The parsed payload; null for a heartbeat. */
  payload: Record<string, unknown> | null
}

export interface StreamRequest {
  format?: 'sse' | 'ndjson'
  lastEventId?: string
  query?: string
  signal?: AbortSignal
}

export type Dto = Record<string, unknown> & {
  id: string
  status: number
  updated_at: string
  events: { status: number; event_time: string }[]
  logs: { log_type: number; content: string }[]
}

export async function call(url: string, method: string, path: string, body?: unknown, headers: HeadersInit = {}) {
  const response = await fetch(url + path, {
    method,
    headers,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, json: parse(text) }
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return {}
  }
}

/** Starts a run and returns its id. */
export async function start(url: string, app: string, input: unknown = {}, more: object = {}): Promise<string> {
  const { status, json, text } = await call(url, 'POST', '/apps/run', { app, input, ...more })
  if (status !== 200) throw new Error(`The run was refused: ${status} ${text}`)
  return (json['data'] as { id: string }).id
}

export async function get(url: string, id: string): Promise<Dto> {
  return (await call(url, 'GET', `/tasks/${id}`)).json['data'] as Dto
}

/** The stream's lines until it is closed; a reset connection throws. */
export function stream(url: string, id: string, request: StreamRequest = {}): AsyncGenerator<WireLine> {
  return streamOf(`${url}/tasks/${id}/stream`, request)
}

export async function* streamOf(address: string, request: StreamRequest = {}): AsyncGenerator<WireLine> {
  const { format = 'sse', lastEventId, query = '', signal } = request
  const response = await fetch(address + query, {
    headers: {
      accept: format === 'sse' ? 'text/event-stream' : 'application/x-ndjson',
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
    ...(signal ? { signal } : {}),
  })
  if (!response.ok || !response.body) throw new Error(`The stream was refused: ${response.status}`)
  const mark = format === 'sse' ? '\n\n' : '\n'
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true })
    for (let end = text.indexOf(mark); end >= 0; end = text.indexOf(mark)) {
      yield format === 'sse' ? readBlock(text.slice(0, end)) : readLine(text.slice(0, end))
      text = text.slice(end + mark.length)
    }
  }
}

function readBlock(block: string): WireLine {
  const field = (name: string) => {
    const line = block.split('\n').find((candidate) => candidate.startsWith(`${name}: `))
    return line === undefined ? null : line.slice(name.length + 2)
  }
  const data = field('data')
  return { id: field('id'), event: field('event'), payload: data === null ? null : parse(data) }
}

function readLine(line: string): WireLine {
  const payload = parse(line)
  if (payload['type'] === 'heartbeat') return { id: null, event: null, payload: null }
  if (typeof payload['event'] !== 'string') return { id: null, event: null, payload }
  return { id: null, event: payload['event'], payload: payload['data'] as Record<string, unknown> }
}

export async function collect(url: string, id: string, request: StreamRequest = {}): Promise<WireLine[]> {
  const lines: WireLine[] = []
  for await (const line of stream(url, id, request)) lines.push(line)
  return lines
}

/** Reads the stream until a line matches, then disconnects. */
export async function readUntil(
  url: string,
  id: string,
  enough: (line: WireLine, lines: WireLine[]) => boolean,
  request: StreamRequest = {},
): Promise<WireLine[]> {
  const lines: WireLine[] = []
  for await (const line of stream(url, id, request)) {
    lines.push(line)
    if (enough(line, lines)) break
  }
  return lines
}

/** The changes in the lines: whole objects and partials. */
export function dataOf(line: WireLine): Record<string, unknown> {
  const { payload } = line
  if (!payload || line.event !== null) return {}
  return Array.isArray(payload['fields']) ? (payload['data'] as Record<string, unknown>) : payload
}

/** Resolves when the task has the status, or a later one. */
export async function reached(url: string, id: string, status: number): Promise<void> {
  await readUntil(url, id, (line) => Number(dataOf(line)['status'] ?? 0) >= status)
}

/** The last state of a task for a reader of the lines: a shallow merge (protocol §5.1). */
export function merged(lines: readonly WireLine[]): Dto {
  return Object.assign({}, ...lines.map(dataOf)) as Dto
}

export function decode(content: string): string {
  return Buffer.from(content, 'base64').toString()
}
