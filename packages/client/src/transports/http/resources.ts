// The endpoints beside runs, loaded on first use (protocol §4).
import type { Http } from '../../http/http-types.ts'
import { InferstreamError } from '../../core/errors.ts'
import { isTerminal, readStatus } from '../../wire/status.ts'
import type { AppDetails, AppSummary, ListOptions, LogEntry, StatusTableName, TaskList } from '../../core/types.ts'
import { isObject } from '../../core/json.ts'
import type { JsonObject } from '../../core/json.ts'
import { splitItem } from '../../log/log-cursor.ts'
import { readWholeLog } from '../../log/whole-log.ts'

/** Every line of every source, source by source: the service keeps one record each, without times of lines. */
export async function readLogs(http: Http, taskId: string, signal?: AbortSignal): Promise<LogEntry[]> {
  const answer = await http.request('GET', `/tasks/${taskId}/logs`, undefined, signal)
  const log = readWholeLog(isObject(answer) ? answer['logs'] : undefined)
  return log.flatMap(({ source, lines }) => lines.flatMap(splitItem).map((text) => ({ text, source })))
}

export async function listTasks(
  http: Http,
  page: ListOptions,
  table: StatusTableName | undefined,
  signal?: AbortSignal,
): Promise<TaskList> {
  const answer = await http.request('POST', '/tasks/list', page, signal)
  const { items, nextCursor } = pageOf(answer)
  return {
    nextCursor,
    items: items.flatMap((task) => {
      if (typeof task['id'] !== 'string') return []
      const { name, code } = readStatus(task['status'], task['status_text'], table)
      const app = appOf(task['app'])
      const createdAt = timeOf(task['created_at'])
      const endedAt = isTerminal(name) ? (endOf(task) ?? timeOf(task['updated_at'])) : undefined
      return [
        {
          taskId: task['id'],
          status: name,
          statusCode: code,
          ...(app !== undefined && { app }),
          ...(createdAt !== undefined && { createdAt }),
          ...(endedAt !== undefined && { endedAt }),
        },
      ]
    }),
  }
}

export async function getApp(http: Http, ref: string, signal?: AbortSignal): Promise<AppDetails> {
  // `ns/name@version` goes into the path as it is (protocol §9.8).
  if (!/^[\w-][\w.-]*\/[\w-][\w.-]*(@[\w.-]+)?$/.test(ref)) {
    throw new InferstreamError(
      'config',
      `Invalid app reference ${JSON.stringify(ref)}: pass 'ns/name' or 'ns/name@version'.`,
    )
  }
  const app = await http.request('GET', `/apps/${ref}`, undefined, signal)
  if (!isObject(app)) throw new InferstreamError('protocol', `The service answered nothing about the app ${ref}.`)
  const version = [app['version'], app['app_version'], app].find(
    (one): one is JsonObject => isObject(one) && isObject(one['input_schema']),
  )
  const schema = (key: string) => (isObject(version?.[key]) ? version[key] : null)
  return { ...summaryOf(app, ref), inputSchema: schema('input_schema') ?? {}, outputSchema: schema('output_schema') }
}

export async function listApps(http: Http, signal?: AbortSignal): Promise<AppSummary[]> {
  const { items } = pageOf(await http.request('GET', '/apps', undefined, signal))
  return items.map((app) => summaryOf(app, ''))
}

function summaryOf(app: JsonObject, ref: string): AppSummary {
  const text = (key: string) => (typeof app[key] === 'string' && app[key] !== '' ? app[key] : undefined)
  const known = text('ref') ?? (text('namespace') && text('name') ? `${text('namespace')}/${text('name')}` : ref)
  const description = text('description')
  return { ref: known, title: text('title') ?? known, ...(description === undefined ? {} : { description }) }
}

/** A page of things, or a bare list of them. */
function pageOf(answer: unknown): { items: JsonObject[]; nextCursor: string | null } {
  const items = Array.isArray(answer) ? answer : isObject(answer) ? answer['items'] : []
  const cursor = isObject(answer) && answer['has_next'] !== false ? answer['next_cursor'] : null
  return {
    items: Array.isArray(items) ? items.filter(isObject) : [],
    nextCursor: typeof cursor === 'string' && cursor !== '' ? cursor : null,
  }
}

/** A reference, or the app itself. */
function appOf(app: unknown): string | undefined {
  if (typeof app === 'string') return app
  return isObject(app) ? summaryOf(app, '').ref || undefined : undefined
}

/** epoch ms */
function timeOf(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}

/** When the status that ended the task was entered, where its events are listed. */
function endOf({ events }: JsonObject): number | undefined {
  const last = Array.isArray(events) ? events.findLast(isObject) : undefined
  return last && (timeOf(last['event_time']) ?? timeOf(last['created_at']))
}
