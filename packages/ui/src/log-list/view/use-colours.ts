'use client'
import { useEffect, useSyncExternalStore } from 'react'
import type { Colours } from '../model/colours.ts'

let colours: Colours | null = null
const listeners = new Set<() => void>()

async function load(): Promise<void> {
  const { readColours } = await import('../model/colours.ts')
  if (colours) return
  colours = readColours
  for (const listener of listeners) listener()
}

/** The colour parser, loaded with the first line that has colours; null until then: text is shown without colours. */
export function useColours(needed: boolean): Colours | null {
  useEffect(() => {
    // If loading fails, lines have no colours; nothing else is lost.
    if (needed && !colours) load().catch(() => {})
  }, [needed])
  return useSyncExternalStore(subscribe, current, none)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const current = () => colours
const none = () => null
