import { namesAllowedApps } from './allowed-apps.ts'
import { passAnswer } from './answer.ts'
import { answerPreflight, corsHeaders, isCrossSite } from './cross-site.ts'
import { parseOptions, type ProxyOptions, type Settings } from './options.ts'
import { problem } from './problem.ts'
import { consumed, readBody } from './request-body.ts'
import { askService } from './service.ts'
import { readTarget, targetOf, type Target } from './target.ts'

/**
 * Answers a browser's calls to inference.sh with the server's key added. It goes to one origin only, serves the listed endpoints
 * only, forwards a short list of headers either way, passes streams through piece by piece, and ends the service's request when
 * the browser leaves. A path that ends in `/stream` with `?taskId=` serves a native `EventSource`; every other path the proxy.
 *
 * The returned function never rejects: what goes wrong is a problem+json answer. It keeps nothing between two requests but the
 * number of open streams.
 * @throws TypeError or RangeError for an option that makes no sense, such as a `baseUrl` that is http on another machine.
 */
export function createProxy(options: ProxyOptions = {}): (request: Request) => Promise<Response> {
  const settings = parseOptions(options)
  const streams: StreamCount = { open: 0 }
  let isWarned = settings.authorize !== undefined || !settings.isProduction

  return async (request) => {
    if (!isWarned) {
      isWarned = true
      console.warn(
        '@inferstream/proxy: without `authorize` every visitor of this site can spend the API key. Pass authorize: "public" if that is meant.',
      )
    }
    const start = Date.now()
    const call: Call = { method: request.method, path: '' }
    let response: Response
    try {
      call.path = new URL(request.url).pathname
      response = await respond(request, settings, streams, call)
    } catch {
      response = problem(500, 'The proxy failed.')
    }
    response = withHeaders(response, corsHeaders(request, settings.allowedOrigins))
    try {
      settings.onRequest?.({ ...call, status: response.status, ms: Date.now() - start })
    } catch {
      // What watches the requests must not break them.
    }
    return response
  }
}

interface StreamCount {
  open: number
}

/** What `onRequest` receives. */
interface Call {
  readonly method: string
  path: string
}

async function respond(request: Request, settings: Settings, streams: StreamCount, call: Call): Promise<Response> {
  const { method } = request
  const { endpoints, allowedOrigins, allowedApps, limits, base } = settings
  if (method === 'OPTIONS' && allowedOrigins.size > 0) return answerPreflight(request, allowedOrigins)
  if (!endpoints.methods.has(method)) {
    return problem(405, `${method} is not served here.`, { headers: { allow: [...endpoints.methods].join(', ') } })
  }
  if (isCrossSite(request, allowedOrigins)) return problem(403, 'The request comes from another site.')

  const isEventSource = call.path.endsWith('/stream')
  const target = isEventSource ? eventSourceTarget(request, base) : readTarget(request, base)
  if (target instanceof Response) return target
  call.path = target.path
  if (!endpoints.allows(method, target.path)) return problem(403, `This proxy does not serve ${method} ${target.path}.`)

  const hasBody = method !== 'GET'
  if (hasBody && request.bodyUsed) return consumed()
  if (hasBody && !isJson(request.headers) && !(method === 'DELETE' && request.body === null)) {
    return problem(415, 'The body must be JSON, with content-type: application/json.')
  }
  const refusal = await refusalOf(request, settings.authorize)
  if (refusal) return refusal
  const body = hasBody ? await readBody(request, limits.body) : undefined
  if (body instanceof Response) return body
  if (allowedApps && !namesAllowedApps(allowedApps, { path: target.path, json: body?.json })) {
    return problem(403, 'This proxy does not serve that app.')
  }

  const { bytes, json } = body ?? {}
  if (!isEventSource && !opensStream(target, json)) return forward(request, target, bytes, settings, () => {})
  if (streams.open >= limits.streams) {
    return problem(429, `${limits.streams} streams are open already.`, { headers: { 'retry-after': '1' } })
  }
  streams.open++
  let isOpen = true
  const leave = () => {
    if (isOpen) streams.open--
    isOpen = false
  }
  try {
    if (!isEventSource) return await forward(request, target, bytes, settings, leave)
    // Most sites never use it.
    const { serveEventSource } = await import('./event-source.ts')
    return await serveEventSource(request, target, settings, leave)
  } catch (error) {
    leave()
    throw error
  }
}

/** @param onEnd Called once, when nothing more is to be sent or wanted. */
async function forward(
  request: Request,
  { url }: Target,
  body: Uint8Array<ArrayBuffer> | undefined,
  { apiKey, limits }: Settings,
  onEnd: () => void,
): Promise<Response> {
  const { method, signal } = request
  const headers = new Headers()
  for (const name of ['content-type', 'accept', 'last-event-id', 'x-api-version', 'x-client-source']) {
    const value = request.headers.get(name)
    if (value !== null) headers.set(name, value)
  }
  const answer = await askService({ method, url, headers, apiKey, body, signal, timeout: limits.timeout })
  if (!(answer instanceof Response)) return passAnswer(answer, { method, apiKey, onEnd })
  onEnd()
  return answer
}

function eventSourceTarget(request: Request, base: URL): Target | Response {
  const taskId = new URL(request.url).searchParams.get('taskId') ?? ''
  if (request.method !== 'GET')
    return problem(405, `${request.method} is not served here.`, { headers: { allow: 'GET' } })
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(taskId)) return problem(400, 'The request names no task. Send it as ?taskId=.')
  return targetOf(base, `/tasks/${taskId}/stream`)
}

/** Undefined where the request may pass. */
async function refusalOf(request: Request, authorize: Settings['authorize']): Promise<Response | undefined> {
  if (authorize === undefined || authorize === 'public') return undefined
  let verdict: unknown
  try {
    // A copy, so that it may read the body.
    verdict = await authorize(request.body === null ? request : request.clone())
  } catch (error) {
    console.error('@inferstream/proxy: authorize failed.', error)
    return problem(500, 'Whether you may use this proxy could not be found out.')
  }
  if (verdict === true) return undefined
  return isResponse(verdict) ? verdict : problem(403, 'You may not use this proxy.')
}

/** Not `instanceof`: frameworks bring their own Response. */
function isResponse(value: unknown): value is Response {
  return typeof value === 'object' && value !== null && 'status' in value && 'headers' in value
}

function isJson(headers: Headers): boolean {
  return /^application\/json *(;[^,]*)?$/i.test(headers.get('content-type') ?? '')
}

function opensStream({ path }: Target, json: unknown): boolean {
  return path.endsWith('/stream') || (typeof json === 'object' && json !== null && Reflect.get(json, 'stream') === true)
}

/** Headers of an answer that others made may be fixed, so they go onto a copy. */
function withHeaders(response: Response, headers: Record<string, string>): Response {
  const names = Object.entries(headers)
  if (names.length === 0) return response
  const copy = new Response(response.body, response)
  for (const [name, value] of names) copy.headers.set(name, value)
  return copy
}
