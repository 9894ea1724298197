// Counts renders, so the count changes while rendering.
// oxlint-disable react/refs
import { useRef } from 'react'

/** Number of renders of the calling component, including the current one. */
export function useRenderCount(): number {
  const count = useRef(0)
  count.current += 1
  return count.current
}
