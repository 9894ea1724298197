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

/** What reads colours, loaded when the first line has some; null until then: the text is there, without colours. */
export function useColours(needed: boolean): Colours | null {
  useEffect(() => {
    // Without it lines stay without colours; nothing else is lost.
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
