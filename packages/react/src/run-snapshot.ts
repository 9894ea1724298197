import { idleState, isTerminal, phaseOf } from '@inferstream/client'
import type { TaskState } from '@inferstream/client'
import type { RunSnapshot } from './types.ts'

export const idle: RunSnapshot<never> = snapshotOf(idleState)

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
