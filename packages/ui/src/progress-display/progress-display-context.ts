'use client'
import { createContext, use, type ReactNode } from 'react'
import type { ConnectionState, InferstreamError, TaskProgress, TaskState } from '@inferstream/react'
import type { ProgressMessages } from './messages.ts'
import type { ProgressTrack } from './progress-track.ts'
import type { RunPhase, RunSource } from './run-source.ts'

export type ProgressDisplayVariant = 'bar' | 'timeline' | 'compact' | 'ring'

/** The state that every part shows as data attributes. It changes a few times per run, not with every tick. */
export type ProgressDisplayState = {
  status: TaskState['status']
  phase: RunPhase
  connection: ConnectionState
  progressSource: TaskProgress['source'] | null
  indeterminate: boolean
  /** Contact with the run was lost for good: it may go on. */
  lost: boolean
  terminal: boolean
  variant: ProgressDisplayVariant
}

/** The state of the parts that show the number; they are rendered with each tick of it. */
export type ProgressValueState = ProgressDisplayState & {
  /** Whole percent, for `render`; null while unknown. */
  percent: number | null
}

/** ms; null without past runs. */
export interface PastRuns {
  readonly samples: number
  readonly median: number | null
  readonly p90: number | null
}

export interface ProgressDisplayContextValue {
  stream: RunSource
  state: ProgressDisplayState
  track: ProgressTrack
  label: ReactNode
  labelId: string
  /** The label, if it was given as text: it distinguishes the buttons of several runs. */
  ownLabel: string | null
  /** Durations of this app's past runs. */
  past: PastRuns
  locale: string
  messages: ProgressMessages
  /** The action of Cancel; undefined if nothing can be cancelled. */
  cancel: (() => unknown) | undefined
  /** Why the service refused the last cancellation of this run. */
  refusal: InferstreamError | null
  retry: (() => unknown) | undefined
  /** Follows the same run again; undefined if that is not possible. */
  reconnect: (() => unknown) | undefined
}

export const ProgressDisplayContext = createContext<ProgressDisplayContextValue | null>(null)

export function useProgressDisplay(part: string): ProgressDisplayContextValue {
  const value = use(ProgressDisplayContext)
  if (value) return value
  throw new Error(`ProgressDisplayPrimitive.${part} has no run to show. Put it inside ProgressDisplayPrimitive.Root.`)
}
