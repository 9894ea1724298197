'use client'
import { useStreamSelector, type TaskState } from '@inferstream/react'
import type { ReactNode } from 'react'
import { useConnectionTimes } from '../connection/use-connection.ts'
import { WifiOffIcon } from '../part/icons.ts'
import { usePart, type PartProps } from '../part/part.ts'
import { useKit } from '../provider/kit-context.ts'
import { formatDuration } from '../text/format.ts'
import { useProgressDisplay, type ProgressDisplayState } from './progress-display-context.ts'
import { shallowEqual } from './shallow-equal.ts'

export type ProgressDisplayConnectionProps = PartProps<'span', ProgressDisplayState>

/**
 * The state of the connection, which is not the status of the run. While the connection is lost it says that the run goes on,
 * how old the displayed state is, and when the next attempt is due; after half a minute it offers one at once. Renders a `<span>`.
 */
export function ProgressDisplayConnection(props: ProgressDisplayConnectionProps): ReactNode {
  const { state, stream, retry, reconnect, messages, locale } = useProgressDisplay('Connection')
  const facts = useStreamSelector(stream, connectionOf, shallowEqual)
  const { age, wait } = useConnectionTimes(facts)
  const kit = useKit()
  const LostIcon = kit.icons.offline ?? WifiOffIcon
  const lost = facts.connection === 'reconnecting' || facts.connection === 'offline'
  const isDoubtful = lost && age !== null && age >= doubtAfter
  return usePart('span', 'progress-display-connection', state, props, {
    children: (
      <>
        {lost && <LostIcon aria-hidden="true" width={14} height={14} />}
        <span data-slot="progress-display-connection-words">
          {isDoubtful
            ? messages.noContact(formatDuration(age, locale, { width: 'short' }))
            : messages.connection[facts.connection]}
        </span>
        {isDoubtful
          ? reconnect &&
            reconnect !== retry && (
              <button type="button" data-slot="progress-display-try-now" onClick={reconnect}>
                {messages.tryNow}
              </button>
            )
          : [
              age !== null && (
                <span key="age" data-slot="progress-display-connection-age">
                  {messages.asOf(formatDuration(age, locale))}
                </span>
              ),
              wait !== null && (
                <span key="wait" data-slot="progress-display-connection-wait">
                  {messages.nextTry(formatDuration(wait, locale), facts.attempt)}
                </span>
              ),
            ]}
      </>
    ),
  })
}

/** ms without contact after which it is no longer known that the run goes on. */
const doubtAfter = 30_000

const connectionOf = (run: TaskState) => {
  const { connection, attempt, retryAt } = run
  return { connection, attempt, retryAt, heardAt: heardOf(run) }
}

/** The newest time in the state: of a line, or of a change of status. */
function heardOf({ logs, phases, startedAt }: TaskState): number | null {
  const times = [logs.entry(logs.length - 1)?.receivedAt, phases.at(-1)?.startedAt, startedAt ?? undefined]
  const known = times.filter((time): time is number => time !== undefined && Number.isFinite(time))
  return known.length > 0 ? Math.max(...known) : null
}
