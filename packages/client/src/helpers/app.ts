import type { AppRef } from '../core/types.ts'

/** A typed app reference: `app<{ prompt: string }, { image: string }>('ns/name')` gives `run` the types of input and output. */
export function app<TInput = unknown, TOutput = unknown>(ref: string): AppRef<TInput, TOutput> {
  return { ref }
}
