import type { Context } from 'hono'
import type { ChaosRules, Refusal } from '../chaos.ts'
import { parseChaos } from '../chaos.ts'
import { isLoopback } from './guard.ts'
import { readJsonObject } from './json-body.ts'
import { ProblemError, invalidRequest, notFound, problemResponse } from './problems.ts'
import type { Route, ServerEnv } from './route.ts'
import { enveloped } from './route.ts'
import type { Services } from './services.ts'

export const chaosPath = '/__chaos'

/** Faults set and cleared while the engine runs; for callers on this machine only. */
export function chaosRoutes({ chaos, limits, tasks, restart }: Services): Route[] {
  return [
    {
      method: 'POST',
      path: chaosPath,
      open: true,
      handle: async (context) => {
        refuseStrangers(context)
        const body = await readJsonObject(context.req.raw, limits.bodyBytes)
        const { restart: pause, ...rules } = readRules(body['rules'])
        const taskId = body['taskId']
        if (taskId !== undefined && (typeof taskId !== 'string' || !tasks.get(taskId))) {
          throw new ProblemError(notFound('There is no task with this taskId.'))
        }
        if (pause !== undefined) restart(pause)
        if (pause === undefined || Object.keys(rules).length > 0) chaos.set(rules, taskId)
        return enveloped({ rules, ...(taskId === undefined ? {} : { taskId }), ...(pause ? { restart: pause } : {}) })
      },
    },
    {
      method: 'DELETE',
      path: chaosPath,
      open: true,
      handle: (context) => {
        refuseStrangers(context)
        chaos.clear(context.req.query('taskId'))
        return enveloped({ rules: chaos.rules })
      },
    },
    {
      method: 'GET',
      path: chaosPath,
      open: true,
      handle: (context) => {
        refuseStrangers(context)
        return enveloped({ rules: chaos.rules })
      },
    },
  ]
}

/** Rules from a call; invalid ones are a 422. */
export function readRules(rules: unknown): ChaosRules {
  try {
    return parseChaos(rules)
  } catch (error) {
    throw new ProblemError(invalidRequest(error instanceof Error ? error.message : String(error), 422))
  }
}

function refuseStrangers(context: Context<ServerEnv>): void {
  const address = context.env.incoming.socket.remoteAddress ?? ''
  if (isLoopback(address.replace(/^::ffff:/, ''))) return
  const detail = 'Chaos rules can be set only from the machine that the engine runs on.'
  throw new ProblemError({ status: 403, code: 'forbidden', title: 'Not a local caller', detail })
}

/** The answer to a call that a chaos rule refuses. */
export function refusalResponse(refusal: Refusal): Response {
  if (refusal === 'html429') {
    const page = '<!doctype html><html><head><title>Too many requests</title></head><body><h1>429</h1></body></html>'
    return new Response(page, { status: 429, headers: { 'content-type': 'text/html', 'retry-after': '1' } })
  }
  const status = Number(refusal.slice(4))
  const detail = `This ${status} was injected by the chaos rule ${refusal}.`
  const code = status === 403 ? 'forbidden' : 'internal_error'
  return problemResponse({ status, code, title: 'Chaos', detail })
}
