// The page and the feed it reads: inference.sh's wire over SSE (protocol §5.2), one record a line.
import { createReadStream, existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'

const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }

const event = (record) => `data: ${JSON.stringify(record)}\n\n`
const frame = (data) => event({ data, fields: Object.keys(data) })

function lineFrame(id, index, total) {
  const text = `[${String(index).padStart(7, '0')}] worker ${index % 4}: denoising step, sigma ${(1 / (index + 1)).toFixed(6)}`
  return frame({ id, logs: [text], offset: index, progress: { current: index + 1, total } })
}

const completed = { status: 10, status_text: 'completed', output: { done: true } }

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

async function flood(id, write, total) {
  for (let index = 0; index < total; index += 256) {
    let chunk = ''
    for (let line = index; line < Math.min(total, index + 256); line++) chunk += lineFrame(id, line, total)
    await write(chunk)
  }
}

const plans = {
  /** Warm-up, not measured. */
  warm: (id, write) => flood(id, write, 2000),
  /** 20,000 updates as fast as the page takes them. */
  burst: (id, write) => flood(id, write, 20_000),
  /** 2,000 updates a second for 5 s. */
  async steady(id, write) {
    const started = performance.now()
    for (let index = 0; index < 10_000;) {
      const due = Math.min(10_000, Math.floor((performance.now() - started) * 2))
      let chunk = ''
      for (; index < due; index++) chunk += lineFrame(id, index, 10_000)
      if (chunk) await write(chunk)
      await pause(4)
    }
  },
  /** 100 single updates, at times unrelated to frames. */
  async paced(id, write) {
    for (let index = 0; index < 100; index++) {
      await pause(35 + ((index * 7919) % 23))
      await write(lineFrame(id, index, 100))
    }
  },
}

export async function serve(folder) {
  let count = 0
  const ended = new Set()

  async function startRun(request, response) {
    let body = ''
    for await (const chunk of request) body += chunk
    count += 1
    sendJson(response, { id: `${JSON.parse(body).app.split('/')[1]}-${count}`, status: 1, status_text: 'received' })
  }

  function sendTask(id, response) {
    const running = { id, status: 7, status_text: 'running' }
    sendJson(response, ended.has(id) ? { id, ...completed } : running)
  }

  async function sendStream(id, response) {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
    const write = (chunk) => response.write(chunk) || new Promise((resolve) => response.once('drain', resolve))
    await write(event({ id, status: 1, status_text: 'received', logs: [] }))
    await write(frame({ id, status: 7, status_text: 'running' }))
    await plans[id.split('-')[0]](id, write)
    ended.add(id)
    response.end(frame({ id, ...completed }))
  }

  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost')
    const [, id, isStream] = /^\/tasks\/([\w-]+)(\/stream)?$/.exec(pathname) ?? []
    if (request.method === 'POST' && pathname === '/apps/run') void startRun(request, response)
    else if (id && isStream) void sendStream(id, response)
    else if (id) sendTask(id, response)
    else sendFile(join(folder, normalize(pathname === '/' ? '/index.html' : pathname)), response)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() }
}

function sendJson(response, data) {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ data, messages: [] }))
}

function sendFile(file, response) {
  response.statusCode = existsSync(file) ? 200 : 404
  if (response.statusCode === 404) response.end()
  else {
    response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream')
    createReadStream(file).pipe(response)
  }
}
