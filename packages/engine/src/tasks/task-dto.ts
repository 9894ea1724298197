import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { shortId } from '../ids.ts'
import type { View } from './frames.ts'
import { statusCodes } from './status.ts'
import type { Task } from './task.ts'
import type { LogType } from './task-log.ts'
import type { TaskField } from './task-state.ts'

type Json = Record<string, unknown>

/** The answer to POST /apps/run. Created before the task enters the queue, so it is never terminal (protocol §9.2). */
export function taskResultDto({ id, createdAt, request, state }: Task): Json {
  return {
    id,
    short_id: shortId(id),
    status: statusCodes[state.status],
    status_text: state.status,
    output: state.output,
    ...(state.error === null ? {} : { error: state.error }),
    ...(request.sessionId === null ? {} : { session_id: request.sessionId }),
    ...(request.runAt === undefined ? {} : { run_at: request.runAt }),
    created_at: createdAt,
    updated_at: state.updatedAt,
  }
}

/** The whole current task, with all kept log text. */
export function taskDto(task: Task): Json {
  return withIdentity(task, task.frames.head.fields, task.state.updatedAt, fullLogs(task))
}

/** A task in a list: without its logs, which may be large. */
export function taskListItem(task: Task): Json {
  return withIdentity(task, task.frames.head.fields, task.state.updatedAt, [])
}

/** The task as of `view`: the first line of a stream. Log lines that are sent as arrays follow it. */
export function taskSnapshot(task: Task, view: View): Json {
  return withIdentity(task, view.fields, view.at, logRecords(task, view.records))
}

/** All growing records as of some moment: `logs` is always sent complete (protocol §5.1). */
export function logRecords(task: Task, records: View['records']): Json[] {
  return [...records].map(([type, { bytes, at }]) =>
    logRecord(task, type, at, task.logs.get(type)?.recordContent(bytes) ?? ''),
  )
}

/** One growing record per log type, base64, complete (protocol §4). `offset` is present if old lines were dropped. */
export function fullLogs(task: Task): Json[] {
  const { records, at } = task.frames.head
  return [...task.logs].map(([type, log]) => {
    const { text, offset } = log.fullText()
    const updatedAt = log.hasLines ? at : (records.get(type)?.at ?? at)
    const record = logRecord(task, type, updatedAt, Buffer.from(text).toString('base64'))
    if (offset > 0) record['offset'] = offset
    return record
  })
}

function logRecord(task: Task, type: LogType, at: string, content: string): Json {
  const id = logId(task.id, type)
  return { id, created_at: task.createdAt, updated_at: at, task_id: task.id, log_type: type, content }
}

/** A log's id stays the same while it grows. */
function logId(taskId: string, type: LogType): string {
  const digest = createHash('sha256').update(`${taskId}/${type}`).digest('hex')
  return taskId.slice(0, 10) + digest.slice(0, 16)
}

function withIdentity(task: Task, fields: Partial<Record<TaskField, unknown>>, at: string, logs: Json[]): Json {
  const { request } = task
  const [namespace, name] = request.app.split('/')
  return {
    id: task.id,
    short_id: shortId(task.id),
    created_at: task.createdAt,
    updated_at: at,
    deleted_at: null,
    user_id: 'local',
    team_id: 'local',
    visibility: 'private',
    app_id: request.appId,
    app_version_id: request.appVersionId,
    app: { id: request.appId, namespace, name },
    app_variant: 'default',
    function: request.function,
    infra: request.infra,
    workers: [],
    engine: { id: 'local', name: 'inferstream-engine' },
    chat_id: request.chatId ?? null,
    flow_run_id: null,
    run_at: request.runAt ?? null,
    metadata: request.metadata,
    setup: request.setup,
    input: request.input,
    ...fields,
    logs,
    usage_events: [],
    session_id: request.sessionId,
    rating: 'safe',
  }
}
