'use client'
import { useStream, type RunConfig } from '@inferstream/react'
import { useEffect, useState } from 'react'
import type { RunSource } from './run-source.ts'

/** Starts `config` on mount and follows it; see `ProgressDisplayRootProps`. */
export function useConfigRun(config: RunConfig): RunSource {
  const stream = useStream({ replace: 'detach' })
  const { run } = stream
  const [current, setCurrent] = useState(config)
  if (current !== config && !deepEqual(current, config)) setCurrent(config)
  useEffect(() => {
    // A microtask later, so that live regions are in the document before the start is announced.
    let mounted = true
    queueMicrotask(() => {
      if (mounted) void run(current)
    })
    return () => {
      mounted = false
    }
  }, [run, current])
  return stream
}

/** Equality of JSON-like values; anything else (a Blob, a typed reference) by identity. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => deepEqual(item, b[index]))
  }
  if (!isPlain(a) || !isPlain(b)) return false
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && deepEqual(a[name], b[name]))
  )
}

function isPlain(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
