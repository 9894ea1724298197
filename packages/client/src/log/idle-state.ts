import type { LogView, TaskState } from '../core/types.ts'

/** All that a view has over an array. */
const nothing: Pick<LogView, 'dropped' | 'revision' | 'entry'> = { dropped: 0, revision: 0, entry: () => undefined }

/**
 * The log of a run of which nothing is known, equal to `[]` as every empty view is. What makes other views is loaded with
 * the first run.
 */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the traps add
export const emptyLog = new Proxy(Object.freeze<string[]>([]), {
  get: (target, key, view): unknown => Reflect.get(key in nothing && !(key in target) ? nothing : target, key, view),
  has: (target, key) => key in target || key in nothing,
}) as unknown as LogView

/** The state of no run. One object, so that every idle reader sees the identical one. */
export const idleState: TaskState<never> = Object.freeze({
  taskId: null,
  status: 'idle',
  connection: 'idle',
  attempt: 0,
  retryAt: null,
  progress: null,
  queuePosition: null,
  phases: Object.freeze([]),
  logs: emptyLog,
  pendingLine: null,
  partialOutput: null,
  output: null,
  error: null,
  usage: null,
  startedAt: null,
  endedAt: null,
})
