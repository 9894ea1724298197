import type { DecodedRecord } from '../wire/decode.ts'

/** Ids kept; as many again may gather before the oldest are dropped. */
const maxIds = 10_000

/** What one stream leaves to the next: where to resume, and what a replay would only repeat. */
export class ResumeState {
  lastEventId = ''
  /** ms, where the service sent one in `retry:` */
  baseDelay: number | undefined
  /** Newest last, each id once: tells what a stream replays without Last-Event-ID from what is new. */
  #seen: string[] = []
  /** Records received with the newest id. */
  #withNewest = 0
  /** Ids of earlier streams with how many of their records have been received; Infinity for all but the newest. */
  #delivered: Map<string, number> | null = null

  onStreamStart(): void {
    const delivered = new Map(this.#seen.map((id) => [id, Infinity]))
    const newest = this.#seen.at(-1)
    if (newest !== undefined) delivered.set(newest, this.#withNewest)
    this.#delivered = delivered.size > 0 ? delivered : null
  }

  /** After a fresh snapshot everything is new, whatever its id: a service that restarted counts from 1. */
  onSnapshot({ id }: DecodedRecord): void {
    if (!id || !this.#delivered?.has(id)) this.#delivered = null
  }

  /** The records that have not been delivered before. An id names a position: several records may share it. */
  dedupe(records: readonly DecodedRecord[]): readonly DecodedRecord[] {
    if (!records.some(({ id }) => id !== undefined)) return records
    const fresh = records.filter(({ id }) => {
      if (id === undefined || id === '') return true
      const left = this.#delivered?.get(id) ?? 0
      if (left > 0) {
        this.#delivered?.set(id, left - 1)
        return false
      }
      if (id === this.#seen.at(-1)) this.#withNewest++
      else {
        this.#seen.push(id)
        this.#withNewest = 1
      }
      return true
    })
    if (this.#seen.length > 2 * maxIds) this.#seen = this.#seen.slice(-maxIds)
    return fresh
  }
}
