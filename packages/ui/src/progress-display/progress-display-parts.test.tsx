import { InferstreamError } from '@inferstream/react'
import { render } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { describePart, loosen } from '../testing/part-conformance.tsx'
import { phasesOf, progressOf, startedAt, taskState } from '../testing/task-state.ts'
import { ProgressDisplayPrimitive as P } from './index.ts'
import type { TimelineStep } from './timeline-steps.ts'

const running = taskState({ status: 'running', progress: progressOf(1, 4), queuePosition: 2 })
const failed = taskState({
  status: 'failed',
  error: new InferstreamError('task_failed', 'No.'),
  endedAt: startedAt + 1,
  phases: phasesOf(['queued', 0, 1]),
})
const step: TimelineStep = { name: 'running', state: 'current', since: null, spent: null }
const act = { onCancel: () => {}, onRetry: () => {} }

const parts = [
  { slot: 'progress-display-label', Part: loosen(P.Label) },
  { slot: 'progress-display-status', Part: loosen(P.Status) },
  { slot: 'progress-display-track', Part: loosen(P.Track) },
  { slot: 'progress-display-indicator', Part: loosen(P.Indicator) },
  { slot: 'progress-display-value', Part: loosen(P.Value) },
  { slot: 'progress-display-timeline', Part: loosen(P.Timeline) },
  { slot: 'progress-display-elapsed', Part: loosen(P.Elapsed) },
  { slot: 'progress-display-eta', Part: loosen(P.Eta) },
  { slot: 'progress-display-queue-position', Part: loosen(P.QueuePosition) },
  { slot: 'progress-display-message', Part: loosen(P.Message) },
  { slot: 'progress-display-connection', Part: loosen(P.Connection) },
  { slot: 'progress-display-cancel', Part: loosen(P.Cancel) },
  { slot: 'progress-display-retry', Part: loosen(P.Retry), stream: failed },
  { slot: 'progress-display-error-details', Part: loosen(P.ErrorDetails), stream: failed },
]

const steps = [
  { slot: 'progress-display-timeline-item', Part: loosen(P.TimelineItem) },
  { slot: 'progress-display-timeline-marker', Part: loosen(P.TimelineMarker) },
  { slot: 'progress-display-timeline-label', Part: loosen(P.TimelineLabel) },
  { slot: 'progress-display-timeline-duration', Part: loosen(P.TimelineDuration) },
]

describe('Root', () => {
  const Root = loosen(P.Root)
  describePart({ slot: 'progress-display', part: (props) => <Root stream={running} {...props} /> })
})

describe.each(parts)('$slot', ({ slot, Part, stream = running }) => {
  describePart({
    slot,
    part: (props) => (
      <P.Root stream={stream} {...act}>
        <Part {...props} />
      </P.Root>
    ),
  })

  it('names its Root in the error when it is used alone', () => {
    expect(() => render(<Part />)).toThrow(/Put it inside ProgressDisplayPrimitive\.Root/)
  })
})

describe.each(steps)('$slot', ({ slot, Part }) => {
  describePart({ slot, part: (props) => <Part step={step} {...props} /> })
})

it('says of a run that is known by its id alone that it is looked for, not that it is being sent', () => {
  const { rerender, container } = render(
    <P.Root stream={taskState({ status: 'starting', taskId: null })}>
      <P.Status />
    </P.Root>,
  )
  expect(container).toHaveTextContent('Sending')
  rerender(
    <P.Root stream={taskState({ status: 'starting', taskId: 't1' })}>
      <P.Status />
    </P.Root>,
  )
  expect(container).toHaveTextContent('Finding the run')
})
