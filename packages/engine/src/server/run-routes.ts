import { Validator } from '@cfworker/json-schema'
import type { App, JsonObject } from '../apps/app.ts'
import { findApp, nearNames } from '../apps/catalogue.ts'
import type { Session } from '../tasks/sessions.ts'
import { defaultSessionTimeout } from '../tasks/sessions.ts'
import { Task } from '../tasks/task.ts'
import { taskResultDto } from '../tasks/task-dto.ts'
import { appIds, appOfVersion } from './app-dto.ts'
import { readRules } from './chaos-routes.ts'
import { isObject, readJsonObject } from './json-body.ts'
import type { InputError } from './problems.ts'
import { ProblemError, invalidInput, invalidRequest, notFound, problemResponse } from './problems.ts'
import type { Route } from './route.ts'
import { enveloped } from './route.ts'
import type { Services } from './services.ts'
import { callWebhook, readWebhook } from './webhook.ts'

export function runRoutes(services: Services): Route[] {
  const handle: Route['handle'] = async (context) => {
    const body = await readJsonObject(context.req.raw, services.limits.bodyBytes)
    const { app, functionName, ref } = requestedApp(body)
    if (app.requirements) {
      // Not enveloped, and not problem+json either: protocol §1, 412.
      return Response.json({ satisfied: false, errors: app.requirements }, { status: 412 })
    }
    const input = checkedInput(app, body['input'])
    checkQueue(services)
    const faults = context.req.query('chaos')
    const rules = faults === undefined ? null : readRules(faults)
    const startAt = requestedStart(body['run_at'])
    const webhook = readWebhook(body['webhook'])
    const session = requestedSession(services, body, app)
    const task = new Task(
      {
        ref,
        app: app.ref,
        ...appIds(app),
        function: functionName,
        input,
        inputCharacters: JSON.stringify(input).length,
        setup: body['setup'] ?? null,
        infra: typeof body['infra'] === 'string' ? body['infra'] : 'private',
        metadata: body['metadata'] ?? null,
        sessionId: session?.id ?? null,
        ...(startAt === undefined ? {} : { runAt: new Date(startAt).toISOString() }),
        baseUrl: context.var.baseUrl,
      },
      services.clock,
      services.limits.task,
    )
    services.tasks.add(task)
    if (session) services.sessions.begin(session)
    // Chaos rules sent with the run apply to its task.
    if (rules) services.chaos.set(rules, task.id)
    const answer = enveloped(taskResultDto(task), webhook.notices)
    if (webhook.address !== null) void callWebhook(webhook.address, task)
    services.queue.add({ task, app, session, ...(startAt === undefined ? {} : { startAt }) })
    return body['wait'] === true ? waitFor(task) : answer
  }
  return runPaths.map((path) => ({ method: 'POST', path, handle }))
}

/** The second is the path in older documentation of the service (protocol §4). */
const runPaths = ['/apps/run', '/run']

export function startsRun(path: string): boolean {
  return runPaths.includes(path)
}

/** With `wait` the answer is the ended task; a failed or cancelled one is a 422 (protocol §1). */
async function waitFor(task: Task): Promise<Response> {
  await task.settled()
  const { status, error } = task.state
  if (status === 'completed') return enveloped(taskResultDto(task))
  const detail = status === 'failed' ? `The task failed: ${error ?? 'no reason was given'}` : 'The task was cancelled.'
  return problemResponse({
    status: 422,
    code: `task_${status}`,
    title: `Task ${status}`,
    detail,
    extra: { task_id: task.id },
  })
}

/** Throws a problem if the queue is full. */
export function checkQueue({ queue, limits }: Pick<Services, 'queue' | 'limits'>): void {
  if (queue.length < limits.queuedTasks) return
  throw new ProblemError({
    status: 429,
    code: 'rate_limited',
    title: 'Queue full',
    detail: `${queue.length} tasks are waiting already. Try again after some have ended.`,
    headers: { 'retry-after': '5' },
  })
}

function requestedApp(body: JsonObject): { app: App; functionName: string; ref: string } {
  const version = body['version_id'] ?? body['app_id']
  const ref = typeof body['app'] === 'string' ? body['app'] : undefined
  if (ref === undefined && typeof version === 'string') {
    const app = appOfVersion(version)
    if (app) return { app, functionName: 'run', ref: app.ref }
    throw new ProblemError(notFound(`There is no app with the id ${quote(version)}. GET /apps lists the apps.`))
  }
  if (ref === undefined || ref === '') {
    const detail = 'The body has no app: send {"app": "namespace/name", "input": {…}}. GET /apps lists the apps.'
    throw new ProblemError({
      ...invalidRequest(detail, 422),
      extra: { errors: [{ pointer: '/app', detail: 'is required' }] },
    })
  }
  const found = findApp(ref)
  if (!found) throw new ProblemError(unknownApp(ref))
  const functionName = found.function ?? body['function'] ?? 'run'
  if (functionName !== 'run') {
    throw new ProblemError(
      notFound(`${found.app.ref} has no function ${quote(JSON.stringify(functionName))}; its only one is "run".`),
    )
  }
  return { app: found.app, functionName, ref }
}

export function unknownApp(ref: string) {
  const near = nearNames(ref)
  const hint = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'GET /apps lists the apps.'
  return notFound(`There is no app ${quote(ref)}. ${hint}`)
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 120))
}

export function checkedInput(app: App, input: unknown): JsonObject {
  if (input === undefined || input === null) {
    throw new ProblemError(invalidInput([{ pointer: '', detail: 'is missing; send "input": {} for the defaults' }]))
  }
  if (!isObject(input)) throw new ProblemError(invalidInput([{ pointer: '', detail: 'must be an object' }]))
  const { valid, errors } = new Validator(app.inputSchema, '2020-12', false).validate(input)
  if (!valid) throw new ProblemError(invalidInput(inputErrors(errors)))
  return input
}

/** The validator reports every failing level; the deepest one of a location is the most precise. */
function inputErrors(errors: readonly { instanceLocation: string; error: string; keyword: string }[]): InputError[] {
  const byPlace = new Map<string, InputError>()
  for (const { instanceLocation, error, keyword } of errors) {
    if (keyword === 'properties' || keyword === 'items') continue
    const missing = keyword === 'required' ? /"([^"]+)"/.exec(error)?.[1] : undefined
    const place = instanceLocation.replace(/^#/, '')
    const pointer = missing === undefined ? place : `${place}/${missing}`
    const detail = missing === undefined ? error.replace(/\.$/, '') : 'is required'
    if (!byPlace.has(pointer)) byPlace.set(pointer, { pointer, detail })
  }
  return [...byPlace.values()]
}

/** epoch ms; a past time means now. */
function requestedStart(value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN
  if (Number.isNaN(at))
    throw new ProblemError(invalidRequest('run_at must be a time such as 2026-01-31T12:00:00Z.', 422))
  return at
}

function requestedSession(services: Services, body: JsonObject, app: App): Session | null {
  const wanted = body['session']
  if (wanted === undefined || wanted === null || wanted === '') return null
  const timeout = body['session_timeout'] ?? defaultSessionTimeout
  if (typeof wanted !== 'string')
    throw new ProblemError(invalidRequest('session must be "new" or the id of a session.', 422))
  if (wanted === 'new') {
    if (typeof timeout !== 'number' || !Number.isInteger(timeout) || timeout < 1 || timeout > 3_600) {
      throw new ProblemError(invalidRequest('session_timeout must be whole seconds from 1 to 3600.', 422))
    }
    return services.sessions.open(app.ref, timeout)
  }
  const session = services.sessions.get(wanted)
  if (!session)
    throw new ProblemError(notFound(`There is no session ${quote(wanted)}. Start one with "session": "new".`))
  if (services.sessions.hasExpired(session)) {
    const detail = `The session ended after ${session.timeout} s without a call. Start another with "session": "new".`
    throw new ProblemError({ status: 410, code: 'session_expired', title: 'Session expired', detail })
  }
  if (session.app !== app.ref) {
    throw new ProblemError(invalidRequest(`The session belongs to ${session.app}, not to ${app.ref}.`, 422))
  }
  return session
}
