import { expect } from '@playwright/test'
import { test, run, cancel, result, bar, percent, log, done, ledger, renderFor, axe, say } from './demo-page.ts'
import { startDemo } from './start-demo.ts'

test('the first screen is not empty: a result with its log, and a button that runs it', async ({ page }) => {
  await page.goto('/')
  await expect(result(page).getByRole('img', { name: 'A recorded result' })).toBeVisible()
  await expect(result(page).getByText('A recorded run')).toBeVisible()
  await expect(log(page)).toContainText(/pass \d+/)
  await expect(page).toHaveTitle('Path tracer · Inferstream')
  await expect(page.getByRole('textbox', { name: 'Prompt' })).toHaveValue(/glass/)
  await expect(run(page)).toBeInViewport()
})

test('a newcomer watches a picture come out of the noise, cancels one run and finishes another', async ({ page }) => {
  await page.goto('/')
  const button = page.locator('.run-button')
  await expect(page.getByRole('textbox', { name: 'Prompt' })).toBeVisible()
  await button.scrollIntoViewIfNeeded()
  const place = await button.boundingBox()
  await run(page).click()
  await expect(cancel(page)).toBeVisible()
  expect(await button.boundingBox()).toEqual(place)

  await expect.poll(() => percent(page)).toBeGreaterThan(0)
  const first = await percent(page)
  await expect.poll(() => percent(page)).toBeGreaterThan(first)
  const partial = page.getByRole('img', { name: /preview/i })
  const source = await partial.getAttribute('src')
  await expect(partial).not.toHaveAttribute('src', source!)
  await expect(log(page)).toContainText(/pass/i)
  await expect(page).toHaveTitle(/running · Inferstream/)

  await cancel(page).click()
  await expect(result(page).getByText('Cancelled', { exact: true })).toBeVisible()
  // What it had come to stays, and will not be replaced.
  await expect(result(page).getByRole('img', { name: /^A glass/ })).toBeVisible()

  await renderFor(page, 2)
  await run(page).click()
  await done(page)
  const image = page.getByRole('img', { name: /glass/i })
  expect(await image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBe(480)
})

test('a reload finds the same run going on, with its picture and its log from the first line', async ({ page }) => {
  await page.goto('/')
  await run(page).click()
  await expect(bar(page)).toHaveAttribute('aria-valuenow', /[1-9]/)
  const before = await percent(page)

  await page.getByRole('button', { name: 'Reload the page' }).click()
  await expect.poll(() => percent(page)).toBeGreaterThan(before)
  await expect(page.getByRole('img', { name: /preview/i })).toBeVisible()
  await expect(result(page).getByText('A recorded run')).toHaveCount(0)
  await log(page).press('Home')
  await expect(log(page)).toContainText('Resolving local/path-tracer')
  await cancel(page).click()
  await expect(result(page).getByText('Cancelled', { exact: true })).toBeVisible()
})

test('nothing on the page moves by itself, from the first screen to the result', async ({ page }) => {
  await page.addInitScript(() => {
    const shifts: [string, number][] = []
    Object.assign(globalThis, { shifts })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- missing in TypeScript's DOM library
        const { value, hadRecentInput, sources } = entry as PerformanceEntry & {
          value: number
          hadRecentInput: boolean
          sources: { node: Node | null }[]
        }
        const where = sources.map(({ node }) => (node instanceof Element ? node : node?.parentElement) ?? null)
        // Lines of a log go up as new ones come, and the digits of a clock grow to its left.
        const isMeant = where.every((node) =>
          node?.closest('[data-slot^="log-list"], [data-slot*="time"], [data-slot$="-value"]'),
        )
        if (!hadRecentInput && !isMeant) shifts.push([where.map((node) => node?.outerHTML.slice(0, 80)).join(), value])
      }
    }).observe({ type: 'layout-shift', buffered: true })
  })
  await renderFor(page, 4)
  await page.goto('/')
  await expect(run(page)).toBeVisible()
  await run(page).click()
  await done(page)
  expect(await page.evaluate(() => Reflect.get(globalThis, 'shifts'))).toEqual([])
})

test.describe('try to break it', () => {
  test.use({ refused: true })

  test('a connection that is cut: the page says so, the run goes on, and no line is missing', async ({ page }) => {
    await page.goto('/')
    await run(page).click()
    await expect(bar(page)).toHaveAttribute('aria-valuenow', /[1-9]/)
    await page.getByRole('button', { name: 'Cut the connection' }).click()
    await expect(result(page).getByText(/Connection lost/)).toBeVisible()
    await expect(page.getByText(/No answer from the local engine/)).toBeVisible()
    await expect(page.getByText(/No answer from the local engine/)).toBeHidden()
    await done(page)
    await expect(ledger(page)).toContainText('equal')
    await log(page).press('Home')
    await expect(log(page)).toContainText('Resolving local/path-tracer')
  })

  test('a slow line: what comes late comes, and no line is missing', async ({ page }) => {
    await renderFor(page, 3)
    await page.goto('/')
    const slow = page.getByRole('button', { name: 'Slow line' })
    await slow.click()
    await run(page).click()
    await expect(log(page)).toContainText(/pass/i)
    await page.reload()
    await expect(slow).toHaveAttribute('aria-pressed', 'true')
    await slow.click()
    await done(page)
    await expect(ledger(page)).toContainText('equal')
  })
})

test.describe('with chaos on: dropped, doubled, delayed and malformed frames', () => {
  test.use({ refused: true })

  test('a run, a reload and a conversation end as they do without', async ({ page }) => {
    const demo = await startDemo({ port: 4720, chaos: 'drop=0.05 dup=0.1 malformed=0.05 delay=50 seed=3' })
    try {
      await renderFor(page, 5)
      await page.goto(demo.address)
      await run(page).click()
      await expect(bar(page)).toHaveAttribute('aria-valuenow', /[1-9]/)
      await page.reload()
      await done(page)
      await expect(ledger(page)).toContainText('equal')
      await page.goto(`${demo.address}chat`)
      await say(page, 'What is 17 * 23?')
      await expect(page.getByRole('log').getByText('17 * 23 = 391.')).toBeVisible()
      await say(page, 'Remember that my name is Ada')
      await page.getByRole('button', { name: 'Allow once' }).click({ delay: 50 })
      await expect(page.getByRole('region', { name: 'Tool remember' })).toContainText('completed')
    } finally {
      await demo.stop()
    }
  })
})

test('with a key the page says who answers, starts nothing by itself, and offers nothing that costs much', async ({
  page,
}) => {
  const { createEngine } = await import('../packages/engine/dist/index.js')
  const engine = await createEngine()
  const demo = await startDemo({ port: 4730, env: { INFERENCE_API_KEY: 'a-key', INFERENCE_BASE_URL: engine.url } })
  try {
    const sent: string[] = []
    page.on('request', (request) => sent.push(`${request.method()} ${request.headers()['authorization'] ?? ''}`))
    for (const address of [demo.address, `${demo.address}chat`]) {
      await page.goto(address)
      await expect(page.getByText('Answered by inference.sh')).toBeVisible()
    }
    await page.goto(demo.address)
    await expect(run(page)).toBeVisible()
    await expect(page.getByRole('button', { name: 'Twelve runs at once' })).toBeHidden()
    expect(new Set(sent)).toEqual(new Set(['GET ']))
  } finally {
    await demo.stop()
    await engine.close()
  }
})

test.describe('twelve runs', () => {
  // A cancel that meets the end of its run is refused (409), and the browser says so.
  test.use({ refused: true })

  test('twelve runs at once: aligned rows, two that fail, cancel all, retry failed', async ({ page, isMobile }) => {
    await page.goto('/')
    await page.getByRole('button', { name: 'Twelve runs at once' }).click()
    const many = page.getByRole('region', { name: 'Twelve runs' })
    await many.getByRole('button', { name: 'Run twelve' }).click()
    await expect(many.getByRole('article')).toHaveCount(12)
    await expect(many.getByText('The scene has no camera.').first()).toBeVisible()
    if (!isMobile) {
      const lefts = await many
        .locator('[data-slot="progress-display-label"]')
        .evaluateAll((labels) => [...new Set(labels.map((label) => Math.round(label.getBoundingClientRect().left)))])
      expect(lefts).toHaveLength(1)
    }
    await many.getByRole('button', { name: 'Cancel all' }).click()
    await expect(many.getByText(/^0 going on/)).toBeVisible()
    await many.getByRole('button', { name: 'Retry failed' }).click()
    await expect(many.getByText(/^[12] going on/)).toBeVisible()
    await expect(many.getByText(/^0 going on/)).toBeVisible()
    await many.getByRole('button', { name: 'Open Picture 1', exact: true }).click()
    await expect(many.getByRole('article', { name: 'Picture 1, opened' })).toBeVisible()
  })
})

test('100,000 lines: all arrive, few are in the page, and a search finds its matches', async ({ page }) => {
  await page.goto('/#long')
  const long = page.getByRole('region', { name: '100,000 lines' })
  await long.getByRole('button', { name: 'Write 100,000 lines' }).click()
  await expect(long.getByText('equal')).toBeVisible()
  await expect(long.locator('.ledger')).toContainText(/received 100,\d{3}/)
  expect(await long.locator('[data-slot="log-list-line"]').count()).toBeLessThan(60)
  await long.getByRole('log').press('/')
  await page.keyboard.type('ERROR')
  await expect(long.getByText(/of 12,500/).first()).toBeVisible()
})

test('the panel shows the code, the records, the renders and what is announced, and switches the page', async ({
  page,
}) => {
  await renderFor(page, 2)
  await page.goto('/')
  await page.getByRole('button', { name: 'Inspect' }).click()
  const panel = page.getByRole('complementary', { name: 'Inspect' })
  await expect(panel).toContainText('export function PicturePage')
  await panel.getByRole('tab', { name: 'Code' }).press('ArrowRight')
  await expect(panel.getByRole('tab', { name: 'Records' })).toBeFocused()
  await run(page).click()
  await expect(panel.getByRole('listitem').first()).toContainText('{')
  await expect(panel).toContainText('"status": "completed"')
  await panel.getByRole('tab', { name: 'Renders' }).click()
  await expect(panel.getByRole('row', { name: /Progress \d+/ })).toBeVisible()
  await panel.getByRole('tab', { name: 'Spoken' }).click()
  await expect(panel).toContainText(/Path tracer/)
  await panel.getByRole('tab', { name: 'Settings' }).click()
  await panel.getByRole('radio', { name: 'Deutsch' }).check()
  await expect(result(page).getByText('Fertig', { exact: true })).toBeVisible()
  await panel.getByRole('radio', { name: 'right to left' }).check()
  await panel.getByRole('radio', { name: 'dark' }).check()
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl')
  await expect(page.locator('html')).toHaveCSS('color-scheme', 'dark')
  await axe(page)
})

test('every view has no accessibility faults, light and dark, and no sideways scroll from 320 to 2560 px', async ({
  page,
}) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    for (const address of ['/', '/#many', '/#long', '/chat']) {
      await page.goto('about:blank')
      await page.goto(address)
      await expect(page.locator('main')).toBeVisible()
      await axe(page)
    }
  }
  await page.goto('/')
  await run(page).click()
  await expect(bar(page)).toHaveAttribute('aria-valuenow', /\d/)
  await axe(page)
  await cancel(page).click()
  for (const width of [320, 768, 1024, 1440, 2560]) {
    await page.setViewportSize({ width, height: 800 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
  }
})
