'use client'
import { createContext, use } from 'react'
import type { GeneratorFormMessages } from './messages.ts'

/** Does not change while a form is filled in, so that only the fields that change are rendered. */
export interface FormContextValue {
  /** Prefix of the ids of fields. */
  readonly id: string
  readonly messages: GeneratorFormMessages
  readonly set: (path: readonly string[], value: unknown) => void
  /** The field was left: from now on its errors are shown. */
  readonly touch: (pointer: string) => void
  /** What a control holds is not yet a value, such as half of a number. Null: it is one. */
  readonly setProblem: (pointer: string, text: string | null) => void
  /** Names of files that a reload interrupted, by pointer. */
  readonly lostFiles: ReadonlyMap<string, string>
}

export const FormContext = createContext<FormContextValue | null>(null)

export function useForm(): FormContextValue {
  const value = use(FormContext)
  if (!value) throw new Error('A field is outside of its form.')
  return value
}

/** Texts by the pointer of the field. */
export type FieldErrors = ReadonlyMap<string, string>
