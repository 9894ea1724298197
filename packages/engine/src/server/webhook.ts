import { taskDto } from '../tasks/task-dto.ts'
import type { Task } from '../tasks/task.ts'
import { isLoopback } from './guard.ts'
import { ProblemError, invalidRequest } from './problems.ts'

/** ms that whoever is told may take to answer. */
const patience = 5_000

/** A notice beside the answer (protocol §1 "messages"). */
export interface Notice {
  level: 'warning'
  code: string
  message: string
}

export interface Webhook {
  /** Null where nobody is told. */
  readonly address: string | null
  readonly notices: readonly Notice[]
}

/**
 * Only addresses of this machine are called: an engine on somebody's desk stays there. Throws a problem for what is no
 * address.
 */
export function readWebhook(value: unknown): Webhook {
  if (value === undefined || value === null || value === '') return { address: null, notices: [] }
  if (typeof value !== 'string' || !URL.canParse(value)) {
    throw new ProblemError(invalidRequest('webhook must be the address that is told of the end.', 422))
  }
  const { protocol, hostname } = new URL(value)
  if (protocol === 'http:' && isLoopback(hostname)) return { address: value, notices: [] }
  const message = 'The local engine tells only http addresses of this machine; this webhook is not called.'
  return { address: null, notices: [{ level: 'warning', code: 'webhook_not_called', message }] }
}

/**
 * Waits for the end of the task, then makes one POST of all of it, whatever comes back (protocol §4; what the service sends
 * is not known). Never rejects.
 */
export async function callWebhook(address: string, task: Task): Promise<void> {
  await task.settled()
  try {
    const answer = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(taskDto(task)),
      redirect: 'manual',
      signal: AbortSignal.timeout(patience),
    })
    await answer.body?.cancel()
  } catch {
    // Whoever wanted to know is not there; the run has ended all the same.
  }
}
