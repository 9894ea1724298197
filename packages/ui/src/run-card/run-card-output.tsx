'use client'
import { useStreamSelector, type TaskState } from '@inferstream/react'
import type { ReactNode } from 'react'
import { later } from '../part/later.tsx'
import { usePart, type PartProps } from '../part/part.ts'
import { isEnded } from '../progress-display/run-source.ts'
import { useRunCard, type RunCardState } from './run-card-context.ts'

export type RunCardOutputProps = PartProps<'div', RunCardState>

const Room = () => <div data-slot="run-card-room" />
// Loaded with the first output; its room is kept.
const TaskOutput = later(async () => (await import('../task-output/task-output.tsx')).TaskOutput, Room)

/**
 * The result: a preview while the run is active, the partial result of one that failed, in the frame that the result will have.
 * Renders nothing before the run and for a failed one without any, else a `<div>`.
 */
export function RunCardOutput(props: RunCardOutputProps): ReactNode {
  const { stream, state, label, alt, messages } = useRunCard('Output')
  const output = useStreamSelector(stream, outputOf)
  const ended = isEnded(state.phase)
  const isFinal = state.phase === 'done'
  const part = usePart('div', 'run-card-output', state, props, {
    children:
      output === null && !isFinal ? (
        <Room />
      ) : (
        <TaskOutput
          output={output}
          partial={!ended}
          alt={alt}
          label={messages.resultOf(label ?? messages.label)}
          role="group"
        />
      ),
  })
  if (state.phase === 'idle' || (ended && !isFinal && output === null)) return null
  return part
}

const outputOf = ({ output, partialOutput }: TaskState): unknown => output ?? partialOutput ?? null
