// A run followed by GET: its status each second, the whole task only once that has changed.
import { isObject } from '../../core/json.ts'
import { InferstreamError } from '../../core/errors.ts'
import type { Platform } from '../../core/platform.ts'
import type { Http } from '../../http/http.ts'
import type { TaskSink } from '../../task/task-sink.ts'
import { isTerminal, readStatus } from '../../wire/status.ts'

/** Bytes a millisecond that polling a whole task may cost: 20 kB/s. */
const maxRate = 20

export interface PollSetup {
  readonly task: TaskSink
  readonly http: Http
  /** `/tasks/{id}` */
  readonly path: string
  readonly platform: Platform
  readonly apply: (answer: unknown, signal: AbortSignal, resumes: boolean) => Promise<void>
}

/**
 * One request a call, two where the task has changed. The whole task is asked for once `updated_at` has changed, not
 * sooner than its last answer's size allows, and always at the end.
 */
export function taskPoll({ task, http, path, platform, apply }: PollSetup): (signal: AbortSignal) => Promise<void> {
  let hasStatus = true
  let updatedAt: unknown
  let nextAt = -Infinity

  async function whole(signal: AbortSignal): Promise<void> {
    const { value, bytes } = await http.readSized(path, signal)
    nextAt = platform.now() + bytes / maxRate
    updatedAt = isObject(value) ? value['updated_at'] : undefined
    await apply(value, signal, false)
  }

  /** True where the whole task is to be asked for. */
  async function hasChanged(signal: AbortSignal): Promise<boolean> {
    const answer = await http.read(`${path}/status`, signal)
    if (!isObject(answer)) return true
    const { status, updated_at: time } = answer
    const { name } = readStatus(status, answer['status_text'], task.model.options.table)
    if (isTerminal(name) || typeof time !== 'string') return true
    if (time === updatedAt) return false
    if (platform.now() >= nextAt) return true
    // The status itself need not wait.
    const record = {
      data: { data: { id: task.taskId, status, status_text: answer['status_text'] }, fields: ['status'] },
    }
    task.dispatch({ type: 'records', records: [record], at: platform.now() })
    return false
  }

  return async (signal) => {
    if (hasStatus && updatedAt !== undefined) {
      try {
        if (!(await hasChanged(signal))) return
      } catch (error) {
        // The endpoint may be missing, or not allowed by a proxy; that the run is gone, the task itself says.
        if (!(error instanceof InferstreamError) || error.retryable || error.code === 'aborted') throw error
        hasStatus = false
      }
    }
    await whole(signal)
  }
}
