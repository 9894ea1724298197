import { buffer } from 'node:stream/consumers'
import { fileIdIn, type FileStore } from '../files.ts'
import type { Attachment } from './chat-state.ts'
import type { ReceivedFile } from './model.ts'

/** Bytes of a text file that the agent reads. */
const readBytes = 16 * 1_024

/** What the engine knows about an attachment: a file uploaded here is inspected, any other has only its address. */
export async function receive({ kind, uri }: Attachment, files: FileStore): Promise<ReceivedFile> {
  const path = URL.canParse(uri) ? new URL(uri).pathname : uri
  const name = decoded(path.split('/').at(-1) ?? '')
  const id = fileIdIn(uri)
  const file = id === undefined ? undefined : files.get(id)
  if (!file?.written) return { kind, uri, name: uri.startsWith('data:') ? 'inline data' : name }
  const { filename, contentType, size } = file
  const read = async (end: number): Promise<Buffer> =>
    end === 0 ? Buffer.alloc(0) : buffer(files.read(file, { start: 0, end: end - 1 }))
  const known = { kind, uri, name: filename, contentType, size, read: () => read(size) }
  if (!/^text\/|json|xml|csv/.test(contentType)) return known
  return { ...known, text: (await read(Math.min(size, readBytes))).toString('utf8') }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
