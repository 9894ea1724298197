// Polls a run: its status each second, and the whole task only after a change.
import type { Http } from '../../http/http-types.ts'
import { isObject } from '../../core/json.ts'
import { InferstreamError } from '../../core/errors.ts'
import type { Platform } from '../../core/platform.ts'
import type { TaskSink } from '../../task/task-sink.ts'
import { isTerminal, readStatus } from '../../wire/status.ts'

/** Bytes per ms that polling the whole task may transfer: 20 kB/s. */
const maxRate = 20

export interface PollSetup {
  readonly task: TaskSink
  readonly http: Http
  /** `/tasks/{id}` */
  readonly path: string
  readonly platform: Platform
  readonly apply: (response: unknown, signal: AbortSignal, resumes: boolean) => Promise<void>
}

/**
 * One request per call, two if the task has changed. The whole task is fetched when `updated_at` has changed, not sooner
 * than the size of its last response allows, and always at the end.
 */
export function taskPoll({ task, http, path, platform, apply }: PollSetup): (signal: AbortSignal) => Promise<void> {
  let hasStatus = true
  let hasTask = false
  /** When the task was last changed, as the service says: text that is compared only. */
  let updatedAt: string | undefined
  let nextAt = -Infinity

  async function fetchTask(signal: AbortSignal): Promise<void> {
    const { value, bytes } = await http.readSized(path, signal)
    nextAt = platform.now() + bytes / maxRate
    hasTask = true
    const time = isObject(value) ? value['updated_at'] : undefined
    if (typeof time === 'string') updatedAt = time
    await apply(value, signal, false)
  }

  /** Whether the whole task must be fetched. */
  async function hasChanged(signal: AbortSignal): Promise<boolean> {
    const response = await http.read(`${path}/status`, signal)
    if (!isObject(response)) return true
    const { status, updated_at: time } = response
    const { name } = readStatus(status, response['status_text'], task.model.options.table)
    // Without a time it cannot tell whether anything has changed.
    hasStatus = typeof time === 'string'
    if (isTerminal(name) || typeof time !== 'string') return true
    if (time === updatedAt) return false
    if (platform.now() >= nextAt) {
      updatedAt = time
      return true
    }
    // The new status is applied at once.
    const record = {
      data: { data: { id: task.taskId, status, status_text: response['status_text'] }, fields: ['status'] },
    }
    task.dispatch({ type: 'records-received', records: [record], at: platform.now() })
    return false
  }

  return async (signal) => {
    if (hasStatus && hasTask) {
      try {
        if (!(await hasChanged(signal))) return
      } catch (error) {
        // The endpoint may be missing, or not allowed by a proxy. Whether the run is gone is decided by the task itself.
        if (!(error instanceof InferstreamError) || error.retryable || error.code === 'aborted') throw error
        hasStatus = false
      }
    }
    await fetchTask(signal)
  }
}
