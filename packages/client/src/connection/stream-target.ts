// What the connection loop connects to: a task or a chat.
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
  /** `GET <path>/stream` is its stream. */
  readonly path: string
  /** Nothing is left to follow. */
  isOver(): boolean
  /** May give its stream to one that needs it more. */
  isQueued(): boolean
  /** What was received asks for a refetch without waiting first. */
  isUrgent(): boolean
  onConnection(connection: ConnectionState, attempt: number, retryAt: number | null): void
  /**
   * Asks for a snapshot and applies it. Rejects as its requests do.
   * @param resumes The next stream continues, by id, where the last one ended.
   */
  refetch(signal: AbortSignal, resumes: boolean): Promise<void>
  /** A refetch in place of a stream, once a second. */
  poll(signal: AbortSignal): Promise<void>
  /** What the first record of a stream says of that stream. */
  onOpening(first: DecodedRecord, isResumed: boolean): Opening
  /** Records of one chunk; the first ones come with the opening of their stream. */
  onRecords(records: readonly DecodedRecord[], opening: Opening | null): Applied
  /** The attempts are exhausted. */
  giveUp(error: InferstreamError | undefined): void
  /** Ends the connection with an error. */
  fail(error: InferstreamError): void
  warn(warning: InferstreamError): void
  /** Set where the caller listens to wire records. */
  readonly onEvent: ((record: unknown) => void) | undefined
  /** Resolves soon: when readers have caught up, or have shown that they are slow. Null when there is nothing to wait for. */
  pressure(): Promise<void> | null
}

export interface Applied {
  /** The stream is to be left for a refetch. */
  readonly wantsRefetch: boolean
  /** Something was not known before, and is more than the snapshot with which a stream opens. */
  readonly hasNews: boolean
}

export interface Opening {
  /** It begins with a snapshot: everything in it is new, whatever its id. */
  readonly isSnapshot: boolean
  readonly isResumed: boolean
  /** A refetch is needed for what came before it. */
  readonly needsRefetch: boolean
}
