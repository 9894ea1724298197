import type { DecodedRecord } from '../wire/decode.ts'

/** Ids kept; as many again may gather before the oldest are let go. */
const maxIds = 10_000

/** What one stream leaves to the next: where to go on, and what a replay would only repeat. */
export class StreamMemory {
  lastEventId = ''
  /** ms, where the service named one by `retry:` */
  baseDelay: number | undefined
  /** Newest last: what a stream without Last-Event-ID replays is told from what is new. */
  #seen: string[] = []
  /** Only what an earlier stream has told can be told again. */
  #known: Set<string> | null = null

  streamBegins(): void {
    this.#known = this.#seen.length > 0 ? new Set(this.#seen) : null
  }

  /** After a fresh snapshot everything is new, whatever its number: a service that restarted counts from 1. */
  wholeCame({ id }: DecodedRecord): void {
    if (!id || !this.#known?.has(id)) this.#known = null
  }

  /** The records that have not been told before. */
  fresh(records: readonly DecodedRecord[]): readonly DecodedRecord[] {
    if (!records.some(({ id }) => id !== undefined)) return records
    const fresh = records.filter(({ id }) => {
      if (id === undefined || id === '') return true
      if (this.#known?.has(id) || id === this.#seen.at(-1)) return false
      this.#seen.push(id)
      return true
    })
    if (this.#seen.length > 2 * maxIds) this.#seen = this.#seen.slice(-maxIds)
    return fresh
  }
}
