'use client'
import { Ban, Circle, CircleCheck, CircleX, Clock, LoaderCircle } from 'lucide-react'
import type { ReactNode } from 'react'
import { usePart, type PartProps } from '../part/part.ts'
import { useKit, type Icon, type IconName } from '../provider/kit-context.ts'
import { useProgressDisplay, type ProgressDisplayState } from './progress-display-context.ts'
import type { RunPhase } from './run-source.ts'

export type ProgressDisplayStatusProps = PartProps<'span', ProgressDisplayState>

const icons: Readonly<Record<RunPhase, readonly [IconName, Icon]>> = {
  idle: ['idle', Circle],
  queued: ['queued', Clock],
  starting: ['active', LoaderCircle],
  running: ['active', LoaderCircle],
  finishing: ['active', LoaderCircle],
  cancelling: ['active', LoaderCircle],
  done: ['done', CircleCheck],
  failed: ['failed', CircleX],
  cancelled: ['cancelled', Ban],
}

/** An icon and the word for where the run is. Renders a `<span>`. */
export function ProgressDisplayStatus(props: ProgressDisplayStatusProps): ReactNode {
  const { state, messages } = useProgressDisplay('Status')
  const kit = useKit()
  const [name, fallback] = icons[state.phase]
  const StatusIcon = kit.icons[name] ?? fallback
  return usePart('span', 'progress-display-status', state, props, {
    children: (
      <>
        <StatusIcon data-slot="progress-display-icon" aria-hidden="true" width={16} height={16} />
        <span>{messages.status[state.status]}</span>
      </>
    ),
  })
}
