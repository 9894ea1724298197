import type { DecodedRecord } from '../wire/decode.ts'

/** Ids kept; the oldest are dropped once there are twice as many. */
const maxIds = 10_000

/** State from one stream to the next: where to resume, and which records a replay would repeat. */
export class ResumeState {
  lastEventId = ''
  /** ms, from the service's `retry:`; undefined until then */
  baseDelay: number | undefined
  /** Ids of received records, newest last, each once: a stream may replay them without Last-Event-ID. */
  #seen: string[] = []
  /** Records received with the newest id. */
  #withNewest = 0
  /** Ids of earlier streams and the number of records received with each; Infinity for all but the newest id. */
  #delivered: Map<string, number> | null = null

  onStreamStart(): void {
    const delivered = new Map(this.#seen.map((id) => [id, Infinity]))
    const newest = this.#seen.at(-1)
    if (newest !== undefined) delivered.set(newest, this.#withNewest)
    this.#delivered = delivered.size > 0 ? delivered : null
  }

  /** After a fresh snapshot all records are new, whatever their ids: a restarted service counts from 1 again. */
  onSnapshot({ id }: DecodedRecord): void {
    if (!id || !this.#delivered?.has(id)) this.#delivered = null
  }

  /** Returns the records that have not been received before. An id is a position, which several records may share. */
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
