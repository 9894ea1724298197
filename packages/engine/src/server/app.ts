import { setTimeout as wait } from 'node:timers/promises'
import type { Context } from 'hono'
import { Hono } from 'hono'
import { agentRoutes } from './agent-routes.ts'
import { appRoutes } from './app-routes.ts'
import { chaosPath, chaosRoutes, readRules, refusalResponse } from './chaos-routes.ts'
import { chatRoutes } from './chat-routes.ts'
import { fileRoutes } from './file-routes.ts'
import { corsFor, isAllowedHost, isLoopbackOrigin } from './guard.ts'
import { ProblemError, notFound, problemResponse } from './problems.ts'
import type { Route, ServerEnv } from './route.ts'
import { enveloped } from './route.ts'
import { runRoutes, startsRun } from './run-routes.ts'
import type { Services } from './services.ts'
import { taskRoutes } from './task-routes.ts'
import { toolRoutes } from './tool-routes.ts'

export interface ServerOptions {
  /** The address that the engine is bound to, used to check `Host`. */
  host: string
  requireKey: boolean
}

/** The engine's HTTP surface: a request and Node's objects in, a response out. Never rejects. */
export function createServerApp(services: Services, options: ServerOptions) {
  const app = new Hono<ServerEnv>()
  const routes: Route[] = [
    { method: 'GET', path: '/', open: true, handle: () => enveloped({ name: 'inferstream-engine', apps: '/apps' }) },
    ...runRoutes(services),
    ...taskRoutes(services),
    ...appRoutes(services),
    ...fileRoutes(services),
    ...agentRoutes(services),
    ...chatRoutes(services),
    ...toolRoutes(services),
    ...chaosRoutes(services),
  ]

  /** Applies the delay of the chaos rules, and may refuse the call. */
  const meetChaos = async (context: Context<ServerEnv>): Promise<Response | null> => {
    const query = context.req.query('chaos')
    // Chaos rules sent with a run apply to its task, not to the call that starts it.
    const call = query === undefined || startsRun(context.req.path) ? {} : readRules(query)
    const taskId = /^\/tasks\/([^/]+)/.exec(context.req.path)?.[1]
    const chaos = services.chaos.meet(call, taskId)
    context.set('chaos', chaos)
    if (chaos.rules.delay) await wait(chaos.rules.delay)
    return chaos.refusal ? refusalResponse(chaos.refusal) : null
  }

  app.use(async (context, next) => {
    const origin = context.req.header('origin')
    const host = context.req.header('host')
    if (!isAllowedHost(host, options.host)) return problemResponse(strangeHost)
    const cors = corsFor(origin)
    if (context.req.method === 'OPTIONS') return new Response(null, { status: 204, headers: cors })
    context.set('baseUrl', `http://${host ?? ''}`)
    if (origin !== undefined && context.req.method !== 'GET' && !isLoopbackOrigin(origin)) {
      return problemResponse(strangeOrigin)
    }
    if (context.req.path !== chaosPath) {
      const refusal = await meetChaos(context)
      if (refusal) return withHeaders(refusal, cors)
    }
    await next()
    withHeaders(context.res, cors)
    return undefined
  })

  for (const route of routes) {
    app.on(route.method, route.path, (context) => {
      if (options.requireKey && !route.open && !hasKey(context.req.header('authorization')))
        return problemResponse(noKey)
      return route.handle(context)
    })
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    const allowed = routes.filter((route) => route.path === path).map((route) => route.method)
    app.all(path, (context) =>
      problemResponse({
        status: 405,
        code: 'method_not_allowed',
        title: 'Method not allowed',
        detail: `${context.req.method} is not allowed; ${path.replaceAll(/:(\w+)/g, '{$1}')} takes ${allowed.join(' and ')}.`,
        headers: { allow: allowed.join(', ') },
      }),
    )
  }
  app.notFound((context) =>
    problemResponse(
      notFound(
        `There is no route ${context.req.path.slice(0, 120)}. Runs start with POST /apps/run; GET /apps lists the apps.`,
      ),
    ),
  )
  app.onError((error) => {
    if (error instanceof ProblemError) return problemResponse(error.problem)
    return problemResponse({
      status: 500,
      code: 'internal_error',
      title: 'Internal error',
      detail: `Internal error: ${error.message}. The engine is at fault, not the request.`,
    })
  })
  return (request: Request, env: object) => app.fetch(asProxyTarget(request), env)
}

function withHeaders(response: Response, headers: Record<string, string>): Response {
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
  return response
}

/**
 * A proxied call: the target URL is in a header or the query, and its path is served here, whatever its origin
 * (protocol §9.8).
 */
function asProxyTarget(request: Request): Request {
  const url = new URL(request.url)
  const target = request.headers.get('x-inf-target-url') ?? url.searchParams.get('__inf_target')
  if (target === null || !URL.canParse(target)) return request
  const { pathname, search } = new URL(target)
  return new Request(new URL(pathname + search, url), request)
}

/** Any key is accepted: the engine has no accounts and only checks that there is one. */
function hasKey(authorization: string | undefined): boolean {
  return /^Bearer \S+$/i.test(authorization ?? '')
}

const noKey = {
  status: 401,
  code: 'unauthorized',
  title: 'Unauthorized',
  detail: 'This engine was started with --require-key: send "Authorization: Bearer <any key>".',
}

const strangeHost = {
  status: 403,
  code: 'forbidden',
  title: 'Unknown host',
  detail: 'The Host header is neither this machine nor the address that the engine is bound to (--host).',
}

const strangeOrigin = {
  status: 403,
  code: 'forbidden',
  title: 'Foreign origin',
  detail: 'Only pages on this machine may make changes.',
}
