// Files (protocol §7): POST /files → PUT the bytes to `upload_url` → use `uri`.
import type { Http } from './http-types.ts'
import { abortError } from '../core/abort-error.ts'
import { withDeadline } from '../core/deadline.ts'
import { InferstreamError } from '../core/errors.ts'
import { guard } from '../core/guard.ts'
import type { Timer } from '../core/platform.ts'
import { sendingTime } from './requests.ts'
import { isBlob } from '../core/is-blob.ts'
import { networkError } from './network-error.ts'
import { hasBlob } from './request-input.ts'
import type { FileRef, UploadOptions } from '../core/types.ts'
import { isObject } from '../core/json.ts'

export async function uploadFile(http: Http, data: Blob | string, options: UploadOptions): Promise<FileRef> {
  const { signal } = options
  const onProgress = options.onProgress && ((fraction: number) => guard(() => options.onProgress?.(fraction)))
  const blob: unknown = typeof data === 'string' ? await blobOf(data, http) : data
  if (typeof blob !== 'object' || blob === null || !isBlob(blob)) {
    throw new InferstreamError('config', 'upload() takes a Blob, a File or a string.')
  }
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
      `${http.to.url} accepted the file and did not return its address. Check baseUrl.`,
    )
  }
  onProgress?.(0)
  const { upload_url: url } = file
  if (typeof url === 'string' && url !== '') {
    if (!URL.canParse(url)) {
      throw new InferstreamError(
        'protocol',
        `${http.to.url} returned ${JSON.stringify(url)} as the address for the upload, which is no address.`,
      )
    }
    await put(http, url, blob, contentType, { signal, onProgress })
  }
  onProgress?.(1)
  return { uri: file['uri'], filename: name, content_type: contentType, size: blob.size }
}

/**
 * Every Blob anywhere in `input` replaced by the address it was uploaded to, once for each Blob. Objects without Blobs stay
 * identical.
 * @throws `config` for a Map, a Set, or bytes, which JSON would make an empty object of, and as `hasBlob`
 */
export async function uploadBlobs(input: unknown, upload: (blob: Blob) => Promise<FileRef>): Promise<unknown> {
  if (!hasBlob(input)) return input
  const ready = new Map<object, Promise<unknown>>()

  function replaced(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value
    let result = ready.get(value)
    if (!result) ready.set(value, (result = isBlob(value) ? upload(value).then(({ uri }) => uri) : replacedIn(value)))
    return result
  }

  async function replacedIn(value: object): Promise<unknown> {
    if ('toJSON' in value) return value
    if (Symbol.toStringTag in value) {
      const kind = String(value[Symbol.toStringTag])
      throw new InferstreamError(
        'config',
        `JSON has no form for the ${kind} in input: pass an array, an object or a Blob.`,
      )
    }
    const values: unknown[] = Object.values(value)
    const items = await Promise.all(values.map(replaced))
    if (items.every((item, index) => item === values[index])) return value
    if (Array.isArray(value)) return items
    return Object.fromEntries(Object.keys(value).map((key, index) => [key, items[index]]))
  }

  return replaced(input)
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
  if (onProgress && typeof XMLHttpRequest === 'function') return putWithProgress(http, url, blob, contentType, options)
  // The Blob of a test's DOM is unknown to a fetch that is not its own.
  const body = 'stream' in blob ? blob : await (blob as Blob).arrayBuffer()
  const headers = { 'Content-Type': contentType }
  const ms = http.idleTimeoutMs + sendingTime(blob.size)
  const response = await withDeadline(http.platform, ms, signal, async (inner) => {
    try {
      return await http.fetch(url, { method: 'PUT', body, headers, credentials: 'omit', signal: inner })
    } catch (cause) {
      throw inner.aborted ? abortError(inner, cause) : networkError(to, cause)
    }
  })
  response.body?.cancel().catch(() => {})
  if (!response.ok) throw storageError(response.status)
}

/** fetch does not report how much it has sent; a browser's older interface does, and so shows when it stalls. */
function putWithProgress(
  http: Http,
  url: string,
  blob: Blob,
  contentType: string,
  { signal, onProgress }: UploadOptions,
): Promise<void> {
  const { platform, idleTimeoutMs } = http
  const to = { url: new URL(url).origin, isProxy: false }
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortError(signal))
    const request = new XMLHttpRequest()
    const settle = (error?: InferstreamError) => {
      platform.clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      if (error) reject(error)
      else resolve()
    }
    const stop = (error: InferstreamError) => {
      settle(error)
      request.abort()
    }
    const onAbort = () => stop(abortError(signal))
    const watch = () => {
      platform.clearTimeout(timer)
      timer = platform.setTimeout(() => stop(networkError(to, 'The upload stalled.')), idleTimeoutMs)
    }
    let timer: Timer | undefined
    request.open('PUT', url)
    request.setRequestHeader('Content-Type', contentType)
    request.upload.addEventListener('progress', (event) => {
      watch()
      // 1 follows once the storage has answered.
      if (event.lengthComputable && event.loaded < event.total) onProgress?.(event.loaded / event.total)
    })
    request.addEventListener('load', () =>
      settle(request.status >= 200 && request.status < 300 ? undefined : storageError(request.status)),
    )
    request.addEventListener('error', () => settle(networkError(to, undefined)))
    request.addEventListener('abort', () => settle(abortError(signal)))
    signal?.addEventListener('abort', onAbort, { once: true })
    watch()
    request.send(blob)
  })
}

function storageError(status: number): InferstreamError {
  return new InferstreamError('server', `The storage refused the file (${status}). Try the upload again.`, {
    status,
    retryable: status >= 500,
  })
}
