'use client'
import { useStreamSelector, type TaskState } from '@inferstream/react'
import type { ReactNode } from 'react'
import {
  BanIcon,
  CircleIcon,
  CircleCheckIcon,
  CircleXIcon,
  ClockIcon,
  LoaderCircleIcon,
  WifiOffIcon,
} from '../part/icons.ts'
import { usePart, type PartProps } from '../part/part.ts'
import { useKit, type Icon, type IconName } from '../provider/kit-context.ts'
import { useProgressDisplay, type ProgressDisplayState } from './progress-display-context.ts'
import type { RunPhase } from './run-source.ts'

export type ProgressDisplayStatusProps = PartProps<'span', ProgressDisplayState>

const icons: Readonly<Record<RunPhase, readonly [IconName, Icon]>> = {
  idle: ['idle', CircleIcon],
  queued: ['queued', ClockIcon],
  starting: ['active', LoaderCircleIcon],
  running: ['active', LoaderCircleIcon],
  finishing: ['active', LoaderCircleIcon],
  cancelling: ['active', LoaderCircleIcon],
  done: ['done', CircleCheckIcon],
  failed: ['failed', CircleXIcon],
  cancelled: ['cancelled', BanIcon],
}

/** An icon and a word for the status of the run. Renders a `<span>`. */
export function ProgressDisplayStatus(props: ProgressDisplayStatusProps): ReactNode {
  const { state, stream, messages } = useProgressDisplay('Status')
  const isSought = useStreamSelector(stream, isKnownByIdAlone)
  const kit = useKit()
  // A status that is not known yet is no place in a queue; a lost contact is no failure.
  const [name, fallback] =
    state.status === 'unknown' ? icons.running : state.lost ? (['offline', WifiOffIcon] as const) : icons[state.phase]
  const words = state.lost ? messages.lostStatus : isSought ? messages.finding : messages.status[state.status]
  const StatusIcon = kit.icons[name] ?? fallback
  return usePart('span', 'progress-display-status', state, props, {
    children: (
      <>
        <StatusIcon data-slot="progress-display-icon" aria-hidden="true" width={16} height={16} />
        <span title={words}>{words}</span>
      </>
    ),
  })
}

/** As after a reload: nothing is known of the run yet but its id. */
const isKnownByIdAlone = ({ status, taskId }: TaskState) => status === 'starting' && taskId !== null
