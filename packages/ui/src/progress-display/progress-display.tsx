'use client'
import { useStreamSelector, type TaskState } from '@inferstream/react'
import type { ReactNode } from 'react'
import { later } from '../part/later.tsx'
import { useProgressDisplay } from './progress-display-context.ts'
import { ProgressDisplayCancel } from './progress-display-cancel.tsx'
import { ProgressDisplayConnection } from './progress-display-connection.tsx'
import { ProgressDisplayElapsed } from './progress-display-elapsed.tsx'
import { ProgressDisplayErrorDetails } from './progress-display-error-details.tsx'
import { ProgressDisplayIndicator } from './progress-display-indicator.tsx'
import { ProgressDisplayLabel } from './progress-display-label.tsx'
import { ProgressDisplayMessage } from './progress-display-message.tsx'
import { ProgressDisplayQueuePosition } from './progress-display-queue-position.tsx'
import { ProgressDisplayReconnect, ProgressDisplayRetry } from './progress-display-retry.tsx'
import { ProgressDisplayRoot, type ProgressDisplayRootProps } from './progress-display-root.tsx'
import { ProgressDisplayStatus } from './progress-display-status.tsx'
import { ProgressDisplayTrack } from './progress-display-track.tsx'
import { ProgressDisplayValue } from './progress-display-value.tsx'

export type ProgressDisplayProps = ProgressDisplayRootProps & {
  /** Shows the steps of the run. @defaultValue whether `variant` is 'timeline' */
  timeline?: boolean | undefined
  /** Shows every line of the log. @defaultValue false */
  logs?: boolean | undefined
}

// Loaded later: there is no estimate in the first seconds.
const Eta = later(async () => (await import('./progress-display-eta.tsx')).ProgressDisplayEta)

// Loaded later: few runs have a bar within their bar.
const Inner = later(async () => (await import('./progress-display-inner.tsx')).ProgressDisplayInner)

// Loaded later: a run that has just ended says nothing of it.
const EndedAt = later(async () => (await import('./progress-display-ended-at.tsx')).ProgressDisplayEndedAt)

// Loaded only if steps are shown; their room is kept.
const Timeline = later(
  async () => (await import('./progress-display-timeline.tsx')).ProgressDisplayTimeline,
  () => <div data-slot="progress-display-timeline-room" />,
)

// Loaded only if `logs` is set.
const LogList = later(
  async () => (await import('../log-list/log-list.tsx')).LogList,
  () => <div data-slot="log-list" />,
)

/** The state of a run: status, bar, percentage, last log line, time, Cancel and Retry. */
export function ProgressDisplay({ timeline, logs = false, ...props }: ProgressDisplayProps): ReactNode {
  const { variant = 'bar' } = props
  const steps = timeline ?? variant === 'timeline'
  return (
    <ProgressDisplayRoot {...props}>
      {variant === 'compact' ? <Compact /> : variant === 'ring' ? <Ring /> : <Bar />}
      {steps && <Timeline />}
      {logs && <RunLog />}
    </ProgressDisplayRoot>
  )
}

function Bar() {
  return (
    <>
      <div data-slot="progress-display-header">
        <ProgressDisplayLabel />
        <Actions />
      </div>
      <div data-slot="progress-display-line">
        <ProgressDisplayStatus />
        <ProgressDisplayQueuePosition />
        <ProgressDisplayValue />
      </div>
      <ProgressDisplayTrack>
        <ProgressDisplayIndicator />
        <Inner />
      </ProgressDisplayTrack>
      <Footer />
    </>
  )
}

function Compact() {
  return (
    <>
      <div data-slot="progress-display-line">
        <ProgressDisplayStatus />
        <ProgressDisplayLabel />
        <CompactState />
        <ProgressDisplayValue />
        <ProgressDisplayElapsed />
        <Actions />
      </div>
      <ProgressDisplayErrorDetails />
    </>
  )
}

/** In place of the bar while a queue or a lost connection says more. */
function CompactState() {
  const { state, stream } = useProgressDisplay('Root')
  const queued = useStreamSelector(stream, isPlaced)
  if (state.phase === 'queued' && queued) return <ProgressDisplayQueuePosition />
  const lost = state.connection === 'reconnecting' || state.connection === 'offline'
  if (lost && !state.terminal) return <ProgressDisplayConnection />
  return (
    <ProgressDisplayTrack>
      <ProgressDisplayIndicator />
    </ProgressDisplayTrack>
  )
}

const isPlaced = ({ queuePosition }: TaskState) => queuePosition !== null

function Ring() {
  return (
    <div data-slot="progress-display-ring">
      <div data-slot="progress-display-dial">
        <ProgressDisplayTrack>
          <RingDrawing />
        </ProgressDisplayTrack>
        <ProgressDisplayValue />
      </div>
      <div data-slot="progress-display-body">
        <div data-slot="progress-display-header">
          <ProgressDisplayLabel />
          <Actions />
        </div>
        <div data-slot="progress-display-line">
          <ProgressDisplayStatus />
          <ProgressDisplayQueuePosition />
          <EstimatedNote />
        </div>
        <Footer />
      </div>
    </div>
  )
}

/** The dial has no room for it. */
function EstimatedNote() {
  const { state, messages } = useProgressDisplay('Value')
  return (
    state.progressSource === 'estimated' && <span data-slot="progress-display-estimated">{messages.estimated}</span>
  )
}

/** Two circles; the stylesheet fills the second by `--ifs-progress`. */
function RingDrawing() {
  return (
    <svg viewBox="0 0 36 36" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="4">
      <circle cx="18" cy="18" r="16" data-slot="progress-display-ring-rest" />
      <ProgressDisplayIndicator render={<circle cx="18" cy="18" r="16" pathLength="1" />} />
    </svg>
  )
}

function Actions() {
  return (
    <div data-slot="progress-display-actions">
      <ProgressDisplayCancel />
      <ProgressDisplayReconnect />
      <ProgressDisplayRetry />
    </div>
  )
}

function Footer() {
  return (
    <div data-slot="progress-display-footer">
      <Notice />
      <span data-slot="progress-display-times">
        <Eta />
        <ProgressDisplayElapsed />
        <EndedAt />
      </span>
    </div>
  )
}

/** One line for the most important message: the error, the lost connection, or the last line of the log. */
function Notice() {
  const { stream, state, refusal } = useProgressDisplay('Message')
  const failed = useStreamSelector(stream, hasError)
  if (failed && state.phase === 'failed') return <ProgressDisplayErrorDetails />
  const lost = state.connection === 'reconnecting' || state.connection === 'offline'
  // What is true now comes before a refusal of a moment ago.
  if (lost && !state.terminal) return <ProgressDisplayConnection />
  return refusal ? <ProgressDisplayErrorDetails /> : <ProgressDisplayMessage />
}

const hasError = ({ error }: TaskState) => error !== null

function RunLog() {
  const { stream, messages } = useProgressDisplay('Root')
  const lines = useStreamSelector(stream, linesOf)
  const pending = useStreamSelector(stream, pendingOf)
  const isWhole = useStreamSelector(stream, hasNoGap)
  return (
    <>
      {!isWhole && <p data-slot="progress-display-gaps">{messages.gaps}</p>}
      <LogList lines={lines} pending={pending} hash="" />
    </>
  )
}

const hasNoGap = ({ gaps }: TaskState) => gaps === 0

const linesOf = ({ logs }: TaskState) => logs
const pendingOf = ({ pendingLine }: TaskState) => pendingLine
