// Files (protocol §7): POST /files → PUT the bytes to `upload_url` → use `uri`.
import { InferstreamError } from '../core/errors.ts'
import type { Http } from './http.ts'
import { isBlob } from '../core/is-blob.ts'
import { abortError, networkError } from './network-error.ts'
import type { FileRef, UploadOptions } from '../core/types.ts'
import { isObject } from '../core/json.ts'

export async function uploadFile(http: Http, data: Blob | string, options: UploadOptions): Promise<FileRef> {
  const { signal, onProgress } = options
  const blob = typeof data === 'string' ? await blobOf(data, http) : data
  const name = options.filename ?? ('name' in blob ? String(blob.name) : 'file')
  const contentType = options.contentType ?? (blob.type || 'application/octet-stream')
  const answer = await http.request(
    'POST',
    '/files',
    { files: [{ uri: '', filename: name, content_type: contentType, size: blob.size }] },
    signal,
  )
  const file: unknown = Array.isArray(answer) ? answer[0] : answer
  if (!isObject(file) || typeof file['uri'] !== 'string') {
    throw new InferstreamError(
      'protocol',
      `${http.to.url} accepted the file and gave it no address. Check the address.`,
    )
  }
  onProgress?.(0)
  const { upload_url: url } = file
  if (typeof url === 'string' && url !== '') {
    if (!URL.canParse(url)) {
      throw new InferstreamError(
        'protocol',
        `${http.to.url} named ${JSON.stringify(url)} to send the file to, which is no address.`,
      )
    }
    await put(http, url, blob, contentType, options)
  }
  onProgress?.(1)
  return { uri: file['uri'], filename: name, content_type: contentType, size: blob.size }
}

/**
 * Every Blob anywhere in `input` replaced by the address it was uploaded to. Objects without Blobs stay identical.
 * @throws `config` for a Map, a Set, or bytes, which JSON would make an empty object of
 */
export async function uploadBlobs(input: unknown, upload: (blob: Blob) => Promise<FileRef>): Promise<unknown> {
  if (typeof input !== 'object' || input === null) return input
  if (isBlob(input)) return (await upload(input)).uri
  if (Symbol.toStringTag in input && !('toJSON' in input)) {
    const kind = String(input[Symbol.toStringTag])
    throw new InferstreamError(
      'config',
      `JSON has no form for the ${kind} in input: pass an array, an object or a Blob.`,
    )
  }
  const values: unknown[] = Object.values(input)
  const ready = await Promise.all(values.map((value) => uploadBlobs(value, upload)))
  if (ready.every((value, index) => value === values[index])) return input
  if (Array.isArray(input)) return ready
  return Object.fromEntries(Object.keys(input).map((key, index) => [key, ready[index]]))
}

/** `uploadBlobs`, which reports how much of all of them together has gone out, 0–1. */
export function uploadAll(
  input: unknown,
  upload: (blob: Blob, onProgress: (fraction: number) => void) => Promise<FileRef>,
  report: (fraction: number) => void,
): Promise<unknown> {
  /** Bytes that have gone out, one number for each upload. */
  const sent: number[] = []
  let total = 0
  return uploadBlobs(input, (blob) => {
    total += blob.size
    const index = sent.push(0) - 1
    return upload(blob, (fraction) => {
      sent[index] = fraction * blob.size
      const bytes = sent.reduce((sum, each) => sum + each, 0)
      report(total > 0 ? bytes / total : fraction)
    })
  })
}

/** A `data:` URL as what it holds; any other string as plain text. */
async function blobOf(text: string, http: Http): Promise<Blob> {
  if (!text.startsWith('data:')) return new Blob([text], { type: 'text/plain' })
  try {
    return await (await http.fetch(text)).blob()
  } catch (cause) {
    throw new InferstreamError('validation', 'This data: URL cannot be read. Pass a Blob instead.', { cause })
  }
}

/** Without credentials: the address itself is the permission. */
async function put(http: Http, url: string, blob: Blob, contentType: string, options: UploadOptions): Promise<void> {
  const { signal, onProgress } = options
  const to = { url: new URL(url).origin, isProxy: false }
  if (onProgress && typeof XMLHttpRequest === 'function') return putWithProgress(url, blob, contentType, options)
  let response: Response
  try {
    const init: RequestInit = {
      method: 'PUT',
      // That of a test's DOM is none to a fetch that is not its own.
      body: 'stream' in blob ? blob : await (blob as Blob).arrayBuffer(),
      headers: { 'Content-Type': contentType },
      credentials: 'omit',
    }
    if (signal) init.signal = signal
    response = await http.fetch(url, init)
  } catch (cause) {
    throw signal?.aborted ? abortError(signal, cause) : networkError(to, cause)
  }
  await response.body?.cancel()
  if (!response.ok) throw storageError(response.status)
}

/** fetch tells nothing of how much it has sent; a browser's older interface does. */
function putWithProgress(url: string, blob: Blob, contentType: string, options: UploadOptions): Promise<void> {
  const { signal, onProgress } = options
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortError(signal))
    const request = new XMLHttpRequest()
    const abort = () => request.abort()
    const settle = (error?: InferstreamError) => {
      signal?.removeEventListener('abort', abort)
      if (error) reject(error)
      else resolve()
    }
    request.open('PUT', url)
    request.setRequestHeader('Content-Type', contentType)
    request.upload.addEventListener('progress', (event) => {
      // 1 is told once the storage has answered.
      if (event.lengthComputable && event.loaded < event.total) onProgress?.(event.loaded / event.total)
    })
    request.addEventListener('load', () =>
      settle(request.status >= 200 && request.status < 300 ? undefined : storageError(request.status)),
    )
    request.addEventListener('error', () =>
      settle(networkError({ url: new URL(url).origin, isProxy: false }, undefined)),
    )
    request.addEventListener('abort', () => settle(abortError(signal)))
    signal?.addEventListener('abort', abort, { once: true })
    request.send(blob)
  })
}

function storageError(status: number): InferstreamError {
  return new InferstreamError('server', `The storage refused the file (${status}). Try the upload again.`, {
    status,
    retryable: status >= 500,
  })
}
