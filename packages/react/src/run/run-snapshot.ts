import { idleState, phaseOf } from '@inferstream/client'
import type { TaskState } from '@inferstream/client'
import type { RunSnapshot } from '../types.ts'

export const idle: RunSnapshot<never> = snapshotOf(idleState)

export function snapshotOf<TOutput>(
  state: TaskState<TOutput>,
  changes?: Partial<TaskState<TOutput>>,
): RunSnapshot<TOutput> {
  const next = { ...state, ...changes }
  const phase = phaseIn(next)
  const isTerminal = phase === 'done' || phase === 'failed' || phase === 'cancelled'
  return { ...next, isActive: phase !== 'idle' && !isTerminal, isTerminal, phase }
}

function phaseIn({ status }: TaskState): RunSnapshot['phase'] {
  if (status === 'idle' || status === 'starting') return status
  return status === 'error' ? 'failed' : phaseOf(status)
}
