import type { LogView, TaskState } from '../core/types.ts'

/** The properties that a view adds to an array. */
const viewProperties: Pick<LogView, 'dropped' | 'revision' | 'open' | 'entry'> = {
  dropped: 0,
  revision: 0,
  open: 0,
  entry: () => undefined,
}

/**
 * The log of a run about which nothing is known, equal to `[]` like every empty view. The code of other views is loaded
 * with the first run.
 */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the traps add the properties
export const emptyLog = new Proxy(Object.freeze<string[]>([]), {
  get: (target, key, view): unknown =>
    Reflect.get(key in viewProperties && !(key in target) ? viewProperties : target, key, view),
  has: (target, key) => key in target || key in viewProperties,
}) as unknown as LogView

/** The state without a run. One object, so that all idle readers share the identical state. */
export const idleState: TaskState<never> = Object.freeze({
  taskId: null,
  status: 'idle',
  connection: 'idle',
  attempt: 0,
  retryAt: null,
  resume: 'cursor',
  gaps: 0,
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
