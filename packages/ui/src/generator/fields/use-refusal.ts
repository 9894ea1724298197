'use client'
import { isInferstreamError, useStreamSelector, type TaskState } from '@inferstream/react'
import { useMemo, useState } from 'react'
import { useGenerator, type GeneratorInput } from '../generator-context.ts'
import { isEqual, isObject, pathOf, valueAt } from '../schema/json.ts'

/** What the service refused of the last run, until those values are changed. */
export function useRefusal(input: GeneratorInput) {
  const { stream } = useGenerator('Fields')
  const error = useStreamSelector(stream, (run: TaskState) => run.error)
  const [seen, setSeen] = useState({ error, input })
  if (seen.error !== error) setSeen({ error, input })
  return useMemo(() => {
    if (!isInferstreamError(error) || error.code !== 'validation' || !('issues' in error)) return []
    const issues: readonly unknown[] = Array.isArray(error.issues) ? error.issues : []
    const named = issues.flatMap((issue) => {
      const { path, message } = isObject(issue) ? issue : {}
      return typeof path === 'string' && typeof message === 'string' ? [{ path, message }] : []
    })
    return named.filter(({ path }) => {
      const keys = pathOf(path)
      return path === '' ? isEqual(input, seen.input) : isEqual(valueAt(input, keys), valueAt(seen.input, keys))
    })
  }, [error, input, seen.input])
}
