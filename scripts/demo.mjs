// `npm run demo`: sets up what is missing, then serves engine and page from this one process, so that nothing can be left behind.
import { spawn } from 'node:child_process'
import { createServer as createProbe } from 'node:net'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    /** First port to try for the page; the next free one is taken when it is in use. */
    port: { type: 'string', default: '5173' },
    /** For the tests: the engine's chaos rules (see its README). */
    chaos: { type: 'string' },
  },
})
const root = new URL('..', import.meta.url)
const host = '127.0.0.1'

/** What has to be closed on the way out, last opened first. */
const closing = []
let leaving = false
async function leave(code) {
  if (leaving) return
  leaving = true
  setTimeout(() => process.exit(code), 3_000).unref()
  for (const close of closing.toReversed()) await Promise.resolve(close()).catch(() => {})
  process.exit(code)
}
process.on('SIGINT', () => void leave(130))
process.on('SIGTERM', () => void leave(143))
process.on('SIGHUP', () => void leave(129))
// npm hands a SIGTERM to the shell between it and us, which dies without telling: then we belong to nobody and leave too.
if (process.env['npm_lifecycle_event'] === 'demo') {
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && void leave(143), 500).unref()
}

/** Runs a pnpm command quietly; its output is shown only when it fails. */
function pnpm(...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [fileURLToPath(new URL('scripts/pnpm.mjs', root)), ...args], {
      cwd: fileURLToPath(root),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    closing.push(() => child.kill('SIGTERM'))
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    child.on('error', reject)
    child.on('exit', (code) => {
      closing.pop()
      if (code === 0) resolve()
      else reject(new Error(`${output}\nSetting up failed: pnpm ${args.join(' ')}`))
    })
  })
}

const isFree = (port) =>
  new Promise((resolve) => {
    const probe = createProbe()
    probe.once('error', () => resolve(false))
    probe.listen(port, host, () => probe.close(() => resolve(true)))
  })

async function freePort(wanted) {
  for (let port = wanted; port < wanted + 100; port++) {
    if (await isFree(port)) {
      if (port !== wanted) console.log(`Port ${wanted} is taken, using ${port}.`)
      return port
    }
  }
  throw new Error(`No free port between ${wanted} and ${wanted + 99}.`)
}

try {
  console.log('Setting up; the first start takes about a minute.')
  await pnpm('run', 'demo:build')

  // With a key the page talks to inference.sh, with a base URL to whatever answers there; else to an engine of its own.
  if (!process.env['INFERENCE_API_KEY'] && !process.env['INFERENCE_BASE_URL']) {
    const { createEngine } = await import('../packages/engine/dist/index.js')
    const engine = await createEngine({
      heartbeatMs: 2_000,
      ...(values.chaos ? { chaos: values.chaos } : {}),
    })
    closing.push(() => engine.close())
    process.env['INFERENCE_BASE_URL'] = engine.url
  }

  const port = await freePort(Number(values.port))
  const { createServer } = await import('vite')
  const vite = await createServer({
    root: fileURLToPath(new URL('apps/demo', root)),
    logLevel: 'warn',
    clearScreen: false,
    server: { host, port, strictPort: true },
  })
  closing.push(() => vite.close())
  await vite.listen()
  console.log(`The demo is at http://${host}:${port}/ (Ctrl-C ends it)`)
} catch (error) {
  if (!leaving) console.error(error instanceof Error ? error.message : error)
  await leave(1)
}
