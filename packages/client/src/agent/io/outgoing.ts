// A message as it was typed: what is shown of it before the service has it.
import { abortError } from '../../core/abort-error.ts'
import type { AgentPart, SendMessageOptions } from '../agent-types.ts'
import { isBlob } from '../../core/is-blob.ts'
import { InferstreamError } from '../../core/errors.ts'
import { isObject } from '../../core/json.ts'
import type { FileRef } from '../../core/types.ts'

/** Why the message is refused without being sent; undefined where it is valid. */
export function refusalOf(text: string, { files = [], signal }: SendMessageOptions): InferstreamError | undefined {
  if (signal?.aborted) return abortError(signal)
  if (typeof text !== 'string' || !Array.isArray(files) || !files.every(isFile)) {
    return new InferstreamError('config', 'sendMessage takes a text, and files that are Blobs or have a uri.')
  }
  if (text.trim() !== '' || files.length > 0) return undefined
  return new InferstreamError('config', 'There is nothing to send: pass a text or files.')
}

function isFile(file: unknown): boolean {
  return isObject(file) && (isBlob(file) || typeof file['uri'] === 'string')
}

/** The parts as they will be shown once it has arrived; an image is shown as a file until it is uploaded. */
export function partsOf(text: string, files: readonly (Blob | FileRef)[]): AgentPart[] {
  const parts: AgentPart[] = text === '' ? [] : [{ type: 'text', text }]
  for (const file of files) {
    if (!isBlob(file)) {
      const isImage = file.content_type?.startsWith('image/') === true
      parts.push(isImage ? { type: 'image', uri: file.uri } : { type: 'file', file })
      continue
    }
    const filename = 'name' in file ? String(file.name) : 'file'
    parts.push({ type: 'file', file: { uri: '', filename, content_type: file.type, size: file.size } })
  }
  return parts
}
