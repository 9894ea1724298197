'use client'
import { createContext, use } from 'react'
import type { OutputMessages } from '../messages.ts'
import type { OutputView } from '../model/read-output.ts'

export type TaskOutputState = {
  kind: OutputView['kind']
  /** A preview, which the result will replace. */
  partial: boolean
}

export interface TaskOutputContextValue {
  view: OutputView
  state: TaskOutputState
  /** Alternative text of pictures. */
  alt: string
  locale: string
  messages: OutputMessages
}

export const TaskOutputContext = createContext<TaskOutputContextValue | null>(null)

export function useTaskOutput(part: string): TaskOutputContextValue {
  const value = use(TaskOutputContext)
  if (value) return value
  throw new Error(`TaskOutputPrimitive.${part} has no output to show. Put it inside TaskOutputPrimitive.Root.`)
}
