// Token batches of one message → its text so far, and whether that is to be trusted (protocol §5.1, §6 "How text arrives").
import { mergeDelta } from '../../wire/delta.ts'
import type { Accumulated } from '../../wire/delta.ts'
import type { JsonObject } from '../../core/json.ts'

/** What a snapshot has stored of a message; may lag far behind its tokens. */
export interface StoredText {
  readonly response: string
  readonly reasoning: string
}

/** What tokens have brought of a message that is being written. Immutable. */
export interface LiveText {
  readonly tokens: Accumulated
  /** Number of the last batch; undefined where batches are not numbered. */
  readonly seq: number | undefined
  /** The next batch may go on from the snapshot, whatever its number: that one came after the last cut or gap. */
  readonly resynced: boolean
  /** The stream was lost since: only a number can tell that the next batch follows. */
  readonly cut: boolean
  /** Batches were missed: the text stands still until a snapshot. */
  readonly incomplete: boolean
  /** Stored text that was ahead of the tokens; they must come to begin with it, or some were missed. */
  readonly ahead: StoredText | null
  /**
   * The other reading of batches without numbers after a cut: that they go on from the snapshot. It becomes `tokens` as soon
   * as those contradict the snapshot.
   */
  readonly rebased: Accumulated | null
  /** epoch ms of the first piece of reasoning, and of what followed it. */
  readonly thinking: { readonly from: number; readonly to: number | null } | null
}

/** Where a batch stands among others. */
export interface BatchPosition {
  readonly seq: number | undefined
  /** Last number seen on this stream, of any message: some count by chat, others by message. */
  readonly chatSeq: number | null
  /** The message was seen to begin on this stream, so that none of its batches can have been missed. */
  readonly startedOnStream: boolean
  /** epoch ms */
  readonly at: number
}

/**
 * Adds a batch. Repeats change nothing; one that does not follow makes the text incomplete.
 * @param seed What a first batch goes on from, where the message is joined in the middle: text that no batch of this stream
 * can be a part of.
 * @param stored All that is stored; it may be ahead of the stream.
 */
export function addTokens(
  before: LiveText | null,
  seed: StoredText,
  stored: StoredText,
  delta: JsonObject,
  position: BatchPosition,
): LiveText {
  const { seq } = position
  const live = before ?? begin(isFromStart(position) ? noText : seed, stored)
  if (seq !== undefined && live.seq !== undefined && seq <= live.seq) return live
  const next: LiveText = { ...live, seq: seq ?? live.seq, resynced: false }
  if (live.incomplete) return next
  const isNumbered = before !== null && seq !== undefined && live.seq !== undefined
  if (isNumbered && live.resynced && seq !== live.seq + 1) {
    return withTokens({ ...next, ahead: null, rebased: null }, mergeDelta(upToDate(live), delta), position)
  }
  if (!follows(before, live, seed, position)) return { ...next, incomplete: true }
  const base = live.rebased ?? (live.resynced && !isNumbered && live.ahead ? upToDate(live) : null)
  const rebased = base && mergeDelta(base, delta)
  return verified(withTokens({ ...next, rebased }, mergeDelta(live.tokens, delta), position))
}

function withTokens(live: LiveText, tokens: Accumulated, { at }: BatchPosition): LiveText {
  return { ...live, cut: false, tokens, thinking: thoughtOf(live.thinking, live.tokens, tokens, at) }
}

/** The tokens with the text of a snapshot where that is longer. */
function upToDate(live: LiveText, snapshot: StoredText | null = live.ahead): Accumulated {
  if (!snapshot) return live.tokens
  const known = textsOf(live)
  const tokens: Record<string, unknown> = { ...live.tokens }
  for (const key of ['response', 'reasoning'] as const) {
    if (snapshot[key].length > known[key].length) tokens[key] = snapshot[key]
  }
  return tokens
}

/**
 * Takes a snapshot's text of a message that is still being written.
 * @param isSeed No batch can have come between snapshot and stream: either it came in the stream, or none is open.
 */
export function applyStored(live: LiveText, stored: StoredText, isSeed: boolean): LiveText {
  const known = lengthOf(textsOf(live))
  const length = lengthOf(stored)
  if (length > known) {
    const ahead = live.ahead && lengthOf(live.ahead) > length ? live.ahead : stored
    if (!isSeed || !(live.incomplete || live.cut)) return { ...live, ahead }
    const resumable = { ...live, incomplete: false, cut: false, resynced: true, rebased: null }
    // Where none were missed before the cut, the next batch may be one that the snapshot has already.
    if (!live.incomplete) return { ...resumable, ahead }
    return { ...resumable, tokens: upToDate(live, stored), ahead: null }
  }
  // Batches without numbers can only be trusted to follow what a snapshot confirms.
  return isSeed && live.cut && !live.incomplete && length === known && live.seq === undefined
    ? { ...live, cut: false }
    : live
}

export function textsOf({ tokens }: LiveText): StoredText {
  const { response, reasoning } = tokens
  return {
    response: typeof response === 'string' ? response : '',
    reasoning: typeof reasoning === 'string' ? reasoning : '',
  }
}

export const noText: StoredText = { response: '', reasoning: '' }

function begin({ response, reasoning }: StoredText, stored: StoredText): LiveText {
  const tokens: Record<string, unknown> = {}
  if (response !== '') tokens['response'] = response
  if (reasoning !== '') tokens['reasoning'] = reasoning
  const isBehind = lengthOf(stored) > response.length + reasoning.length
  const ahead = isBehind ? stored : null
  const live = { tokens, seq: undefined, resynced: false, cut: false, incomplete: false, rebased: null, thinking: null }
  return { ...live, ahead }
}

export function lengthOf({ response, reasoning }: StoredText): number {
  return response.length + reasoning.length
}

function isFromStart({ seq, startedOnStream }: BatchPosition): boolean {
  return startedOnStream || (seq !== undefined && seq <= 1)
}

function follows(before: LiveText | null, live: LiveText, seed: StoredText, position: BatchPosition): boolean {
  const { seq, chatSeq } = position
  if (before && seq !== undefined && live.seq !== undefined) return seq === live.seq + 1
  if (before) return live.resynced || !live.cut
  // The first one of a message: joined in the middle it goes on from what is stored.
  if (isFromStart(position) || seq === undefined || (chatSeq !== null && seq === chatSeq + 1)) return true
  return lengthOf(seed) > 0
}

/** Tokens that have caught up with stored text must begin with it; where there are two readings, earlier ones too. */
function verified(live: LiveText): LiveText {
  if (!live.ahead) return live
  const tokens = { ...live.tokens }
  const ahead = { ...live.ahead }
  const known = textsOf(live)
  let { incomplete } = live
  for (const key of ['response', 'reasoning'] as const) {
    const storedText = ahead[key]
    if (storedText === '') continue
    if (live.rebased && !storedText.startsWith(known[key]) && !known[key].startsWith(storedText)) {
      return { ...live, tokens: live.rebased, rebased: null, ahead: null }
    }
    if (known[key].length < storedText.length) continue
    if (!known[key].startsWith(storedText)) {
      tokens[key] = storedText
      incomplete = true
    }
    ahead[key] = ''
  }
  const isDone = ahead.response === '' && ahead.reasoning === ''
  return { ...live, tokens, incomplete, ahead: isDone ? null : ahead, rebased: isDone ? null : live.rebased }
}

function thoughtOf(
  thinking: LiveText['thinking'],
  before: Accumulated,
  after: Accumulated,
  at: number,
): LiveText['thinking'] {
  if (before['reasoning'] !== after['reasoning']) return { from: thinking?.from ?? at, to: null }
  return thinking && thinking.to === null ? { ...thinking, to: at } : thinking
}
