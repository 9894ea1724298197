import type { TaskState } from '@inferstream/react'
import { noProgress, showProgress, type ShownProgress } from './shown-progress.ts'

/**
 * One run's progress, stored so that it never decreases. Idempotent for equal facts, so a discarded render is harmless.
 */
export interface ProgressTrack {
  read(
    state: Pick<TaskState, 'taskId' | 'status' | 'progress' | 'startedAt'>,
    now: number | null,
    median: number | null,
  ): ShownProgress
}

export function createProgressTrack(): ProgressTrack {
  let memory = noProgress
  return {
    read(state, now, median) {
      const elapsed = now === null || state.startedAt === null ? null : now - state.startedAt
      const { taskId, status, progress } = state
      const [shown, next] = showProgress(memory, { taskId, status, progress, elapsed, median })
      memory = next
      return shown
    },
  }
}
