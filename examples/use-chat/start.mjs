import { fileURLToPath } from 'node:url'
import { createEngine } from '@inferstream/engine'
import { createServer } from 'vite'

/** Serves page and engine until `close()`. */
export async function start({ port }) {
  const engine = await createEngine({ port: 0 })
  const vite = await createServer({
    root: fileURLToPath(new URL('.', import.meta.url)),
    logLevel: 'warn',
    clearScreen: false,
    server: {
      host: '127.0.0.1',
      port,
      proxy: { '/engine': { target: engine.url, rewrite: (path) => path.slice('/engine'.length) } },
    },
  })
  await vite.listen()
  return {
    url: vite.resolvedUrls.local[0],
    async close() {
      await vite.close()
      await engine.close()
    },
  }
}
