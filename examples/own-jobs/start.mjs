import { fileURLToPath } from 'node:url'
import { createServer } from 'vite'
import { startRedis, startServer, startWorker } from './processes.mjs'

/** Redis, two servers, a worker, and the page, until `close()`. */
export async function start({ port }) {
  const redis = await startRedis()
  const servers = [await startServer(redis.url), await startServer(redis.url)]
  const worker = await startWorker(redis.url)
  const vite = await createServer({
    root: fileURLToPath(new URL('.', import.meta.url)),
    logLevel: 'warn',
    clearScreen: false,
    server: {
      host: '127.0.0.1',
      port,
      proxy: Object.fromEntries(
        servers.map(({ url }, index) => [
          `/server-${index + 1}`,
          { target: url, rewrite: (path) => path.replace(/^\/server-\d/, '') },
        ]),
      ),
    },
  })
  await vite.listen()
  return {
    url: vite.resolvedUrls.local[0],
    async close() {
      await vite.close()
      await Promise.all([...servers, worker].map((one) => one.kill('SIGTERM')))
      await redis.stop()
    },
  }
}
