import type { LogView, TaskState } from '../core/types.ts'

/**
 * The log of a run about which nothing is known, equal to `[]` like every empty view. A plain array, because the code of
 * real views is loaded with the first run.
 */
// These two properties are all that a view adds to an array.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
export const emptyLog = Object.freeze(
  Object.defineProperties<string[]>([], { dropped: { value: 0 }, entry: { value: () => undefined } }),
) as LogView

/** The state without a run. One object, so that all idle readers share the identical state. */
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
