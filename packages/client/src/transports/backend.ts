// The seam for any backend whose runs can be joined again.
import type { BackendResume, RunConfig } from '../core/types.ts'
import type { ChatBackend } from './chat-backend.ts'
import type { BackendUpdate } from '../task/task-reducer.ts'

/** An update, and the place behind it. */
export type PlacedUpdate<TCursor = string> = BackendUpdate & { cursor?: TCursor | undefined }

export interface BackendPromises {
  readonly resume: BackendResume
  /** Whether `cancel` stops the run. */
  readonly cancel: boolean
  /** Whether `follow` yields log lines. */
  readonly logs: boolean
  /** Whether `start` with the same `idempotencyKey` starts one run only: it is then repeated after a lost answer. */
  readonly idempotentStart?: boolean
}

/** @typeParam TCursor A place in a run's history: an event id, a sequence number, an offset. */
export interface Backend<TCursor = string> {
  /** A short name, such as `my-queue`. */
  readonly kind: string
  readonly promises: BackendPromises
  /** Resolves once the run exists. `update`: what the answer already says of it. */
  start(
    config: RunConfig,
    context: { signal: AbortSignal; idempotencyKey: string },
  ): Promise<{ taskId: string; update?: BackendUpdate }>
  /**
   * Yields what came after `after` (`null`: from the beginning), each update with the cursor behind it. `output` and `partial_output` are
   * whole, `delta` is the new piece, `logs` are the new lines. Ending without a terminal status is a lost connection. Updates that
   * arrived together may be yielded as one array, which costs less.
   */
  follow(
    taskId: string,
    context: { after: TCursor | null; signal: AbortSignal },
  ): AsyncIterable<PlacedUpdate<TCursor> | readonly PlacedUpdate<TCursor>[]>
  /** Everything known now; `logs` are all lines, or undefined where it has none. */
  read?(taskId: string, context: { signal: AbortSignal }): Promise<BackendUpdate>
  cancel?(taskId: string, context: { signal: AbortSignal }): Promise<void>
  /** Chats of the same backend, for `agent()` and `useAgent`. */
  readonly chats?: ChatBackend<TCursor>
}
