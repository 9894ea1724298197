// @vitest-environment node
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { chromium } from 'playwright'
import type { Browser, Page, Request } from 'playwright'
import { createServer, defaultClientConditions } from 'vite'
import type { ViteDevServer } from 'vite'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launchOptions } from '../../../../scripts/chromium.mjs'
import { engineUrl } from '../../test/engine.ts'

const lines = 800

/** The files of an app whose page follows a run, as its author writes them. */
const files = {
  'index.html': '<!doctype html><div id="root"></div><script type="module" src="/main.tsx"></script>',
  'main.tsx': `
    import { createRoot } from 'react-dom/client'
    import { Page } from './page.tsx'
    createRoot(document.querySelector('#root')).render(<Page />)
  `,
  'client.ts': `
    import { inference } from '@inferstream/react'
    export const client = inference({ baseUrl: '${engineUrl}' })
  `,
  'page.tsx': `
    import { useState } from 'react'
    import { useStream, useStreamSelector, useTask } from '@inferstream/react'
    import { client } from './client.ts'

    function Count({ stream }) {
      return <b>{useStreamSelector(stream, ({ logs }) => logs.length)}</b>
    }

    export function Page() {
      const stream = useStream({ client, resume: 'page' })
      const { taskId, status, logs, run } = stream
      const shared = useTask(taskId, { client })
      const [clicks, setClicks] = useState(0)
      const start = () => {
        setClicks(clicks + 1)
        void run({ app: 'local/flood', input: { lines: ${lines}, rate: 250 } })
      }
      return (
        <>
          <h1>As first written</h1>
          <button onClick={start}>Run</button>
          <Count stream={stream} />
          <output>{JSON.stringify({ clicks, taskId, status, shared: shared.status, lines: [...logs] })}</output>
        </>
      )
    }
  `,
}

interface Shown {
  clicks: number
  taskId: string
  status: string
  shared: string
  lines: string[]
}

/** Each takes as long as a run: by default one edit is made, with `FULL=1` all (`pnpm test:full`). */
const isFull = process.env['FULL'] === '1'

let browser: Browser
let folder: string
let server: ViteDevServer
let page: Page
/** Streams that the page holds, and the most that it has held at once: on a busy machine one may be lost and opened again. */
const streams = { open: new Set<Request>(), most: 0 }

beforeAll(async () => {
  browser = await chromium.launch(launchOptions)
})

afterAll(() => browser.close())

/** Serves the app by a development server and opens its page. */
async function openApp({ isCompiled = false } = {}) {
  const parent = new URL('../../test-results', import.meta.url).pathname
  await mkdir(parent, { recursive: true })
  folder = await mkdtemp(join(parent, 'hot-reload-'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  server = await createServer({
    configFile: false,
    root: folder,
    cacheDir: join(folder, '.vite'),
    logLevel: 'error',
    plugins: [react({ compiler: isCompiled })],
    resolve: { conditions: ['@inferstream/source', ...defaultClientConditions] },
    server: { host: '127.0.0.1', port: 0, watch: { ignored: ['!**/test-results/**'] } },
  })
  await server.listen()
  streams.open.clear()
  streams.most = 0
  page = await browser.newPage()
  page.on('request', (request) => {
    if (!request.url().endsWith('/stream')) return
    streams.open.add(request)
    streams.most = Math.max(streams.most, streams.open.size)
  })
  const forget = (request: Request) => void streams.open.delete(request)
  page.on('requestfinished', forget)
  page.on('requestfailed', forget)
  await page.goto(server.resolvedUrls?.local[0] ?? '')
  // A server that has just found its dependencies reloads the page, and may serve a module under two addresses until then.
  await page.waitForLoadState('networkidle')
  await page.reload({ waitUntil: 'networkidle' })
}

afterEach(async () => {
  await page.close()
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

const edit = (name: keyof typeof files, from: string, to: string) =>
  writeFile(join(folder, name), files[name].replace(from, to))

const shown = async (): Promise<Shown> => JSON.parse((await page.locator('output').textContent()) ?? '') as Shown

const isTold = (text: string) => page.getByText(text).waitFor()

async function streamingRun(): Promise<Shown> {
  await page.getByRole('button', { name: 'Run' }).click()
  await expect.poll(async () => (await shown()).lines.length, { timeout: 30_000 }).toBeGreaterThan(100)
  return shown()
}

/** The run ends, and every line of it is there once and in order. */
async function endsWhole(): Promise<Shown> {
  await expect.poll(async () => (await shown()).status, { timeout: 30_000 }).toBe('completed')
  const end = await shown()
  const numbers = end.lines.flatMap((line) => /^\[(\d+)\]/.exec(line)?.slice(1).map(Number) ?? [])
  expect(numbers).toEqual(Array.from({ length: lines }, (_, index) => index))
  return end
}

describe('hot reload while a run streams', { timeout: 60_000 }, () => {
  it.each(isFull ? [{ isCompiled: false }, { isCompiled: true }] : [{ isCompiled: true }])(
    'of the component that shows it keeps its state, its lines and its connection (React Compiler: $isCompiled)',
    async (app) => {
      await openApp(app)
      const { taskId } = await streamingRun()
      await edit('page.tsx', 'As first written', 'As written now')
      await isTold('As written now')
      expect(await shown()).toMatchObject({ taskId, clicks: 1, status: 'running', shared: 'running' })
      const end = await endsWhole()
      expect(end).toMatchObject({ taskId, clicks: 1, shared: 'completed' })
      await isTold(String(end.lines.length))
      // `useStream` and `useTask` share one, as before the edit.
      expect(streams.most).toBe(1)
      const code = (await server.transformRequest('/page.tsx'))?.code
      expect(code?.includes('compiler-runtime')).toBe(app.isCompiled)
    },
  )

  it.runIf(isFull)('of the client lets the run go on over the one that started it', async () => {
    await openApp()
    const { taskId } = await streamingRun()
    await edit('client.ts', 'inference({', 'inference({ maxStreams: 3,')
    const [first] = streams.open
    // `useTask` follows by the client that it is given.
    await expect.poll(() => streams.most).toBeGreaterThan(1)
    expect(streams.open.has(first!)).toBe(true)
    expect(await endsWhole()).toMatchObject({ taskId, clicks: 1, shared: 'completed' })
  })

  it.runIf(isFull)('that makes React remount the component attaches to the run over the same connection', async () => {
    await openApp()
    const { taskId } = await streamingRun()
    await edit('page.tsx', 'const [clicks', 'useState(); const [clicks')
    await expect.poll(async () => (await shown()).clicks).toBe(0)
    expect(await endsWhole()).toMatchObject({ taskId, clicks: 0, shared: 'completed' })
    expect(streams.most).toBe(1)
  })
})
