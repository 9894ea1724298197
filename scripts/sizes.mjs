// `node scripts/sizes.mjs [--chunks]`: gzip sizes as Vite builds them for a user (dynamic imports kept, its preload helper included, React outside),
// against their limits. "At first" is what an import loads; "first run" is measured: the chunks that a run loads until it has ended.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = `${root}node_modules/.cache/sizes/`
const packages = Object.fromEntries(
  ['adapters', 'client', 'react', 'ui', 'engine'].map((name) => [name, `${root}packages/${name}`]),
)
const react = /^react(-dom)?(\/|$)/
/** An adapter comes to a page that has the client, and loads the code of its chats with the first of them. */
const beside = /^(react(-dom)?|@inferstream\/client)(\/|$)|\/(route-chats|chats)\.js$/

const client = `import { inference } from '${packages.client}/dist/index.js'`
const hooks = (names) => `import { InferenceProvider, inference, ${names} } from '${packages.react}/dist/index.js'`
const part = (name, path) => `import { ${name} } from '${packages.ui}/dist/${path}/index.js'`
const adapter = (path, name) => ({
  name: `${name} of adapters/${path}, without the client`,
  code: `import { ${name} } from '${packages.adapters}/dist/${path}.js'; ${used(name)}`,
  external: beside,
  limit: 3,
})
const chatsOf = (path, file, name) => ({
  name: `chats of adapters/${path}`,
  code: `import { ${name} } from '${packages.adapters}/dist/${file}.js'; ${used(name)}`,
  external: /^@inferstream\/client(\/|$)/,
  limit: 3,
})
const used = (names) => `globalThis.used = [${names}]`

/** Limits in kB (1000 bytes). `goal`: what is wanted, where it is not reached yet; the limit then keeps what has been reached. */
const rows = [
  { name: 'client', code: `${client}; ${used('inference')}`, limit: 6.5 },
  { name: 'useStream, with the client', code: stream(), limit: 10.6, goal: 10, isRun: true },
  {
    name: 'useAgent, with the client',
    code: `${hooks('useAgent')}; ${used('InferenceProvider, inference, useAgent')}`,
    limit: 14,
  },
  { name: 'LogList', code: `${part('LogList', 'log-list')}; ${used('LogList')}`, limit: 15 },
  { name: 'TaskOutput', code: `${part('TaskOutput', 'task-output')}; ${used('TaskOutput')}`, limit: 9 },
  {
    name: 'ProgressDisplay, with hooks and client',
    code: component('ProgressDisplay', 'progress-display'),
    limit: 21.2,
  },
  adapter('ai-sdk', 'aiSdk'),
  adapter('ai-sdk', 'agentChatTransport'),
  adapter('durable-streams', 'durableStreams'),
  adapter('openai-responses', 'openAIResponses'),
  chatsOf('ai-sdk', 'ai-sdk/route-chats', 'RouteChats'),
  chatsOf('openai-responses', 'openai-responses/chats', 'ResponseChats'),
  { name: 'Generator, with hooks and client', code: component('Generator', 'generator'), limit: 32 },
]
const throughRun = { limit: 46.2, goal: 23 }
const demoLimit = 150

function stream() {
  return `${hooks('useStream')}; ${used('InferenceProvider, inference, useStream')}`
}

function component(name, path) {
  return `${hooks('useStream')}; ${part(name, path)}; ${used(`InferenceProvider, inference, useStream, ${name}`)}`
}

/** The chunks of a page whose only script is this code, the entry first. */
async function chunksOf(code, external = react) {
  const id = `${folder}entry.js`
  mkdirSync(folder, { recursive: true })
  writeFileSync(id, code)
  const result = await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: ['chrome123', 'safari17.5', 'firefox120'],
      rolldownOptions: { input: id, external },
    },
  })
  return result.output.filter(({ type }) => type === 'chunk')
}

const sizeOf = (chunks) => chunks.reduce((sum, { code }) => sum + gzipSync(code).length, 0) / 1000

/** A chunk with all that it imports statically. */
function atFirst(chunks) {
  const known = new Map(chunks.map((chunk) => [chunk.fileName, chunk]))
  const loaded = new Set()
  const load = (chunk) => {
    if (!chunk || loaded.has(chunk)) return
    loaded.add(chunk)
    for (const name of chunk.imports) load(known.get(name))
  }
  load(chunks.find(({ isEntry }) => isEntry))
  return [...loaded]
}

/** The chunks that are loaded from the import of the hook to the end of its first run, against the local engine over SSE. */
async function throughFirstRun(chunks) {
  const place = `${folder}run/`
  globalThis.loadedChunks = new Set()
  for (const { fileName, code } of chunks) {
    const file = new URL(fileName, pathToFileURL(place))
    mkdirSync(new URL('.', file), { recursive: true })
    writeFileSync(file, `globalThis.loadedChunks.add(${JSON.stringify(fileName)});${code}`)
  }
  writeFileSync(`${place}package.json`, '{ "type": "module" }')
  const { JSDOM } = createRequire(`${root}package.json`)('jsdom')
  const { window } = new JSDOM('<div id="root"></div>', { url: 'http://localhost/' })
  Object.assign(globalThis, { window, document: window.document })
  const { createEngine } = await import(`${packages.engine}/dist/index.js`)
  const engine = await createEngine({ port: 0, speed: 20 })
  try {
    await import(new URL(chunks.find(({ isEntry }) => isEntry).fileName, pathToFileURL(place)).href)
    const [InferenceProvider, inference, useStream] = globalThis.used
    const { createElement, useEffect } = await import('react')
    const { createRoot } = await import('react-dom/client')
    const app = createRoot(window.document.querySelector('#root'))
    await new Promise((resolve, reject) => {
      function Page() {
        const { run, status, error } = useStream()
        useEffect(() => void run({ app: 'local/echo', input: { text: 'a' } }), [run])
        useEffect(() => {
          if (status === 'completed') resolve()
          if (error) reject(error)
        }, [status, error])
        return null
      }
      const provided = { client: inference({ baseUrl: engine.url }) }
      app.render(createElement(InferenceProvider, provided, createElement(Page)))
    })
    app.unmount()
  } finally {
    await engine.close()
  }
  return chunks.filter(({ fileName }) => globalThis.loadedChunks.has(fileName))
}

let failed = false
function report(name, chunks, { limit, goal }) {
  const size = sizeOf(chunks)
  const isOver = size > limit
  failed ||= isOver
  console.log(
    `${isOver ? '✗' : '✓'} ${size.toFixed(2).padStart(6)} kB of ${String(limit).padStart(4)}  ${name}${goal ? ` (goal ${goal})` : ''}`,
  )
  if (!process.argv.includes('--chunks')) return
  for (const chunk of chunks) {
    const modules = Object.keys(chunk.modules).map((path) => path.split('/').at(-1))
    console.log(`${sizeOf([chunk]).toFixed(2).padStart(12)} kB  ${chunk.fileName}: ${modules.join(' ')}`)
  }
}

let firstRun
for (const { name, code, isRun, external, ...bounds } of rows) {
  const chunks = await chunksOf(code, external)
  report(name, atFirst(chunks), bounds)
  if (isRun) firstRun = chunks
}
report('useStream, from import to the end of a first run', await throughFirstRun(firstRun), throughRun)

const demo = await build({ root: `${root}apps/demo`, logLevel: 'error', build: { write: false } })
const demoChunks = demo.output.filter(({ type }) => type === 'chunk')
report('demo, with React', atFirst(demoChunks), { limit: demoLimit })
rmSync(folder, { recursive: true, force: true })
if (failed) process.exitCode = 1
process.exit()
