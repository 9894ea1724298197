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

// What is spoken, and what a hidden tab says, is loaded after what is seen.
const RunAnnouncer = later(async () => (await import('./run-announcer.tsx')).RunAnnouncer)
const HiddenTabTitle = later(async () => (await import('./hidden-tab-title.tsx')).HiddenTabTitle)

interface ProgressDisplayOptions extends Omit<PartProps<'div', ProgressDisplayState>, 'onCancel'> {
  /** @defaultValue 'bar' */
  variant?: ProgressDisplayVariant | undefined
  /** Names the run for the eye and for assistive technology. @defaultValue 'Run', or the app where `config` is given */
  label?: ReactNode
  /**
   * The app that is run: past runs of it are what progress is estimated from while neither the app nor its log tells.
   * @defaultValue the app of `config`
   */
  app?: string | undefined
  /** Says in the title of a hidden tab how the run ended. @defaultValue true */
  documentTitle?: boolean | undefined
  /** What Cancel does. @defaultValue the stream's own `cancel` */
  onCancel?: (() => unknown) | undefined
  /** What Retry does. @defaultValue the stream's own `retry` */
  onRetry?: (() => unknown) | undefined
}

export type ProgressDisplayRootProps = ProgressDisplayOptions &
  (
    | {
        /** What `useStream` or `useTask` return, or a plain `TaskState`. */
        stream: RunSource
        config?: undefined
      }
    | {
        /**
         * Runs this by itself, once, on mount. A deep-equal config changes nothing; a changed one starts a new run and
         * detaches the old.
         */
        config: RunConfig
        stream?: undefined
      }
  )

/** Holds one run and tells every part about it. Renders a `<div>`. */
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
        indeterminate: shown.fraction === null && phase !== 'idle' && !isEnded(phase),
        terminal: isEnded(phase),
      }
    },
    shallowEqual,
  )
  const state = useMemo<ProgressDisplayState>(() => ({ ...run, variant }), [run, variant])
  // Its regions are in the document before there is anything to say, and its first look at the run was this one.
  useAnnouncer()
  const [seen] = useState(run.status)
  const { cancel, retry } = stream
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
      spokenLabel: typeof label === 'string' ? label : messages.label,
      past,
      locale,
      messages,
      cancel: askToCancel,
      refusal,
      retry: onRetry ?? retry,
    }),
    [stream, state, track, label, labelId, past, locale, messages, askToCancel, refusal, onRetry, retry],
  )
  const root = usePart('div', 'progress-display', state, props, { role: 'group', 'aria-labelledby': labelId })
  return (
    <ProgressDisplayContext value={value}>
      {root}
      <RunAnnouncer seen={seen} />
      {documentTitle && <HiddenTabTitle seen={seen} />}
    </ProgressDisplayContext>
  )
}
