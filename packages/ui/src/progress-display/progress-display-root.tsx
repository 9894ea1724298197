'use client'
import {
  phaseOf,
  InferstreamError,
  useRunDurations,
  useStreamSelector,
  type RunConfig,
  type TaskState,
} from '@inferstream/react'
import { useId, useMemo, useState, type ReactNode } from 'react'
import { later } from '../part/later.tsx'
import { usePart, type PartProps } from '../part/part.ts'
import { useKit } from '../provider/kit-context.ts'
import { useAnnouncer } from '../provider/use-announcer.ts'
import { useMessages } from '../provider/use-messages.ts'
import { progressMessages } from './messages.ts'
import {
  ProgressDisplayContext,
  type ProgressDisplayState,
  type ProgressDisplayVariant,
} from './progress-display-context.ts'
import { createProgressTrack } from './progress-track.ts'
import { isEnded, type RunSource } from './run-source.ts'
import { shallowEqual } from './shallow-equal.ts'
import { useConfigRun } from './use-config-run.ts'

// Loaded after the visible parts.
const UnseenParts = later(async () => (await import('./unseen-parts.tsx')).UnseenParts)

interface ProgressDisplayOptions extends Omit<PartProps<'div', ProgressDisplayState>, 'onCancel'> {
  /** @defaultValue 'bar' */
  variant?: ProgressDisplayVariant | undefined
  /** Visible and accessible name of the run. @defaultValue 'Run', or the app if `config` is given */
  label?: ReactNode
  /**
   * The app of the run: progress is estimated from its past runs while neither the app nor its log reports any.
   * @defaultValue the app of `config`
   */
  app?: string | undefined
  /** Shows the outcome of the run in the title of a hidden tab. @defaultValue true */
  documentTitle?: boolean | undefined
  /** The action of Cancel. @defaultValue the stream's own `cancel` */
  onCancel?: (() => unknown) | undefined
  /** The action of Retry. @defaultValue the stream's own `retry` */
  onRetry?: (() => unknown) | undefined
}

export type ProgressDisplayRootProps = ProgressDisplayOptions &
  (
    | {
        /** The result of `useStream` or `useTask`, or a plain `TaskState`. */
        stream: RunSource
        config?: undefined
      }
    | {
        /**
         * Starts this run once, on mount. A deep-equal config changes nothing; a changed one starts a new run and
         * detaches the old.
         */
        config: RunConfig
        stream?: undefined
      }
  )

/** Holds one run and provides it to the parts. Renders a `<div>`. */
export function ProgressDisplayRoot(props: ProgressDisplayRootProps): ReactNode {
  return props.config === undefined ? <StreamRoot {...props} /> : <ConfigRoot {...props} />
}

function ConfigRoot({
  config,
  app = appName(config),
  label = app,
  ...props
}: ProgressDisplayOptions & { config: RunConfig; stream?: undefined }) {
  const stream = useConfigRun(config)
  return <StreamRoot {...props} stream={stream} app={app} label={label} />
}

const appName = ({ app }: RunConfig): string => (typeof app === 'string' ? app : app.ref)

function StreamRoot({
  stream,
  variant = 'bar',
  label,
  app = '',
  documentTitle = true,
  onCancel,
  onRetry,
  ...props
}: ProgressDisplayOptions & { stream: RunSource }) {
  const { locale } = useKit()
  const messages = useMessages('progress', progressMessages)
  const labelId = useId()
  const [track] = useState(createProgressTrack)
  const { samples, median, p90 } = useRunDurations(app)
  const past = useMemo(() => ({ samples, median, p90 }), [samples, median, p90])
  const run = useStreamSelector(
    stream,
    (now: TaskState) => {
      const phase = phaseOf(now.status)
      const shown = track.read(now, null, median)
      return {
        status: now.status,
        phase,
        connection: now.connection,
        progressSource: shown.source,
        lost: now.status === 'error' && now.taskId !== null,
        indeterminate: shown.fraction === null && phase !== 'idle' && !isEnded(phase),
        terminal: isEnded(phase),
      }
    },
    shallowEqual,
  )
  const state = useMemo<ProgressDisplayState>(() => ({ ...run, variant }), [run, variant])
  // The live regions must be in the document before the first announcement; `seen` is the status at mount.
  useAnnouncer()
  const [seen] = useState(run.status)
  const { cancel, retry, attach } = stream
  const taskId = useStreamSelector(stream, (now: TaskState) => now.taskId)
  const [refusal, setRefusal] = useState<InferstreamError | null>(null)
  if (refusal && run.terminal) setRefusal(null)
  const askToCancel = useMemo(() => {
    const ask = onCancel ?? cancel
    return (
      ask &&
      (async () => {
        setRefusal(null)
        try {
          await ask()
        } catch (error) {
          if (!(error instanceof InferstreamError)) throw error
          setRefusal(error)
        }
      })
    )
  }, [onCancel, cancel])
  const value = useMemo(
    () => ({
      stream,
      state,
      track,
      label: label ?? messages.label,
      labelId,
      ownLabel: typeof label === 'string' ? label : null,
      past,
      locale,
      messages,
      cancel: askToCancel,
      refusal,
      retry: onRetry ?? retry,
      // A task that is only followed is followed again by `retry`.
      reconnect: attach && taskId !== null ? () => attach(taskId) : retry,
    }),
    [
      stream,
      state,
      track,
      label,
      labelId,
      past,
      locale,
      messages,
      askToCancel,
      refusal,
      onRetry,
      retry,
      attach,
      taskId,
    ],
  )
  const root = usePart('div', 'progress-display', state, props, { role: 'group', 'aria-labelledby': labelId })
  return (
    <ProgressDisplayContext value={value}>
      {root}
      <UnseenParts seen={seen} documentTitle={documentTitle} />
    </ProgressDisplayContext>
  )
}
