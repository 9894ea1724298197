import type { AgentPart } from '@inferstream/react'
import { useEffect, useState } from 'react'

export type ToolCall = Extract<AgentPart, { type: 'tool-call' }>
export type Decide = (id: string, decision: 'allowed' | 'denied') => void

/** ms in which a click or a key still belongs to what stood here before. */
const settling = 400

/** What a tool wants, over the field that is typed into. A click or a key that was meant for what stood here before does nothing. */
export function Approval({ call, decide }: { call: ToolCall; decide: Decide }) {
  const [isReady, setReady] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setReady(true), settling)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div className="approval" role="group" aria-label={`Allow ${call.name}?`}>
      <p>Allow {call.name}?</p>
      <pre>{JSON.stringify(call.args, null, 2)}</pre>
      <div className="buttons">
        {(['denied', 'allowed'] as const).map((decision) => (
          <button
            key={decision}
            type="button"
            className="button"
            aria-disabled={!isReady}
            onClick={() => isReady && decide(call.id, decision)}
          >
            {decision === 'denied' ? 'Deny' : 'Allow once'}
          </button>
        ))}
      </div>
    </div>
  )
}
