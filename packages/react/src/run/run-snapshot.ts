import { idleState, phaseOf } from '@inferstream/client'
import type { InferstreamError, TaskState } from '@inferstream/client'
import type { RunFacts, RunSnapshot } from '../types.ts'

export const idle: RunSnapshot<never> = snapshotOf(idleState)

/** What a hook knows before, or better than, its stream does. */
interface Changes<TOutput> extends Partial<Pick<RunFacts, 'uploadProgress'>> {
  taskId?: string | null
  status?: TaskState['status']
  connection?: TaskState['connection']
  attempt?: number
  retryAt?: number | null
  endedAt?: number | null
  output?: TOutput
  error?: InferstreamError
}

export function snapshotOf<TOutput>(state: TaskState<TOutput>, changes?: Changes<TOutput>): RunSnapshot<TOutput> {
  const next = { uploadProgress: null, ...state, ...changes }
  const phase = phaseOf(next.status)
  const isTerminal = phase === 'done' || phase === 'failed' || phase === 'cancelled'
  // `changes` that end a run come from an outcome, which has the output or the error that its status promises.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { ...next, isActive: phase !== 'idle' && !isTerminal, isTerminal, phase } as RunSnapshot<TOutput>
}
