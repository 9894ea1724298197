import { createReadStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { createId } from './ids.ts'

export interface StoredFile {
  readonly id: string
  readonly filename: string
  readonly contentType: string
  readonly createdAt: string
  /** Bytes; what was announced until they are there. */
  size: number
  /** False until the bytes of an upload have come. */
  written: boolean
}

/** Files of apps and callers in a temporary folder of their own, which goes with the engine. */
export class FileStore {
  readonly folder: string
  readonly #limit: number
  /** In order of making; the oldest make room. */
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

  /** Makes the place for an upload. */
  announce(file: { filename: string; contentType: string; size: number; createdAt: string }): StoredFile {
    const stored = { ...file, id: createId(), written: false }
    this.#files.set(stored.id, stored)
    return stored
  }

  /** Keeps the bytes of an announced file. */
  async write(file: StoredFile, bytes: Uint8Array): Promise<void> {
    file.written = true
    file.size = bytes.byteLength
    await writeFile(join(this.folder, file.id), bytes)
    this.#keep(file)
  }

  /** Takes over a file that a worker has written into the folder. */
  adopt(file: Omit<StoredFile, 'written'>): void {
    const stored = { ...file, written: true }
    this.#files.set(stored.id, stored)
    this.#keep(stored)
  }

  /** Bytes from `start` up to and with `end`. */
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
    this.#bytes += file.size
    for (const id of this.#files.keys()) {
      if (this.#bytes <= this.#limit || id === file.id) return
      this.remove(id)
    }
  }
}
