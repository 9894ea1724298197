// The interface to what the connection loop follows: a task or a chat.
import type { InferstreamError } from '../core/errors.ts'
import type { ConnectionState } from '../core/types.ts'
import type { DecodedRecord, StreamFormat } from '../wire/decode.ts'

export interface ConnectionOptions {
  readonly format: StreamFormat
  /** ms */
  readonly idleTimeoutMs: number
  readonly maxStreams: number
  readonly maxEventBytes: number
}

export interface StreamTarget {
  /** The stream is `GET <path>/stream`. */
  readonly path: string
  /** Whether nothing is left to follow. */
  isOver(): boolean
  /** Whether its stream may be given to a target that needs it more. */
  isQueued(): boolean
  /** Whether the received records require a refetch without a wait. */
  isUrgent(): boolean
  onConnection(connection: ConnectionState, attempt: number, retryAt: number | null): void
  /**
   * Asks for a snapshot and applies it. Rejects as its requests do.
   * @param resumes The next stream continues, by id, where the last one ended.
   */
  refetch(signal: AbortSignal, resumes: boolean): Promise<void>
  /** A refetch in place of a stream, once a second. */
  poll(signal: AbortSignal): Promise<void>
  /** Classifies a stream by its first record. */
  onOpening(first: DecodedRecord, isResumed: boolean): Opening
  /** Applies the records of one chunk. `opening` is set for the first chunk of a stream. */
  onRecords(records: readonly DecodedRecord[], opening: Opening | null): Applied
  /** Called when the attempts are exhausted. */
  giveUp(error: InferstreamError | undefined): void
  /** Ends the connection with an error. */
  fail(error: InferstreamError): void
  warn(warning: InferstreamError): void
  /** Set if the caller listens to wire records. */
  readonly onEvent: ((record: unknown) => void) | undefined
  /** Resolves once slow readers have caught up, or after a short wait. Null if there is nothing to wait for. */
  pressure(): Promise<void> | null
}

export interface Applied {
  /** The stream must be left for a refetch. */
  readonly wantsRefetch: boolean
  /** The records changed something, apart from the snapshot that opens a stream. */
  readonly hasNews: boolean
}

export interface Opening {
  /** The stream begins with a snapshot: all its records are new, whatever their ids. */
  readonly isSnapshot: boolean
  /** The stream was requested with `Last-Event-ID`. */
  readonly isResumed: boolean
  /** A refetch is needed for what precedes the stream. */
  readonly needsRefetch: boolean
}
