// `pnpm test:hops`: what stands between the page and the engine must not hold the stream back. Real servers on the way, real time:
// the first update within 2 s and a chat turn within 3 s, though each of them would by default gather what passes for much longer.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inference } from '../packages/client/dist/index.js'
import { createEngine } from '../packages/engine/dist/index.js'
import { createNodeHandler } from '../packages/proxy/dist/node.js'
import { freePort } from './free-port.mjs'

const require = createRequire(new URL('../packages/proxy/package.json', import.meta.url))
const express = require('express')
const compression = require('compression')

const closing = []
const folder = mkdtempSync(join(tmpdir(), 'inferstream-hops-'))
closing.push(() => rmSync(folder, { recursive: true, force: true }))

async function listen(handler) {
  const server = createServer(handler)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${server.address().port}`
}

/** Its default configuration but for the ports and folders, and `extra`. */
async function startNginx(target, extra = '') {
  const port = await freePort()
  const file = join(folder, `nginx-${port}.conf`)
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  writeFileSync(
    file,
    `daemon off;
    pid ${folder}/${port}.pid;
    events {}
    http {
      access_log off;
      ${paths.map((path) => `${path}_temp_path ${folder}/${path};`).join('\n')}
      ${extra}
      server { listen 127.0.0.1:${port}; location / { proxy_pass ${target}; } }
    }`,
  )
  const nginx = spawn('nginx', ['-e', 'stderr', '-p', folder, '-c', file], { stdio: ['ignore', 'ignore', 'inherit'] })
  const exit = once(nginx, 'exit')
  closing.push(() => nginx.kill('SIGTERM') && exit)
  const isUp = () =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
      socket.on('connect', () => socket.destroy())
    })
  while (!(await isUp())) {
    if (nginx.exitCode !== null) throw new Error('nginx ended before it had started.')
    await new Promise((resolve) => void setTimeout(resolve, 20))
  }
  return `http://127.0.0.1:${port}`
}

function hasNginx() {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

let failed = 0
function report(name, what, ms, limit) {
  const isGood = ms < limit
  if (!isGood) failed++
  console.log(
    `${isGood ? '✓' : '✗'} ${name.padEnd(58)} ${what.padEnd(24)} ${(ms / 1000).toFixed(2)} s (< ${limit / 1000} s)`,
  )
}

/** The first bytes of a stream that stays open, without a client that would find another way. */
async function firstBytes(url, accept) {
  const controller = new AbortController()
  const start = performance.now()
  const timer = setTimeout(() => controller.abort(), 10_000)
  try {
    const response = await fetch(url, { headers: { accept }, signal: controller.signal })
    await response.body.getReader().read()
    return performance.now() - start
  } catch {
    return Infinity
  } finally {
    clearTimeout(timer)
    controller.abort()
  }
}

async function firstUpdate(options) {
  const start = performance.now()
  const stream = await inference(options).run({ app: 'local/slow', input: {} }, { stream: true })
  let ms = Infinity
  for await (const { status } of stream) {
    // Known from the answer to the POST already.
    if (status === 'received') continue
    ms = performance.now() - start
    break
  }
  await stream.cancel()
  return ms
}

async function chatTurn(options) {
  const agent = inference(options).agent('local/assistant')
  // The first turn also creates the chat.
  await agent.sendMessage('hi')
  const start = performance.now()
  await agent.sendMessage('hello')
  const ms = performance.now() - start
  agent.close()
  return ms
}

async function measure(name, options, streamUrls) {
  const probe = await inference(options).run({ app: 'local/slow', input: { seconds: 60 } }, { wait: false })
  for (const [format, accept, url] of streamUrls(probe.taskId)) {
    report(name, `first bytes, ${format}`, await firstBytes(url, accept), 2_000)
  }
  for (const format of ['sse', 'ndjson'])
    report(name, `first update, ${format}`, await firstUpdate({ ...options, format }), 2_000)
  report(name, 'a chat turn', await chatTurn(options), 3_000)
  await inference(options).tasks.cancel(probe.taskId)
}

const [sse, ndjson] = ['text/event-stream', 'application/x-ndjson']

function throughProxy(name, site) {
  const proxyUrl = `${site}/api/inference/proxy`
  return measure(name, { proxyUrl }, (id) => {
    const url = `${proxyUrl}?__inf_target=${encodeURIComponent(`https://api.inference.sh/tasks/${id}/stream`)}`
    return [
      ['sse', sse, url],
      ['ndjson', ndjson, url],
      ['EventSource', sse, `${site}/api/inference/stream?taskId=${id}`],
    ]
  })
}

function direct(name, baseUrl) {
  return measure(name, { baseUrl }, (id) => {
    const url = `${baseUrl}/tasks/${id}/stream`
    return [
      ['sse', sse, url],
      ['ndjson', ndjson, url],
    ]
  })
}

try {
  const engine = await createEngine({ workers: 4 })
  closing.push(() => engine.close())
  const proxy = createNodeHandler({ baseUrl: engine.url, authorize: 'public' })
  const plain = await listen(express().use('/api/inference', proxy))
  const compressed = await listen(
    express()
      .use(compression({ threshold: 0 }), express.json())
      .use('/api/inference', proxy),
  )

  await throughProxy('express, compression(), our proxy', compressed)
  if (hasNginx()) {
    const gzip = 'gzip on; gzip_proxied any;'
    await direct('nginx, engine', await startNginx(engine.url))
    await direct('nginx with gzip, engine', await startNginx(engine.url, gzip))
    await throughProxy('nginx, express, our proxy', await startNginx(plain))
    await throughProxy('nginx with gzip, express, compression(), our proxy', await startNginx(compressed, gzip))
    await throughProxy(
      'nginx with gzip of all types, express, our proxy',
      await startNginx(plain, `${gzip} gzip_types *;`),
    )
  } else {
    console.log('- nginx is not installed: its hops are skipped (apt-get install nginx-light)')
  }
} finally {
  for (const close of closing.toReversed()) await close()
}
console.log(failed === 0 ? 'hops: nothing is held back' : `hops: ${failed} held back`)
process.exit(failed === 0 ? 0 : 1)
