'use client'
import { useStreamSelector, type TaskState } from '@inferstream/react'
import type { ReactNode } from 'react'
import { useProgressDisplay } from './progress-display-context.ts'
import { ProgressDisplayCancel } from './progress-display-cancel.tsx'
import { ProgressDisplayElapsed } from './progress-display-elapsed.tsx'
import { ProgressDisplayErrorDetails } from './progress-display-error-details.tsx'
import { ProgressDisplayIndicator } from './progress-display-indicator.tsx'
import { ProgressDisplayLabel } from './progress-display-label.tsx'
import { ProgressDisplayMessage } from './progress-display-message.tsx'
import { ProgressDisplayQueuePosition } from './progress-display-queue-position.tsx'
import { ProgressDisplayRetry } from './progress-display-retry.tsx'
import { ProgressDisplayRoot, type ProgressDisplayRootProps } from './progress-display-root.tsx'
import { ProgressDisplayStatus } from './progress-display-status.tsx'
import { ProgressDisplayTrack } from './progress-display-track.tsx'
import { ProgressDisplayValue } from './progress-display-value.tsx'

export type ProgressDisplayProps = ProgressDisplayRootProps

/** Where a run is: status, bar, percentage, last log line, time, Cancel and Retry. */
export function ProgressDisplay(props: ProgressDisplayProps): ReactNode {
  return (
    <ProgressDisplayRoot {...props}>
      <div data-slot="progress-display-header">
        <ProgressDisplayLabel />
        <div data-slot="progress-display-actions">
          <ProgressDisplayCancel />
          <ProgressDisplayRetry />
        </div>
      </div>
      <div data-slot="progress-display-line">
        <ProgressDisplayStatus />
        <ProgressDisplayQueuePosition />
        <ProgressDisplayValue />
      </div>
      <ProgressDisplayTrack>
        <ProgressDisplayIndicator />
      </ProgressDisplayTrack>
      <div data-slot="progress-display-footer">
        <MessageOrError />
        <ProgressDisplayElapsed />
      </div>
    </ProgressDisplayRoot>
  )
}

function MessageOrError() {
  const { stream, state } = useProgressDisplay('Message')
  const failed = useStreamSelector(stream, (run: TaskState) => run.error !== null)
  return failed && state.phase === 'failed' ? <ProgressDisplayErrorDetails /> : <ProgressDisplayMessage />
}
