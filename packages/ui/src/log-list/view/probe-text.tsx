import type { CSSProperties, ReactNode, Ref } from 'react'
import { probeText } from './use-metrics.ts'

const oneRow: CSSProperties = { display: 'inline-block', whiteSpace: 'nowrap' }

/** The content of the hidden measuring line. Renders a `<span>`. */
export function ProbeText({ ref }: { ref: Ref<HTMLSpanElement> }): ReactNode {
  return (
    <span ref={ref} style={oneRow}>
      {probeText}
    </span>
  )
}
