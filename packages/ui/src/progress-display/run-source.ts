import type { TaskPhase, TaskState } from '@inferstream/react'

/** What the components watch: the result of `useStream` or `useTask`, or a plain `TaskState`. */
export type RunSource = TaskState & {
  readonly cancel?: () => Promise<void>
  readonly retry?: () => Promise<unknown>
}

/** The status in the words of protocol §3, and `idle` before there is a run. */
export type RunPhase = 'idle' | TaskPhase

export const isEnded = (phase: RunPhase): boolean => phase === 'done' || phase === 'failed' || phase === 'cancelled'
