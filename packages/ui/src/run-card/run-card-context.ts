'use client'
import type { TaskState } from '@inferstream/react'
import { createContext, use } from 'react'
import type { RunPhase, RunSource } from '../progress-display/run-source.ts'
import type { RunCardMessages } from './messages.ts'

export type RunCardVariant = 'full' | 'compact' | 'row'

export type RunCardState = {
  variant: RunCardVariant
  phase: RunPhase
  status: TaskState['status']
}

export interface RunCardContextValue {
  stream: RunSource
  state: RunCardState
  /** Undefined without one of its own. */
  label: string | undefined
  alt: string | undefined
  app: string | undefined
  onOpen: (() => void) | undefined
  messages: RunCardMessages
}

export const RunCardContext = createContext<RunCardContextValue | null>(null)

export function useRunCard(part: string): RunCardContextValue {
  const value = use(RunCardContext)
  if (value) return value
  throw new Error(`RunCardPrimitive.${part} has no run. Put it inside RunCardPrimitive.Root.`)
}
