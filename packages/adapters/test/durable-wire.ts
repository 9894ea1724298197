// Durable streams on their own server, in process, beside an app that starts and stops writers.
import { createServer, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DurableStream } from '@durable-streams/client'
import { DurableStreamTestServer } from '@durable-streams/server'
import type { BackendUpdate } from '@inferstream/client'
import { request } from '@inferstream/client/backend'
import { durableStreams } from '../src/durable-streams.ts'
import { isObject } from '../src/json.ts'
import type { Script, Step, Wire } from './wire.ts'

export const durableStreamsWire: Wire = {
  name: 'durable streams',
  promises: { resume: 'cursor', cancel: true, logs: true },
  stop: 'by a route of the app',
  carries: { queued: true, logs: true, progress: true, text: true },
  isNumbered: false,
  outputOf: (text) => ({ response: text }),
  async serve(script) {
    const streams = new DurableStreamTestServer({ port: 0, host: '127.0.0.1' })
    const streamsUrl = await streams.start()
    const url = (taskId: string) => `${streamsUrl}/runs/${taskId}`
    const writers = new Map<string, AbortController>()
    const app = createServer((incoming, response) => {
      void (async () => {
        let body = ''
        for await (const chunk of incoming) body += String(chunk)
        const [, taskId] = /^\/runs\/(\w+)\/cancel$/.exec(incoming.url ?? '') ?? []
        if (taskId !== undefined) {
          writers.get(taskId)?.abort()
          response.writeHead(204).end()
          return
        }
        const writer = new AbortController()
        const id = `d${writers.size + 1}`
        writers.set(id, writer)
        write(url(id), script, body === '' ? {} : JSON.parse(body), writer.signal).catch(() => {})
        response.end(id)
      })()
    })
    await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve))
    const appUrl = `http://127.0.0.1:${(app.address() as AddressInfo).port}/runs`
    return {
      transport: (fetch) =>
        durableStreams({
          url,
          fetch,
          async start(config, { signal }) {
            const response = await request(appUrl, { method: 'POST', json: config, signal, fetch })
            const id = await response.text()
            if (!/^\w+$/.test(id)) throw Object.assign(new Error('The app named no run.'), { code: 'protocol' })
            return id
          },
          async cancel(taskId, { signal }) {
            await request(`${appUrl}/${taskId}/cancel`, { method: 'POST', signal, fetch })
          },
        }),
      get starts() {
        return writers.size
      },
      forget: (taskId) => DurableStream.delete({ url: url(taskId) }),
      async close() {
        for (const writer of writers.values()) writer.abort()
        app.closeAllConnections()
        app.close()
        const inner: unknown = Reflect.get(streams, 'server')
        const stopped = streams.stop()
        if (inner instanceof Server) inner.closeAllConnections()
        await stopped
      },
    }
  },
}

async function write(url: string, script: Script, config: unknown, signal: AbortSignal): Promise<void> {
  const stream = await DurableStream.create({ url, contentType: 'application/json' })
  const say = (update: BackendUpdate) => stream.append(JSON.stringify(update))
  const isCancelled = new Promise<'cancelled'>((resolve) =>
    signal.addEventListener('abort', () => resolve('cancelled')),
  )
  const steps = script({ input: isObject(config) ? config['input'] : null, cancelled: signal })[Symbol.asyncIterator]()
  let text = ''
  let isFailed = false
  let last: Promise<void> | undefined
  for (;;) {
    const next = await Promise.race([steps.next(), isCancelled])
    if (next === 'cancelled') {
      await say({ status: 'cancelled' })
      break
    }
    if (next.done) {
      if (!isFailed) await say({ status: 'completed', output: { response: text } })
      break
    }
    if ('text' in next.value) text += next.value.text
    isFailed ||= 'fail' in next.value
    // Appends that overlap are sent in one batch.
    last = say(updateOf(next.value))
    last.catch(() => {})
  }
  await last
  await stream.close()
}

function updateOf(step: Step): BackendUpdate {
  if ('status' in step) return { status: step.status }
  if ('text' in step) return { delta: { response: step.text } }
  if ('log' in step) return { logs: [step.log] }
  if ('fail' in step) return { status: 'failed', error: step.fail }
  return { progress: { current: step.progress, total: 1, fraction: step.progress, source: 'app' } }
}
