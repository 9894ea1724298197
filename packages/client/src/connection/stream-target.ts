// What the connection loop follows, and what it may be told.
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

/** What is followed: where it is, and what becomes of what comes. */
export interface Followed {
  /** `GET <path>/stream` is its stream. */
  readonly path: string
  /** Nothing is left to follow. */
  isOver(): boolean
  /** May give its stream to one that needs it more. */
  isQueued(): boolean
  /** What came asks for a look at the whole, without waiting first. */
  isUrgent(): boolean
  connection(connection: ConnectionState, attempt: number, retryAt: number | null): void
  /**
   * Asks for the whole and takes it. Rejects as its requests do.
   * @param resumes the next stream goes on, by id, where the last one ended
   */
  look(signal: AbortSignal, resumes: boolean): Promise<void>
  /** What the first record of a stream says of that stream. */
  opening(first: DecodedRecord, isResumed: boolean): Opening
  /** Records of one chunk; the first ones come with their stream's opening. */
  take(records: readonly DecodedRecord[], opening: Opening | null): Taken
  /** The budget is spent. */
  giveUp(error: InferstreamError | undefined): void
  /** Ends the following with an error. */
  fail(error: InferstreamError): void
  warn(message: string): void
  /** Set where somebody listens to wire records. */
  readonly onEvent: ((record: unknown) => void) | undefined
  /** Resolves soon: when readers have caught up, or have shown that they are slow. Null when there is nothing to wait for. */
  pressure(): Promise<void> | null
}

export interface Taken {
  /** The stream is to be left for a look at the whole. */
  readonly isHint: boolean
  /** Something was not known before, and is more than the whole with which a stream opens. */
  readonly isNews: boolean
}

export interface Opening {
  /** It begins with the whole: everything in it is new, whatever its number. */
  readonly isWhole: boolean
  readonly isResumed: boolean
  /** A look is needed for what came before it. */
  readonly lacks: boolean
}
