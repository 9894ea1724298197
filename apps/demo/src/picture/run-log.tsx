import { useStreamSelector, type TaskState, type UseStreamResult } from '@inferstream/react'
import { LogList } from '@inferstream/ui/log-list'

/** Subscribes by itself, so that a new line renders only the log. */
export function RunLog({ stream }: { stream: UseStreamResult | TaskState }) {
  const lines = useStreamSelector(stream, (run) => run.logs)
  const pending = useStreamSelector(stream, (run) => run.pendingLine)
  return <LogList className="log" lines={lines} pending={pending} label="Log" />
}
