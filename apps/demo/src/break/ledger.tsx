import { useStreamSelector, type TaskState, type UseStreamResult } from '@inferstream/react'
import { useEffect, useState } from 'react'
import { useService } from '../service-context.ts'

/** ms between two questions to the service. */
const every = 1_500
/** Lines up to which the service is asked while the run goes on: the answer contains all of them. */
const fewLines = 5_000

/** Lines that this page has received, beside those that the service has. */
export function Ledger({ stream }: { stream: UseStreamResult }) {
  const { client } = useService()
  const received = useStreamSelector(stream, linesOf)
  const taskId = useStreamSelector(stream, (run) => run.taskId)
  const isLive = useStreamSelector(stream, (run) => run.connection === 'live')
  const isEnded = stream.isTerminal
  const isLong = received > fewLines
  const [counted, setCounted] = useState<{ of: string; lines: number } | null>(null)
  useEffect(() => {
    if (taskId === null || !(isEnded || (isLive && !isLong))) return undefined
    const controller = new AbortController()
    const ask = () =>
      client.tasks
        .get(taskId, { signal: controller.signal })
        .then((state) => setCounted({ of: taskId, lines: linesOf(state) }))
        // A lost connection is said elsewhere on the page.
        .catch(() => {})
    void ask()
    const timer = isEnded ? undefined : setInterval(() => void ask(), every)
    return () => {
      controller.abort()
      clearInterval(timer)
    }
  }, [client, taskId, isLive, isEnded, isLong])
  const onServer = counted !== null && counted.of === taskId ? counted.lines : null
  return (
    <p className="ledger">
      <span>
        Lines received <b>{received.toLocaleString('en')}</b>
      </span>
      <span>
        on the server <b>{onServer === null ? '–' : Math.max(onServer, isEnded ? 0 : received).toLocaleString('en')}</b>
      </span>
      <span>
        {taskId === null
          ? ''
          : isEnded && onServer !== null
            ? onServer === received
              ? 'equal: nothing was lost'
              : 'different'
            : ''}
      </span>
    </p>
  )
}

const linesOf = ({ logs }: TaskState) => logs.length + logs.dropped
