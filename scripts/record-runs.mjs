// `node scripts/record-runs.mjs`: records a run of each app of the engine for the demo's built pages, with its files.
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { chromium } from 'playwright'
import { launchOptions } from './chromium.mjs'
import { dehydrateTask, inference } from '../packages/client/dist/index.js'
import { createEngine } from '../packages/engine/dist/index.js'

const folder = new URL('../apps/demo/public/recorded/', import.meta.url)
const here = 'http://recorded.invalid/'
const runs = {
  'path-tracer': { prompt: 'A glass sphere between two marbles', seconds: 15 },
  'julia-video': { prompt: 'Slow spirals', frames: 48, width: 384, height: 216 },
  story: {},
  tone: {},
  gallery: {},
  report: {},
  fail: { message: 'The scene has no camera.' },
}
/** Previews that are kept of a run; in between, the one before stays. */
const keptPreviews = new Set([1, 2, 3, 5, 8, 12, 17, 23])

await rm(folder, { recursive: true, force: true })
await mkdir(new URL('files/', folder), { recursive: true })
const engine = await createEngine()
const browser = await chromium.launch(launchOptions)
const page = await browser.newPage()

/** A smaller picture of the same size in pixels. */
const webp = async (bytes) => {
  const url = await page.evaluate(
    async (source) => {
      const image = new Image()
      image.src = source
      await image.decode()
      const canvas = document.createElement('canvas')
      canvas.width = image.naturalWidth
      canvas.height = image.naturalHeight
      canvas.getContext('2d').drawImage(image, 0, 0)
      return canvas.toDataURL('image/webp', 0.8)
    },
    `data:image/png;base64,${bytes.toString('base64')}`,
  )
  return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64')
}

/** Stores what an address has, once. Resolves to its new address. */
async function store(address, name) {
  const answer = await fetch(address)
  const type = answer.headers.get('content-type') ?? ''
  const bytes = Buffer.from(await answer.arrayBuffer())
  const isPng = type === 'image/png'
  const file = `${name}.${isPng ? 'webp' : (/\/(?:x-)?(\w+)/.exec(type)?.[1] ?? 'bin')}`
  await writeFile(new URL(`files/${file}`, folder), isPng ? await webp(bytes) : bytes)
  return `${here}files/${file}`
}

for (const [name, input] of Object.entries(runs)) {
  const started = await fetch(`${engine.url}/apps/run`, {
    method: 'POST',
    body: JSON.stringify({ app: `local/${name}`, input }),
  })
  const startedAt = Date.now()
  const { data: task } = await started.json()
  const stored = new Map()
  let last
  let count = 0
  const keep = async (text, isEnd) => {
    const addresses = [...new Set(text.match(/http:\/\/127\.0\.0\.1:\d+\/files\/[\w-]+/g) ?? [])]
    for (const address of addresses) {
      if (stored.has(address)) continue
      count += 1
      if (isEnd || last === undefined || keptPreviews.has(count) || name === 'gallery')
        last = await store(address, `${name}-${count}`)
      stored.set(address, last)
    }
    let kept = text.replaceAll(task.id, 'recorded-task-id').replaceAll('image/png', 'image/webp')
    for (const [address, path] of stored) kept = kept.replaceAll(address, path)
    return kept
  }
  const waiting = []
  const answer = await fetch(`${engine.url}/tasks/${task.id}/stream`, { headers: { accept: 'text/event-stream' } })
  let rest = ''
  for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + chunk).split('\n\n')
    rest = parts.pop()
    for (const part of parts) {
      const event = part
        .split('\n')
        .filter((line) => line.startsWith('data:') || line.startsWith('event:'))
        .join('\n')
      if (event === '') continue
      const at = Date.now() - startedAt
      // Files of previews are dropped soon: they are read while the run goes on.
      waiting.push(keep(event, /"output":\{/.test(event)).then((kept) => [at, kept]))
      await waiting.at(-1)
    }
  }
  const frames = await Promise.all(waiting)
  const end = dehydrateTask(await inference({ baseUrl: engine.url }).tasks.get(task.id))
  const details = (await (await fetch(`${engine.url}/apps/local/${name}`)).json()).data
  await writeFile(new URL(`${name}.json`, folder), JSON.stringify({ details, startedAt, frames }))
  await writeFile(new URL(`${name}.end.json`, folder), await keep(JSON.stringify(end), true))
  console.log(`${name}: ${frames.length} events, ${count} files, ${((frames.at(-1)?.[0] ?? 0) / 1_000).toFixed(1)} s`)
}
await browser.close()
await engine.close()
