import { Fragment, useState, type ReactNode } from 'react'
import { InferenceProvider, type InferenceClient } from '../../packages/react/src/index.ts'
import './stepped.css'

export interface Step<TService> {
  /** Description of the step, shown beside the button. */
  readonly label: string
  readonly run: (service: TService) => void
}

export interface SteppedProps<TService> {
  /** A fresh service, and a client for it. */
  open: () => { service: TService; client: InferenceClient }
  steps: readonly Step<TService>[]
  /** What the person has to do before the next step; null if the step can run. */
  awaits: (service: TService) => string | null
  children: ReactNode
}

/** A page whose service runs one step per press. */
export function Stepped<TService>({ open, steps, awaits, children }: SteppedProps<TService>) {
  const [{ take, service, client }, setOpened] = useState(() => ({ take: 1, ...open() }))
  const [step, setStep] = useState(0)
  const [missing, setMissing] = useState<string | null>(null)

  function next() {
    const first = awaits(service)
    setMissing(first)
    if (first !== null) return
    steps[step]?.run(service)
    setStep(Math.min(step + 1, steps.length))
  }

  function startOver() {
    setOpened({ take: take + 1, ...open() })
    setStep(0)
    setMissing(null)
  }

  const coming = steps[step]
  return (
    <InferenceProvider client={client}>
      <div className="hook-page">
        <Fragment key={take}>{children}</Fragment>
      </div>
      <div className="hook-steps" role="group" aria-label="Service controls">
        <button type="button" onClick={next}>
          Next step
        </button>
        <button type="button" onClick={startOver}>
          Start over
        </button>
        <p role="status">{missing ?? (coming ? `Next: ${coming.label}` : 'That was the last step.')}</p>
      </div>
    </InferenceProvider>
  )
}
