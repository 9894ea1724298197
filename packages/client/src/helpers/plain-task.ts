import { InferstreamError } from '../core/errors.ts'
import type { ErrorCode } from '../core/errors.ts'
import { RequirementsError, ValidationError } from '../http/refusal-errors.ts'
import { idleState } from '../log/idle-state.ts'
import type { LogEntry, LogSource, LogView, TaskState } from '../core/types.ts'

/** An error as plain data. */
interface PlainError {
  code: ErrorCode
  message: string
  retryable: boolean
  status?: number
  retryAfter?: number
  taskId?: string
  requestId?: string
  mayHaveStarted?: boolean
  issues?: unknown
  actions?: unknown
}

/** Lines from `index` on (0 is the first line kept) have this source, time and level. */
type LogMark = [index: number, source: LogSource, receivedAt: number | null, level: LogEntry['level'] | null]

/**
 * A `TaskState` that survives JSON, `structuredClone`, React server components and caches unchanged. Code that only reads
 * a state can use it directly: `logs` is an array of lines, and `error` has the fields of an `InferstreamError`.
 */
export type PlainTaskState<TOutput = unknown> = Omit<TaskState<TOutput>, 'logs' | 'error'> & {
  readonly logs: readonly string[]
  readonly error: Readonly<PlainError> | null
  /** Sources, times and levels, from which `hydrateTask` restores the `LogView`. */
  readonly logMarks: readonly LogMark[]
  readonly logsDropped: number
}

/**
 * Turns a run's state into JSON-safe data, for server components and caches; `hydrateTask` reverses it. The `cause` and
 * `stack` of an error are left out. An output that JSON cannot represent (a cycle, a BigInt) becomes null.
 */
export function dehydrateTask<TOutput>(state: TaskState<TOutput>): PlainTaskState<TOutput> {
  const { logs, error, output, partialOutput, ...rest } = state
  const plain = {
    ...rest,
    output: jsonOf(output),
    partialOutput: jsonOf(partialOutput),
    logs: Array.from(logs),
    logMarks: marksOf(logs),
    logsDropped: logs.dropped,
    error: error && toPlainError(error),
  }
  // The type is that of the fields above after a round trip through JSON.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return JSON.parse(JSON.stringify(plain)) as PlainTaskState<TOutput>
}

/**
 * Restores a state from the data of `dehydrateTask`: `logs` is a `LogView` again, and `error` an `InferstreamError`. A live
 * state is returned unchanged. JSON of a live state is accepted, without the sources and times of its lines. Any other
 * input gives the idle state. Never throws.
 */
export function hydrateTask<TOutput = unknown>(
  plain: PlainTaskState<TOutput> | TaskState<TOutput>,
): TaskState<TOutput> {
  const fields: Partial<PlainTaskState<TOutput>> | null | undefined = plain
  if (typeof fields !== 'object' || fields === null || typeof fields.status !== 'string') return idleState
  const { logs, error = null, logMarks, logsDropped, ...rest } = fields
  if (isLive(plain)) return plain
  const state = {
    ...idleState,
    ...rest,
    logs: toLogView(Array.isArray(logs) ? logs.map(String) : [], Array.isArray(logMarks) ? logMarks : [], logsDropped),
    error: error && toError(error),
  }
  // The fields are those of a state; their values are not validated.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return state as TaskState<TOutput>
}

function isLive<TOutput>(state: PlainTaskState<TOutput> | TaskState<TOutput>): state is TaskState<TOutput> {
  const logs: Partial<LogView> | undefined = state.logs
  return typeof logs?.entry === 'function'
}

function jsonOf(value: unknown): unknown {
  try {
    const text: string | undefined = JSON.stringify(value)
    return text === undefined ? null : JSON.parse(text)
  } catch {
    return null
  }
}

function toPlainError(error: InferstreamError & { issues?: unknown; actions?: unknown }): PlainError {
  const { code, message, retryable, status, retryAfter, taskId, requestId, mayHaveStarted, issues, actions } = error
  const known = {
    status,
    retryAfter,
    taskId,
    requestId,
    mayHaveStarted,
    issues: jsonOf(issues),
    actions: jsonOf(actions),
  }
  const present = Object.entries(known).filter(([, value]) => value !== undefined && value !== null)
  return { code, message, retryable, ...Object.fromEntries(present) }
}

function toError(plain: Partial<PlainError>): InferstreamError {
  if (plain instanceof InferstreamError) return plain
  const { code = 'server', message = 'The run failed.', issues, actions, ...facts } = plain
  if (code === 'validation' && Array.isArray(issues)) return new ValidationError(message, issues, facts)
  if (code === 'requirements' && Array.isArray(actions)) return new RequirementsError(message, actions, facts)
  const { retryable, status, retryAfter, taskId, requestId, mayHaveStarted } = facts
  const known = { retryable, status, retryAfter, taskId, requestId, mayHaveStarted }
  return new InferstreamError(
    code,
    message,
    Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)),
  )
}

function marksOf(logs: LogView): LogMark[] {
  const marks: LogMark[] = []
  for (let index = 0; index < logs.length; index++) {
    const { source = 'task', receivedAt = null, level = null } = logs.entry(index) ?? {}
    const last = marks.at(-1)
    if (last?.[1] !== source || last[2] !== receivedAt || last[3] !== level)
      marks.push([index, source, receivedAt, level])
  }
  return marks
}

/** A plain array with the extra properties of a view: the lines of a restored state never change. */
function toLogView(lines: string[], marks: readonly LogMark[], dropped: unknown): LogView {
  const entry = (index: number): LogEntry | undefined => {
    const text = lines[index]
    if (text === undefined) return undefined
    const [, source = 'task', receivedAt = null, level = null] = marks.findLast(([from]) => from <= index) ?? []
    return { text, source, ...(receivedAt !== null && { receivedAt }), ...(level !== null && { level }) }
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.defineProperties(lines, {
    dropped: { value: typeof dropped === 'number' ? dropped : 0 },
    revision: { value: 0 },
    entry: { value: entry },
  }) as string[] & LogView
}
