// Rendering is what is counted, so the count changes while rendering.
// oxlint-disable react/refs
import { useRef } from 'react'

/** How often the component that calls this has rendered, this time included. */
export function useRenderCount(): number {
  const count = useRef(0)
  count.current += 1
  return count.current
}
