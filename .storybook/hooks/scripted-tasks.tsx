import type { ReactNode } from 'react'
import { scriptedTransport, type ScriptedTransport } from '../../packages/client/src/testing.ts'
import { inference } from '../../packages/react/src/index.ts'
import { Stepped, type Step } from './stepped.tsx'

export type TaskStep = Step<ScriptedTransport>

/** A page whose runs follow the steps. */
export function ScriptedTasks({ steps, children }: { steps: readonly TaskStep[]; children: ReactNode }) {
  return (
    <Stepped open={open} steps={steps} awaits={awaits}>
      {children}
    </Stepped>
  )
}

function open() {
  const service = scriptedTransport()
  return { service, client: inference({ transport: service }) }
}

function awaits({ runs }: ScriptedTransport) {
  return runs.length === 0 ? 'No run yet: press Run first.' : null
}
