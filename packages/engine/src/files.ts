import { createReadStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { createId } from './ids.ts'

/** Number of files kept, including announced ones. */
const mostFiles = 10_000

/** The id in the address of a file, wherever it points to; undefined for an address without one. */
export function fileIdIn(address: string): string | undefined {
  const path = URL.canParse(address) ? new URL(address).pathname : address
  return /^\/files\/([0-9a-z]{26})$/.exec(path)?.[1]
}

export interface StoredFile {
  readonly id: string
  readonly filename: string
  readonly contentType: string
  readonly createdAt: string
  /** Bytes; the announced size until the upload is complete. */
  size: number
  /** True once all its bytes have arrived; an upload is announced first. */
  written: boolean
  /** True once its upload has begun: a file is uploaded once. */
  arriving: boolean
}

/** Files of apps and callers, in a temporary folder that is removed with the engine. */
export class FileStore {
  readonly folder: string
  readonly #limit: number
  /** In order of creation; the oldest are dropped first. */
  readonly #files = new Map<string, StoredFile>()
  #bytes = 0

  private constructor(folder: string, limit: number) {
    this.folder = folder
    this.#limit = limit
  }

  static async create(limit: number): Promise<FileStore> {
    return new FileStore(await mkdtemp(join(tmpdir(), 'inferstream-')), limit)
  }

  get(id: string): StoredFile | undefined {
    return this.#files.get(id)
  }

  /** Announces an upload. */
  announce(file: { filename: string; contentType: string; size: number; createdAt: string }): StoredFile {
    const stored = { ...file, id: createId(), written: false, arriving: false }
    this.#files.set(stored.id, stored)
    this.#makeRoom(stored.id)
    return stored
  }

  /** Stores the bytes of an announced file. */
  async write(file: StoredFile, bytes: Uint8Array): Promise<void> {
    file.arriving = true
    file.size = bytes.byteLength
    await writeFile(join(this.folder, file.id), bytes)
    // It may have been dropped in the meantime.
    if (this.#files.get(file.id) === file) this.#keep(file)
    else await rm(join(this.folder, file.id), { force: true })
  }

  /** Registers a file that a worker has written into the folder. */
  adopt(file: Omit<StoredFile, 'written' | 'arriving'>): void {
    const stored = { ...file, written: true, arriving: true }
    this.#files.set(stored.id, stored)
    this.#keep(stored)
  }

  /** Bytes from `start` to `end`, inclusive. */
  read(file: StoredFile, range: { start: number; end: number }): Readable {
    return createReadStream(join(this.folder, file.id), range)
  }

  remove(id: string): void {
    const file = this.#files.get(id)
    if (!file) return
    this.#files.delete(id)
    if (!file.written) return
    this.#bytes -= file.size
    void rm(join(this.folder, id), { force: true })
  }

  async close(): Promise<void> {
    this.#files.clear()
    await rm(this.folder, { recursive: true, force: true })
  }

  #keep(file: StoredFile): void {
    file.written = true
    this.#bytes += file.size
    this.#makeRoom(file.id)
  }

  /** Removes the oldest files until the limits hold; the newest one is always kept. */
  #makeRoom(newest: string): void {
    for (const id of this.#files.keys()) {
      const fits = this.#bytes <= this.#limit && this.#files.size <= mostFiles
      if (fits || id === newest) return
      this.remove(id)
    }
  }
}
