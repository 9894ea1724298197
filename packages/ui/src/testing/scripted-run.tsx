'use client'
import { inference, InferenceProvider, useStream, type RunConfig, type UseStreamResult } from '@inferstream/react'
import { scriptedTransport, type ScriptedRun as Script } from '@inferstream/client/testing'
import { useEffect, useState, type ReactNode } from 'react'

export interface ScriptedRunProps {
  /** Sent to the run in order as soon as it has started. */
  script?: readonly ((run: Script) => void)[]
  /** Sent by the button "Next step", one per press. */
  steps?: readonly ((run: Script) => void)[]
  config?: RunConfig
  children: (stream: UseStreamResult) => ReactNode
}

const nothing: readonly never[] = []
const render: RunConfig = { app: 'local/path-tracer', input: { prompt: 'three spheres on a lake' } }

/** A run that follows its script. */
export function ScriptedRun({
  script = nothing,
  steps = nothing,
  config = render,
  children,
}: ScriptedRunProps): ReactNode {
  const [{ client, transport }] = useState(() => {
    const scripted = scriptedTransport()
    return { transport: scripted, client: inference({ transport: scripted }) }
  })
  const stream = useStream({ client })
  const [step, setStep] = useState(0)
  useEffect(() => {
    let mounted = true
    const begin = async () => {
      await Promise.resolve()
      if (!mounted) return
      void stream.run(config)
      for (let waits = 0; transport.runs.length === 0 && waits < 100; waits += 1) await Promise.resolve()
      for (const action of script) action(transport.last)
    }
    void begin()
    return () => {
      mounted = false
    }
    // Once, on mount: a script is not repeated.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [])
  return (
    <InferenceProvider client={client}>
      {children(stream)}
      {steps.length > 0 && (
        <p>
          <button
            type="button"
            disabled={step >= steps.length}
            onClick={() => {
              steps[step]?.(transport.last)
              setStep(step + 1)
            }}
          >
            Next step
          </button>
        </p>
      )}
    </InferenceProvider>
  )
}
