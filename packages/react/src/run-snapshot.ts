import { isTerminal, phaseOf } from '@inferstream/client'
import type { LogView, TaskState } from '@inferstream/client'
import type { RunSnapshot } from './types.ts'

const noLines: LogView = Object.freeze(Object.assign([], { dropped: 0, entry: () => undefined }))

export const idle: RunSnapshot<never> = {
  taskId: null,
  status: 'idle',
  connection: 'idle',
  attempt: 0,
  retryAt: null,
  progress: null,
  queuePosition: null,
  phases: [],
  logs: noLines,
  pendingLine: null,
  partialOutput: null,
  output: null,
  error: null,
  startedAt: null,
  endedAt: null,
  isActive: false,
  isTerminal: false,
  phase: 'idle',
}

export function snapshotOf<TOutput>(
  state: TaskState<TOutput>,
  changes?: Partial<TaskState<TOutput>>,
): RunSnapshot<TOutput> {
  const next = { ...state, ...changes }
  const { status } = next
  if (status === 'idle' || status === 'starting') {
    return { ...next, isActive: status === 'starting', isTerminal: false, phase: status }
  }
  const over = isOver(next)
  return { ...next, isActive: !over, isTerminal: over, phase: status === 'error' ? 'failed' : phaseOf(status) }
}

/** The run has ended, or can be followed no longer. */
export function isOver({ status }: TaskState): boolean {
  return status === 'error' || (status !== 'idle' && status !== 'starting' && isTerminal(status))
}
