import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { DurableStreamTestServer } from '@durable-streams/server'
import { createServer } from 'vite'

/** Serves page and streams, and starts a writer for each run, until `close()`. */
export async function start({ port }) {
  const streams = new DurableStreamTestServer({ port: 0 })
  const target = await streams.start()
  const writers = new Map()
  const runs = (request, response) => {
    if (request.method === 'POST') {
      const taskId = randomUUID()
      const writer = spawn(process.execPath, ['writer.mjs', `${target}/streams/${taskId}`], {
        cwd: fileURLToPath(new URL('.', import.meta.url)),
        stdio: ['ignore', 'ignore', 'inherit'],
      })
      writers.set(taskId, writer)
      writer.on('exit', () => writers.delete(taskId))
      response.end(taskId)
    } else {
      writers.get(request.url.slice(1))?.kill('SIGTERM')
      response.writeHead(204).end()
    }
  }
  const vite = await createServer({
    root: fileURLToPath(new URL('.', import.meta.url)),
    logLevel: 'warn',
    clearScreen: false,
    server: { host: '127.0.0.1', port, proxy: { '/streams': target } },
    plugins: [{ name: 'runs', configureServer: ({ middlewares }) => void middlewares.use('/runs', runs) }],
  })
  await vite.listen()
  return {
    url: vite.resolvedUrls.local[0],
    async close() {
      for (const writer of writers.values()) writer.kill('SIGTERM')
      await vite.close()
      await streams.stop()
    },
  }
}
