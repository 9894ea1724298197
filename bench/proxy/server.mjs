// One proxy in a process of its own, so that its CPU time and memory are its own too: `server.mjs <kind> <upstream> [module]`.
import { createServer, request as httpRequest } from 'node:http'
import { Readable } from 'node:stream'
import { createNodeHandler } from '@inferstream/proxy/node'

const [, , kind, upstream, officialModule] = process.argv

const target = (request) => new URL(request.headers['x-inf-target-url']).pathname

const handlers = {
  ours: () =>
    createNodeHandler({ baseUrl: upstream, apiKey: 'inf_bench', authorize: 'public', limits: { streams: 1_000 } }),
  /** As little as a proxy can do with fetch. */
  pipe: () => async (request, response) => {
    const answer = await fetch(upstream + target(request), { headers: { authorization: 'Bearer inf_bench' } })
    response.writeHead(200, { 'content-type': answer.headers.get('content-type') })
    Readable.fromWeb(answer.body).pipe(response)
  },
  /** As little as a proxy can do without fetch. */
  http: () => (request, response) => {
    httpRequest(upstream + target(request), (answer) => {
      response.writeHead(200, { 'content-type': answer.headers['content-type'] })
      answer.pipe(response)
    }).end()
  },
  official: async () => {
    const [{ default: express }, { createHandler }] = await Promise.all([import('express'), import(officialModule)])
    const app = express().use(express.json())
    app.use(createHandler({ apiKey: 'inf_bench', apiBaseUrl: upstream, allowedDomains: [/127\.0\.0\.1/] }))
    return app
  },
}

const handler = await handlers[kind]()
createServer((request, response) => {
  if (request.url !== '/usage') {
    handler(request, response)
    return
  }
  const { user, system } = process.cpuUsage()
  globalThis.gc?.()
  response.end(JSON.stringify({ cpu: (user + system) / 1_000, rss: process.memoryUsage.rss() / 2 ** 20 }))
}).listen(0, '127.0.0.1', function () {
  process.send(this.address().port)
})
