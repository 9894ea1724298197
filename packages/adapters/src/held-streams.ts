import type { ServerSentEvent } from '@inferstream/client/backend'

/** The open answer to the request that started a run: its first follower goes on with it. */
export interface HeldStream {
  /** Batches of events. */
  readonly events: AsyncIterator<readonly ServerSentEvent[]>
  /** Closes the connection. */
  readonly abort: () => void
}

/** ms after which an answer that nobody follows is closed. */
const patience = 2_000

export class HeldStreams {
  readonly #held = new Map<string, HeldStream>()

  hold(taskId: string, stream: HeldStream): void {
    this.#held.set(taskId, stream)
    setTimeout(() => this.take(taskId)?.abort(), patience)
  }

  /** Undefined for any but the first call for a run. */
  take(taskId: string): HeldStream | undefined {
    const held = this.#held.get(taskId)
    this.#held.delete(taskId)
    return held
  }
}
