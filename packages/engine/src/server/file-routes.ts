import { Readable } from 'node:stream'
import type { Context } from 'hono'
import type { JsonObject } from '../apps/app.ts'
import type { StoredFile } from '../files.ts'
import { shortId } from '../ids.ts'
import type { ByteRange } from './byte-range.ts'
import { byteRange } from './byte-range.ts'
import { isObject, readBody, readJsonObject } from './json-body.ts'
import { ProblemError, invalidRequest, notFound } from './problems.ts'
import type { Route, ServerEnv } from './route.ts'
import { enveloped } from './route.ts'
import type { Services } from './services.ts'

export function fileRoutes({ files, clock, limits }: Services): Route[] {
  const fileOf = (context: Context<ServerEnv>): StoredFile => {
    const id = context.req.param('id') ?? ''
    const file = files.get(id)
    if (file) return file
    throw new ProblemError(
      notFound(`There is no file ${JSON.stringify(id.slice(0, 64))}. Old files are dropped when there are too many.`),
    )
  }

  return [
    {
      method: 'POST',
      path: '/files',
      handle: async (context) => {
        const body = await readJsonObject(context.req.raw, limits.bodyBytes)
        const wanted = Array.isArray(body['files']) ? body['files'].filter(isObject) : []
        if (wanted.length === 0 || wanted.length > 100) {
          const detail =
            'Send {"files": [{"filename": "a.png", "content_type": "image/png", "size": 123}]}, up to 100 at once.'
          throw new ProblemError(invalidRequest(detail, 422))
        }
        return enveloped(
          wanted.map((entry) => {
            const size = Number(entry['size'] ?? 0)
            if (size > limits.fileBytes) {
              const detail = `A file may have ${Math.floor(limits.fileBytes / 1_048_576)} MiB; this one has ${Math.ceil(size / 1_048_576)}.`
              throw new ProblemError({ status: 413, code: 'too_large', title: 'File too large', detail })
            }
            const filename = text(entry['filename']) ?? 'upload'
            const contentType = text(entry['content_type']) ?? 'application/octet-stream'
            const file = files.announce({
              filename,
              contentType,
              size: Number.isFinite(size) ? size : 0,
              createdAt: clock(),
            })
            return fileDto(file, context.var.baseUrl, text(entry['path']) ?? '')
          }),
        )
      },
    },
    {
      method: 'PUT',
      path: '/files/:id',
      // The upload address authorises the upload, like a signed URL of the service (protocol §7).
      open: true,
      handle: async (context) => {
        const file = fileOf(context)
        if (file.arriving) {
          const detail = 'This file is already uploaded. Announce another one with POST /files.'
          throw new ProblemError({ status: 409, code: 'conflict', title: 'File exists', detail })
        }
        await files.write(file, await readBody(context.req.raw, limits.fileBytes))
        return new Response(null, { status: 200 })
      },
    },
    {
      method: 'GET',
      path: '/files/:id',
      open: true,
      handle: (context) => {
        const file = fileOf(context)
        if (!file.written)
          throw new ProblemError(notFound('This file is not uploaded yet: PUT its bytes to its upload_url.'))
        // The answer to HEAD has no body.
        const read = context.req.raw.method === 'HEAD' ? null : (range: ByteRange) => files.read(file, range)
        return serve(file, context.req.header('range'), read)
      },
    },
  ]
}

function serve(file: StoredFile, rangeHeader: string | undefined, read: ((range: ByteRange) => Readable) | null) {
  const range = byteRange(rangeHeader, file.size)
  const headers = {
    'content-type': file.contentType,
    'accept-ranges': 'bytes',
    'cache-control': 'private, max-age=31536000, immutable',
    'cross-origin-resource-policy': 'cross-origin',
    'x-content-type-options': 'nosniff',
    // Uploaded files are served from this origin and must not run scripts in it.
    'content-security-policy': "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox",
  }
  if (range === 'unsatisfiable') {
    return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${file.size}` } })
  }
  const { start, end } = range ?? { start: 0, end: file.size - 1 }
  const length = { 'content-length': String(end - start + 1) }
  const part = range ? { 'content-range': `bytes ${start}-${end}/${file.size}` } : {}
  const body = file.size === 0 || !read ? null : Readable.toWeb(read({ start, end }))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Node's web stream and the DOM's are the same at run time
  return new Response(body as ReadableStream<Uint8Array> | null, {
    status: range ? 206 : 200,
    headers: { ...headers, ...length, ...part },
  })
}

function fileDto(file: StoredFile, baseUrl: string, path: string): JsonObject {
  const uri = `${baseUrl}/files/${file.id}`
  return {
    id: file.id,
    short_id: shortId(file.id),
    created_at: file.createdAt,
    updated_at: file.createdAt,
    deleted_at: null,
    user_id: 'local',
    team_id: 'local',
    visibility: 'private',
    path,
    remote_path: `files/${file.id}`,
    uri,
    upload_url: uri,
    filename: file.filename,
    content_type: file.contentType,
    size: file.size,
    category: 'input',
    rating: 'safe',
  }
}

/** Text that is safe in a header. */
function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && /^[\u0020-\u007e]{1,255}$/.test(value) ? value : undefined
}
