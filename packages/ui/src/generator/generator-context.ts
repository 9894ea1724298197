'use client'
import type { ConnectionState, TaskState, UseStreamResult } from '@inferstream/react'
import { createContext, use } from 'react'
import type { RunPhase } from '../progress-display/run-source.ts'
import type { GeneratorMessages } from './messages.ts'

export type GeneratorInput = Record<string, unknown>

export type GeneratorState = {
  status: TaskState['status']
  phase: RunPhase
  connection: ConnectionState
  /** A run is active. */
  active: boolean
}

export interface GeneratorContextValue {
  // `any`, as `useStream` without types has it: `output.url` works as in plain JavaScript.
  // oxlint-disable-next-line typescript/no-explicit-any
  stream: UseStreamResult<any, any>
  state: GeneratorState
  /** The app to run; undefined if the children decide. */
  app: string | undefined
  input: GeneratorInput
  setInput: (next: GeneratorInput | ((previous: GeneratorInput) => GeneratorInput)) => void
  submit: () => void
  retry: () => void
  messages: GeneratorMessages
  outputLabelId: string
}

export const GeneratorContext = createContext<GeneratorContextValue | null>(null)

export function useGenerator(part: string): GeneratorContextValue {
  const value = use(GeneratorContext)
  if (value) return value
  throw new Error(`GeneratorPrimitive.${part} has no run. Put it inside GeneratorPrimitive.Root.`)
}
