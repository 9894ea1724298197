// @vitest-environment node
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium } from 'playwright'
import type { Browser, Page } from 'playwright'
import { build, defaultClientConditions } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchOptions } from '../../../../scripts/chromium.mjs'
import { engineUrl } from '../../test/engine.ts'

// A production build, because the development server's socket keeps pages out of the back/forward cache.
async function bundle(): Promise<Map<string, string>> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['@inferstream/source', ...defaultClientConditions] },
    oxc: { jsx: { runtime: 'automatic' } },
    build: {
      write: false,
      target: 'es2022',
      rolldownOptions: {
        input: new URL('../../test/resumed-page.tsx', import.meta.url).pathname,
        output: { entryFileNames: 'page.js' },
      },
    },
  })
  const files = new Map<string, string>()
  if (!('output' in result)) return files
  for (const file of result.output) if (file.type === 'chunk') files.set(`/${file.fileName}`, file.code)
  return files
}

const pages: Record<string, string> = {
  '/': `<!doctype html><div id="root" data-engine="${engineUrl}"></div><script type="module" src="/page.js"></script>`,
  '/elsewhere': '<!doctype html><h1>Elsewhere</h1>',
}

let browser: Browser
let url: string
let close: () => void

beforeAll(async () => {
  const files = await bundle()
  const server = createServer(({ url: path = '/' }, response) => {
    const html = pages[path]
    response.setHeader('content-type', html === undefined ? 'text/javascript' : 'text/html')
    response.statusCode = html === undefined && !files.has(path) ? 404 : 200
    response.end(html ?? files.get(path))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a listening server has one
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  browser = await chromium.launch({ ...launchOptions, ignoreDefaultArgs: ['--disable-back-forward-cache'] })
  close = () => server.close()
})

afterAll(async () => {
  await browser.close()
  close()
})

async function shows(page: Page, expected: object) {
  let shown: { taskId?: string; fraction?: number } = {}
  await expect
    .poll(
      async () => {
        shown = JSON.parse((await page.locator('output').textContent()) ?? '{}') as typeof shown
        return shown
      },
      { timeout: 30_000 },
    )
    .toMatchObject(expected)
  return shown
}

async function started() {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(url)
  await page.getByText('Run').click()
  const { taskId, fraction } = await shows(page, { status: 'running', fraction: expect.any(Number) })
  return { context, page, taskId, fraction }
}

describe('a run with resume, in real tabs', () => {
  it('goes on where the page comes back from the back/forward cache', async () => {
    const { context, page, taskId } = await started()
    await page.evaluate(() => {
      addEventListener('pageshow', ({ persisted }) => document.body.setAttribute('data-restored', String(persisted)))
    })
    await page.goto(`${url}/elsewhere`)
    await page.goBack({ waitUntil: 'commit' })
    await expect.poll(() => page.locator('body').getAttribute('data-restored')).toBe('true')
    const { fraction } = await shows(page, { taskId, status: 'running' })
    await expect
      .poll(async () => (await shows(page, { taskId })).fraction, { timeout: 30_000 })
      .toBeGreaterThan(fraction ?? 0)
    await page.getByText('Cancel').click()
    await shows(page, { taskId, status: 'cancelled' })
    await context.close()
  })

  it('is shown in a second tab, and ends in both', async () => {
    const { context, page, taskId } = await started()
    const second = await context.newPage()
    await second.goto(url)
    await shows(second, { taskId, status: 'running' })
    await second.getByText('Cancel').click()
    await shows(second, { taskId, status: 'cancelled' })
    await page.bringToFront()
    expect(await shows(page, { status: 'cancelled' })).toHaveProperty('taskId', taskId)
    await context.close()
  })

  it('says after a reload that it may have started, where its request was unanswered', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    const asked = page.waitForRequest('**/apps/run')
    await page.route('**/apps/run', () => {})
    await page.goto(url)
    await page.getByText('Run').click()
    await asked
    await page.reload()
    await shows(page, { taskId: null, status: 'error', mayHaveStarted: true })
    await page.reload()
    expect(await shows(page, { status: 'idle' })).toMatchObject({ taskId: null })
    await context.close()
  })
})
