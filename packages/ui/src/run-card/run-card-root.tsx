'use client'
import { phaseOf, useStreamSelector, useTask, type TaskState } from '@inferstream/react'
import { useMemo, type ReactNode } from 'react'
import { usePart, type PartProps } from '../part/part.ts'
import type { RunSource } from '../progress-display/run-source.ts'
import { useMessages } from '../provider/use-messages.ts'
import { runCardMessages } from './messages.ts'
import { RunCardContext, type RunCardState, type RunCardVariant } from './run-card-context.ts'

interface RunCardOptions extends PartProps<'article', RunCardState> {
  /**
   * `full`: progress, result, log; `compact`: the progress in one line, a smaller result, log; `row`: one line.
   * @defaultValue 'full'
   */
  variant?: RunCardVariant | undefined
  /** Visible and accessible name of the run. @defaultValue 'Run' */
  label?: string | undefined
  /** Alternative text of pictures, such as the prompt. @defaultValue the label */
  alt?: string | undefined
  /** The app of the run: its past runs tell how long it usually takes. */
  app?: string | undefined
  /** Shows a button that opens the run. */
  onOpen?: (() => void) | undefined
}

export type RunCardRootProps = RunCardOptions &
  (
    | {
        /** The result of `useStream` or `useTask`, or a plain `TaskState`. */
        stream: RunSource
        taskId?: undefined
      }
    | {
        /** The task to follow; `null` for none. */
        taskId: string | null
        stream?: undefined
      }
  )

/** Holds one run. Renders an `<article>`. */
export function RunCardRoot(props: RunCardRootProps): ReactNode {
  return props.stream === undefined ? <TaskCard {...props} /> : <StreamCard {...props} />
}

function TaskCard({ taskId, ...props }: RunCardOptions & { taskId: string | null; stream?: undefined }) {
  return <StreamCard {...props} stream={useTask(taskId)} />
}

function StreamCard({
  stream,
  variant = 'full',
  label,
  alt = label,
  app,
  onOpen,
  ...props
}: RunCardOptions & { stream: RunSource; taskId?: undefined }) {
  const messages = useMessages('runCard', runCardMessages)
  const status = useStreamSelector(stream, statusOf)
  const state = useMemo(() => ({ variant, status, phase: phaseOf(status) }), [variant, status])
  const value = useMemo(
    () => ({ stream, state, label, alt, app, onOpen, messages }),
    [stream, state, label, alt, app, onOpen, messages],
  )
  const root = usePart('article', 'run-card', state, props, { 'aria-label': label ?? messages.label })
  return <RunCardContext value={value}>{root}</RunCardContext>
}

const statusOf = ({ status }: TaskState) => status
