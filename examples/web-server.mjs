// Web requests and responses over Node's, for routes that are written for frameworks.
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

export async function toRequest(request) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const url = new URL(request.url, 'http://localhost')
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD'
  return new Request(url, { method: request.method, ...(hasBody && { body: Buffer.concat(chunks) }) })
}

export async function sendResponse({ status, headers, body }, response) {
  response.writeHead(status, Object.fromEntries(headers))
  if (!body) response.end()
  // A page that leaves ends the answer, not the work behind it.
  else await pipeline(Readable.fromWeb(body), response).catch(() => {})
}
