'use client'
import type { ConnectionState, TaskState, UseStreamOptions, UseStreamResult } from '@inferstream/react'
import { createContext, use } from 'react'
import type { RunPhase } from '../progress-display/run-source.ts'
import type { GeneratorMessages } from './messages.ts'

export type GeneratorInput = Record<string, unknown>

export type Resume = NonNullable<UseStreamOptions['resume']>

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
  /** The app's input schema, where the page gives it. */
  schema: unknown
  input: GeneratorInput
  setInput: (next: GeneratorInput | ((previous: GeneratorInput) => GeneratorInput)) => void
  /** What the run got; after a reload, what the form says. */
  runInput: GeneratorInput
  /** The input is another one than that of the last run. */
  isChanged: boolean
  /** The fields are there; nothing is sent before. */
  isReady: boolean
  setReady: (isReady: boolean) => void
  /** For a form: false stops a run, and the form shows why. */
  setGuard: (guard: (() => boolean) | null) => void
  /** Names of files that were chosen before a reload, by JSON pointer. */
  lostFiles: ReadonlyMap<string, string>
  /** For a form: pointers of what is not to be kept over a reload. */
  setSecrets: (secrets: ReadonlySet<string>) => void
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
