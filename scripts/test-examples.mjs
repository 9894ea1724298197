// `pnpm test:examples`: the pages of docs/proxy for Next and Workers, run as printed with the packed packages in an empty project,
// and what a built page must not have in it.
// About 600 MB and two minutes, so it is no part of `npm test`; run it before a release.
import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { freePort } from './free-port.mjs'

const canary = 'inf_canary_7f3a9c'
const root = fileURLToPath(new URL('..', import.meta.url))
const project = mkdtempSync(join(tmpdir(), 'inferstream-examples-'))
const closing = [() => rmSync(project, { recursive: true, force: true })]

const run = (command, args, cwd = project) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })

function codeOf(page, name) {
  const text = readFileSync(join(root, 'docs/proxy', `${page}.md`), 'utf8')
  const code = new RegExp(`^\`\`\`js${name ? ` ${name}` : ''}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(text)?.[1]
  assert.ok(code, `${page}.md has no example ${name ?? ''}`)
  return code
}

function write(path, text) {
  const file = join(project, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}

/** A service that begins a stream and ends it only on request, so that a proxy that buffers it never answers. */
async function serveUpstream() {
  const calls = []
  const streams = []
  const answer = async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    calls.push({ method: request.method, url: request.url, headers: request.headers, body })
    if (request.url.endsWith('/t2/stream')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.end('data: {"id":"t2","status":10,"output":{"a":1},"logs":[]}\n\n')
    } else if (request.url.endsWith('/stream')) {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' }).write('1\n')
      streams.push(response)
    } else if (request.url.endsWith('/reset')) {
      request.socket.resetAndDestroy()
    } else {
      const task = { id: 't2', status: 10, output: { a: 1 }, logs: [] }
      response
        .writeHead(200, { 'content-type': 'application/json', 'set-cookie': 'a=b' })
        .end(JSON.stringify({ data: task }))
    }
  }
  const server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${server.address().port}`, calls, streams }
}

const to = (path) => ({ 'x-inf-target-url': `https://api.inference.sh${path}` })
const json = { 'content-type': 'application/json' }

async function check(name, site, { calls, streams }) {
  const proxy = `${site}/proxy`
  calls.length = 0
  streams.length = 0

  const body = '{ "app": "a/b", "input": { "text": "ä😀" } }'
  const answer = await fetch(proxy, { method: 'POST', headers: { ...to('/apps/run'), ...json }, body })
  assert.equal(answer.status, 200, name)
  assert.equal(answer.headers.get('set-cookie'), null)
  assert.deepEqual(
    calls.map((call) => [call.method, call.url, call.body, call.headers.authorization]),
    [['POST', '/apps/run', body, `Bearer ${canary}`]],
  )

  const controller = new AbortController()
  const stream = await fetch(proxy, { headers: to('/tasks/t1/stream'), signal: controller.signal })
  assert.equal(stream.headers.get('cache-control'), 'no-cache, no-transform')
  const reader = stream.body.pipeThrough(new TextDecoderStream()).getReader()
  assert.equal((await reader.read()).value, '1\n')
  streams[0].write('2\n')
  assert.equal((await reader.read()).value, '2\n')
  const closed = once(streams[0], 'close')
  controller.abort()
  // A runtime that does not say so notices when it next writes.
  const nudge = setInterval(() => streams[0].write('3\n'), 100)
  await closed
  clearInterval(nudge)

  assert.match(await (await fetch(`${site}/stream?taskId=t2`)).text(), /"status":"completed"/)

  const refusals = [
    [400, `${proxy}?__inf_target=%E0%A4%A`, {}],
    [403, proxy, { headers: to('/secrets/list') }],
    [403, proxy, { headers: { ...to('/tasks/t1'), 'sec-fetch-site': 'cross-site' } }],
    [400, proxy, { method: 'POST', headers: { ...to('/apps/run'), ...json }, body: '{"app":' }],
    [415, proxy, { method: 'POST', headers: { ...to('/apps/run'), 'content-type': 'text/plain' }, body: '{}' }],
    [413, proxy, { method: 'POST', headers: { ...to('/apps/run'), ...json }, body: `"${'x'.repeat(5_000_000)}"` }],
  ]
  const before = calls.length
  for (const [status, url, init] of refusals) {
    const refused = await fetch(url, init)
    const text = await refused.text()
    assert.equal(refused.status, status, `${name}: ${text}`)
    assert.equal(JSON.parse(text).type, 'urn:inferstream:proxy:refused')
    assert.ok(!text.includes(canary))
  }
  assert.equal(calls.length, before)
  console.log(`✓ ${name}`)
}

/** Both routers in one project. */
async function checkNext(upstream) {
  const cwd = join(project, 'next')
  write('next/package.json', JSON.stringify({ private: true, type: 'module' }))
  write('next/app/layout.js', 'export default ({ children }) => <html><body>{children}</body></html>')
  write('next/app/page.js', 'export default () => <p>A page</p>')
  write('next/app/api/inference/[...path]/route.js', codeOf('next', 'app'))
  write('next/pages/api/pages-router/[...path].js', codeOf('next', 'pages'))
  const env = {
    ...process.env,
    INFERENCE_BASE_URL: upstream.url,
    INFERENCE_API_KEY: canary,
    NEXT_TELEMETRY_DISABLED: '1',
  }
  const bin = join(project, 'node_modules/next/dist/bin/next')
  execFileSync(process.execPath, [bin, 'build'], { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] })
  assert.equal(spawnSync('grep', ['-rq', canary, '.next'], { cwd }).status, 1, 'the key is in no built file')

  const port = await freePort()
  const server = spawn(process.execPath, [bin, 'start', '-p', String(port), '-H', '127.0.0.1'], { cwd, env })
  closing.push(() => server.kill('SIGTERM'))
  let output = ''
  server.stdout.on('data', (chunk) => (output += chunk))
  server.stderr.on('data', (chunk) => (output += chunk))
  while (!/ready/i.test(output)) {
    if (server.exitCode !== null) throw new Error(output)
    await new Promise((resolve) => void setTimeout(resolve, 50))
  }
  await check('Next, App Router', `http://127.0.0.1:${port}/api/inference`, upstream)
  await check('Next, Pages Router', `http://127.0.0.1:${port}/api/pages-router`, upstream)
  assert.ok(!output.includes(canary))
}

async function checkWorkers(upstream) {
  const { build } = await load('esbuild')
  const { Miniflare } = await load('miniflare')
  const entryPoints = [write('worker.js', codeOf('workers'))]
  // Nothing of Node is there: an import of it would not be found.
  const { outputFiles } = await build({ entryPoints, bundle: true, format: 'esm', write: false, logLevel: 'error' })
  const script = outputFiles[0].text
  const worker = new Miniflare({
    modules: true,
    script,
    cf: false,
    compatibilityDate: '2025-09-01',
    bindings: { INFERENCE_API_KEY: canary, INFERENCE_BASE_URL: upstream.url },
  })
  closing.push(() => worker.dispose())
  const site = String(await worker.ready).replace(/\/$/, '')
  await check('Cloudflare Workers', `${site}/api/inference`, upstream)
}

/** Vite replaces names of the environment in a page's code; the key's must not be among them. */
async function checkDemo() {
  process.env.INFERENCE_API_KEY = canary
  const outDir = join(project, 'demo')
  const { build } = await import('vite')
  await build({ root: join(root, 'apps/demo'), logLevel: 'warn', build: { outDir, emptyOutDir: true } })
  delete process.env.INFERENCE_API_KEY
  assert.equal(spawnSync('grep', ['-rq', canary, outDir]).status, 1, 'the key is in no built file')
  console.log('✓ the demo, built with a key in the environment, has it in no file')
}

async function load(name) {
  const require = createRequire(join(project, 'package.json'))
  const module = await import(pathToFileURL(require.resolve(name)).href)
  return module.default && !module.build && !module.Miniflare ? module.default : module
}

try {
  write('package.json', JSON.stringify({ name: 'examples', private: true, type: 'module' }))
  for (const name of ['client', 'proxy']) {
    run('pnpm', ['pack', '--out', join(project, `${name}.tgz`)], join(root, 'packages', name))
  }
  const packages = ['next@16.4.6', 'react@19.3.1', 'react-dom@19.3.1', 'miniflare@4.20260424.0', 'esbuild@0.28.2']
  const flags = ['--no-audit', '--no-fund', '--loglevel=error']
  run('npm', ['install', ...flags, './client.tgz', './proxy.tgz', ...packages])
  await checkDemo()
  const upstream = await serveUpstream()
  await checkWorkers(upstream)
  await checkNext(upstream)
  console.log('examples: the pages for Next and Workers run as printed')
} finally {
  for (const close of closing.toReversed()) await close()
}
