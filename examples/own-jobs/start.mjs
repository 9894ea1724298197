import { fileURLToPath } from 'node:url'
import { createServer } from 'vite'
import { hasRedis, missingRedis, startRedis, startServer, startWorker } from './processes.mjs'

/** Redis, two servers, a worker, and the page, until `close()`. */
export async function start({ port }) {
  if (!process.env.REDIS_URL && !hasRedis()) {
    console.error(missingRedis)
    process.exit(1)
  }
  const redis = await startRedis()
  const servers = [await startServer(redis.url), await startServer(redis.url)]
  const worker = await startWorker(redis.url)
  let count = 0
  const vite = await createServer({
    root: fileURLToPath(new URL('.', import.meta.url)),
    logLevel: 'warn',
    clearScreen: false,
    server: {
      host: '127.0.0.1',
      port,
      proxy: {
        '^/jobs(/|$)': {
          target: servers[0].url,
          // One request to the first server, the next to the second.
          configure: (proxy, options) =>
            proxy.on('start', () => (options.target = servers[(count += 1) % servers.length].url)),
        },
      },
    },
  })
  await vite.listen()
  return {
    url: vite.resolvedUrls.local[0],
    async close() {
      // Their streams would keep the page's server open.
      await Promise.all([...servers, worker].map((one) => one.kill()))
      await Promise.all([redis.stop(), vite.close()])
    },
  }
}
