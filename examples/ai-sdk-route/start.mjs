import { fileURLToPath } from 'node:url'
import { createServer } from 'vite'
import { sendResponse, toRequest } from '../web-server.mjs'
import { DELETE, GET, POST } from './route.mjs'

async function route(request, response, next) {
  const [, id] = /^\/api\/chat(?:\/([\w-]+)\/stream)?$/.exec(request.url) ?? [null, null]
  if (!request.url.startsWith('/api/chat')) return next()
  if (request.method === 'POST') return sendResponse(await POST(await toRequest(request)), response)
  return sendResponse(request.method === 'DELETE' ? DELETE(id) : GET(id), response)
}

/** Serves page and route until `close()`. */
export async function start({ port }) {
  const vite = await createServer({
    root: fileURLToPath(new URL('.', import.meta.url)),
    logLevel: 'warn',
    clearScreen: false,
    server: { host: '127.0.0.1', port },
    plugins: [
      {
        name: 'route',
        configureServer({ middlewares }) {
          middlewares.use((request, response, next) => {
            route(request, response, next).catch((error) => response.destroy(error))
          })
        },
      },
    ],
  })
  await vite.listen()
  return { url: vite.resolvedUrls.local[0], close: () => vite.close() }
}
