import type { CSSProperties, ReactNode, Ref } from 'react'
import { probeText } from './use-metrics.ts'

const oneRow: CSSProperties = { display: 'inline-block', whiteSpace: 'nowrap' }

/** What the line that nobody sees has in place of a text. Renders a `<span>`. */
export function ProbeText({ ref }: { ref: Ref<HTMLSpanElement> }): ReactNode {
  return (
    <span ref={ref} style={oneRow}>
      {probeText}
    </span>
  )
}
