'use client'
import { useInference } from '@inferstream/react'
import { useCallback, useEffect, useState } from 'react'

export type AppSchema =
  | { readonly status: 'loading' }
  | { readonly status: 'ready'; readonly schema: unknown }
  | { readonly status: 'failed'; readonly reason: string }

/** The input schema of an app, from the service unless it is given. */
export function useAppSchema(app: string | undefined, given: unknown): readonly [AppSchema, reload: () => void] {
  const client = useInference()
  const [attempt, setAttempt] = useState(0)
  const [loaded, setLoaded] = useState<{ of: string; attempt: number; result: AppSchema } | null>(null)
  const reference = given === undefined ? app?.replace(/:[\w-]+$/, '') : undefined
  useEffect(() => {
    if (reference === undefined) return undefined
    const abort = new AbortController()
    const load = async () => {
      let result: AppSchema
      try {
        const { inputSchema } = await client.apps.get(reference, { signal: abort.signal })
        result = { status: 'ready', schema: inputSchema }
      } catch (error) {
        result = { status: 'failed', reason: error instanceof Error ? error.message : String(error) }
      }
      if (!abort.signal.aborted) setLoaded({ of: reference, attempt, result })
    }
    void load()
    return () => abort.abort()
  }, [client, reference, attempt])
  const reload = useCallback(() => setAttempt((count) => count + 1), [])
  if (given !== undefined || reference === undefined) return [{ status: 'ready', schema: given }, reload]
  const isCurrent = loaded?.of === reference && loaded.attempt === attempt
  return [isCurrent ? loaded.result : { status: 'loading' }, reload]
}
