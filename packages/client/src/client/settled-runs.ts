import { guard } from '../core/guard.ts'
import { errorFrom } from '../core/error-from.ts'
import type { FollowOptions, RunConfig, RunOutcome, SettledRun, TaskStream } from '../core/types.ts'

/** Started runs whose end is awaited. */
const maxPending = 1_000

interface PendingRun {
  readonly app: string | null
  /** epoch ms */
  readonly calledAt: number
}

/** Reports the end of each run that a client started, once, regardless of which caller follows it. */
export class SettledRuns {
  readonly #pending = new Map<string, PendingRun>()
  readonly #onSettled: (run: SettledRun) => void
  readonly #now: () => number

  constructor(onSettled: (run: SettledRun) => void, now: () => number) {
    this.#onSettled = onSettled
    this.#now = now
  }

  /** Never rejects. */
  async started(
    config: RunConfig | undefined,
    options: FollowOptions,
    calledAt: number,
    starting: Promise<{ taskId: string } | TaskStream>,
  ): Promise<void> {
    const app = (typeof config?.app === 'string' ? config.app : config?.app?.ref) || null
    const run: PendingRun = { app, calledAt }
    try {
      const started = await starting
      const { taskId } = started
      this.#pending.set(taskId, run)
      const [oldest = ''] = this.#pending.keys()
      if (this.#pending.size > maxPending) this.#pending.delete(oldest)
      if ('result' in started) await this.followed(started, options)
    } catch (error) {
      this.#report(null, run, outcomeOf(error, options))
    }
  }

  /** Never rejects. Streams of runs that were started elsewhere are ignored. */
  async followed(stream: TaskStream, options: FollowOptions): Promise<void> {
    let outcome: RunOutcome | null
    try {
      outcome = { status: 'completed', output: (await stream.result).output }
    } catch (error) {
      const isLeft = errorFrom(error, 'network').code === 'aborted' && !options.signal?.aborted
      outcome = isLeft ? null : outcomeOf(error, options)
    }
    const run = this.#pending.get(stream.taskId)
    if (!run || !outcome) return
    this.#pending.delete(stream.taskId)
    this.#report(stream.taskId, run, outcome)
  }

  #report(taskId: string | null, { app, calledAt }: PendingRun, outcome: RunOutcome): void {
    guard(() => this.#onSettled({ taskId, app, outcome, duration: Math.max(0, this.#now() - calledAt) }))
  }
}

/** The signal of a call cancels its run. */
function outcomeOf(thrown: unknown, { signal }: FollowOptions): RunOutcome {
  const error = errorFrom(thrown, 'network')
  const isCancelled = error.code === 'task_cancelled' || (error.code === 'aborted' && signal?.aborted)
  if (isCancelled) return { status: 'cancelled' }
  return { status: error.code === 'task_failed' ? 'failed' : 'error', error }
}
