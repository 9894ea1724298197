import type { UseStreamResult } from '@inferstream/react'
import { useEffect } from 'react'

/** The run that the page shows, for the panel that shows its state. */
let current: UseStreamResult | null = null
const listeners = new Set<() => void>()

export const inspected = {
  get: (): UseStreamResult | null => current,
  subscribe(this: void, listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}

export function useInspected(stream: UseStreamResult): void {
  useEffect(() => {
    current = stream
    for (const listener of listeners) listener()
    return () => {
      current = null
    }
  }, [stream])
}
