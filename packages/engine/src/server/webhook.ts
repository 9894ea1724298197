import { taskDto } from '../tasks/task-dto.ts'
import type { Task } from '../tasks/task.ts'
import { isLoopback } from './guard.ts'
import { ProblemError, invalidRequest } from './problems.ts'

/** Time limit of the request, in milliseconds. */
const patience = 5_000

/** A notice beside the answer (protocol §1 "messages"). */
export interface Notice {
  level: 'warning'
  code: string
  message: string
}

export interface Webhook {
  /** Null if no request is made. */
  readonly address: string | null
  readonly notices: readonly Notice[]
}

/**
 * Only addresses of this machine are called, so that a local engine sends nothing to the network. Throws a problem for an
 * invalid URL.
 */
export function readWebhook(value: unknown): Webhook {
  if (value === undefined || value === null || value === '') return { address: null, notices: [] }
  if (typeof value !== 'string' || !URL.canParse(value)) {
    throw new ProblemError(invalidRequest('webhook must be a URL.', 422))
  }
  const { protocol, hostname } = new URL(value)
  if (protocol === 'http:' && isLoopback(hostname)) return { address: value, notices: [] }
  const message = 'The local engine calls only http webhooks on this machine; this one is not called.'
  return { address: null, notices: [{ level: 'warning', code: 'webhook_not_called', message }] }
}

/**
 * Waits for the end of the task, then POSTs the whole task once and ignores the answer (protocol §4; the payload of the
 * service is unknown). Never rejects.
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
    // An unreachable webhook does not change the run.
  }
}
