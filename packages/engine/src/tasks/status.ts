/** Task status codes of the current service (protocol §3, column "current"). */
export const statusCodes = {
  received: 1,
  queued: 2,
  dispatched: 3,
  preparing: 4,
  serving: 5,
  setting_up: 6,
  running: 7,
  cancelling: 8,
  uploading: 9,
  completed: 10,
  failed: 11,
  cancelled: 12,
} as const

export type StatusName = keyof typeof statusCodes

export type TerminalStatus = 'completed' | 'failed' | 'cancelled'

export function isTerminal(status: StatusName): status is TerminalStatus {
  return status === 'completed' || status === 'failed' || status === 'cancelled'
}

/** Whether a task may go from one status to another: forward only, `cancelling` from any, nothing after an end. */
export function mayFollow(from: StatusName, to: StatusName): boolean {
  if (isTerminal(from)) return false
  if (from === 'cancelling') return isTerminal(to)
  if (to === 'cancelling' || isTerminal(to)) return true
  return statusCodes[to] > statusCodes[from]
}
