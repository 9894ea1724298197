import type { LogView, TaskState } from '../core/types.ts'

/**
 * The log of a run of which nothing is known, equal to `[]` as every empty view is. A plain array, because what makes real
 * views is loaded with the first run.
 */
// The two properties are all that a view has over an array.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
export const emptyLog = Object.freeze(
  Object.defineProperties<string[]>([], { dropped: { value: 0 }, entry: { value: () => undefined } }),
) as LogView

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
