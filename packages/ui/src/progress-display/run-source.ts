import type { TaskPhase, TaskState } from '@inferstream/react'

/** The source of the components: the result of `useStream` or `useTask`, or a plain `TaskState`. */
export type RunSource = TaskState & {
  readonly cancel?: () => Promise<void>
  readonly retry?: () => Promise<unknown>
  readonly attach?: (taskId: string) => void
}

/** A status of protocol §3, or `idle` before a run. */
export type RunPhase = 'idle' | TaskPhase

export const isEnded = (phase: RunPhase): boolean => phase === 'done' || phase === 'failed' || phase === 'cancelled'
