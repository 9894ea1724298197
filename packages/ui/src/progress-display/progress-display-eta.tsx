'use client'
import { useStreamSelector, type TaskState } from '@inferstream/react'
import { useState, type ReactNode } from 'react'
import { usePart, type PartProps } from '../part/part.ts'
import { useNow } from '../provider/clock.ts'
import { formatDuration } from '../text/format.ts'
import { nextEta, noEta, type Eta, type EtaFacts } from './eta.ts'
import { useProgressDisplay, type ProgressDisplayState } from './progress-display-context.ts'
import { shallowEqual } from './shallow-equal.ts'
import { useShownProgress } from './use-shown-progress.ts'

export type ProgressDisplayEtaProps = PartProps<'span', ProgressDisplayState>

/** Estimated remaining time, and whether the run is slower than usual; empty without an estimate. Renders a `<span>`. */
export function ProgressDisplayEta(props: ProgressDisplayEtaProps): ReactNode {
  const { state, stream, past, messages, locale } = useProgressDisplay('Eta')
  const { fraction, source, bar } = useShownProgress('Eta')
  const run = useStreamSelector(stream, runOf, shallowEqual)
  const working = state.phase === 'running' || state.phase === 'starting' || state.phase === 'finishing'
  const now = useNow(working)
  const [eta] = useState(createEta)
  const { rest, slower } = eta.read({
    ...run,
    fraction,
    source,
    bar,
    working: working && now !== null,
    now: now ?? 0,
    past,
  })
  const texts = [
    rest !== null && messages.eta(formatDuration(rest, locale, { width: 'short' }), rest <= 10_000),
    slower && messages.slower,
  ].filter((text) => text !== false)
  return usePart('span', 'progress-display-eta', state, props, { children: texts.join(', ') })
}

const runOf = ({ taskId, startedAt }: TaskState) => ({ taskId, startedAt })

/** Keeps the displayed value between ticks. Idempotent for equal facts. */
function createEta() {
  let memory = noEta
  return {
    read(facts: EtaFacts): Eta {
      const [eta, next] = nextEta(memory, facts)
      memory = next
      return eta
    },
  }
}
