import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { existsSync, readdirSync } from 'node:fs'
import { FileStore } from './files.ts'

let files: FileStore
beforeEach(async () => {
  files = await FileStore.create(1_000)
})
afterEach(() => files.close())

const entry = { filename: 'a.bin', contentType: 'image/png', size: 0, createdAt: '2026-01-01T00:00:00.000000Z' }

async function upload(bytes: number): Promise<string> {
  const file = files.announce(entry)
  await files.write(file, new Uint8Array(bytes))
  return file.id
}

describe('files', () => {
  it('are dropped for newer ones, the oldest first, on disk too', async () => {
    const ids = [await upload(400), await upload(400), await upload(400)]
    expect(ids.map((id) => files.get(id) !== undefined)).toEqual([false, true, true])
    await expect.poll(() => readdirSync(files.folder).length).toBe(2)
  })

  it('keep the newest one even if it alone exceeds the limit', async () => {
    const ids = [await upload(10), await upload(5_000)]
    expect(ids.map((id) => files.get(id) !== undefined)).toEqual([false, true])
  })

  it('that were announced and never uploaded are dropped', () => {
    const first = files.announce(entry).id
    for (let index = 0; index < 10_000; index++) files.announce(entry)
    expect(files.get(first)).toBeUndefined()
  })

  it('cannot be read before they are complete', async () => {
    const file = files.announce(entry)
    const writing = files.write(file, new Uint8Array(10))
    expect(file).toMatchObject({ written: false, arriving: true })
    await writing
    expect(file.written).toBe(true)
  })

  it('that are dropped during their upload leave nothing behind', async () => {
    const file = files.announce(entry)
    const writing = files.write(file, new Uint8Array(900))
    files.remove(file.id)
    await writing
    expect(readdirSync(files.folder)).toEqual([])
    const kept = await upload(950)
    expect(files.get(kept)).toBeDefined()
  })

  it('count once when removed twice', async () => {
    const [first, second] = [await upload(900), await upload(90)]
    files.remove(first)
    files.remove(first)
    await upload(900)
    expect(files.get(second)).toBeDefined()
  })

  it('are removed with their store', async () => {
    await upload(10)
    await files.close()
    expect(existsSync(files.folder)).toBe(false)
  })
})
