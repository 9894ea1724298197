import { AxeBuilder } from '@axe-core/playwright'
import { expect, test as base } from '@playwright/test'
import type { Page } from '@playwright/test'
import { startDemo } from './start-demo.ts'

/** Fails a test whose page wrote an error to the console; a refused request is one, unless `refused` says that it is meant. */
const test = base.extend<{ refused: boolean; quiet: void }>({
  refused: [false, { option: true }],
  quiet: [
    async ({ page, refused }, use) => {
      const errors: string[] = []
      page.on('console', (message) => {
        const meant = refused && message.text().startsWith('Failed to load resource')
        if (message.type() === 'error' && !meant) errors.push(message.text())
      })
      page.on('pageerror', (error) => errors.push(error.message))
      await use()
      expect(errors).toEqual([])
    },
    { auto: true },
  ],
})

/** From here on a picture takes a second or two instead of half a minute. */
const renderFewPasses = (page: Page) =>
  page.route('**/api/inference/**', async (route) => {
    const request = route.request()
    const body: unknown = request.method() === 'POST' ? request.postDataJSON() : null
    if (typeof body !== 'object' || !body || !('input' in body)) return route.continue()
    return route.continue({ postData: JSON.stringify({ ...body, input: { ...Object(body.input), samples: 4 } }) })
  })

test('a newcomer watches a picture come out of the noise, cancels one run and finishes another', async ({ page }) => {
  await page.goto('/')
  await page.getByRole('button', { name: 'Start' }).click()

  const bar = page.getByRole('progressbar')
  const percent = () => bar.getAttribute('aria-valuenow').then(Number)
  await expect.poll(percent).toBeGreaterThan(0)
  const first = await percent()
  await expect.poll(percent).toBeGreaterThan(first)

  const partial = page.getByRole('img', { name: /preview/i })
  const source = await partial.getAttribute('src')
  await expect(partial).not.toHaveAttribute('src', source!)
  await expect(page.getByRole('log')).toContainText(/pass/i)

  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByText('Cancelled', { exact: true }).first()).toBeVisible()
  await expect(partial).toBeVisible()

  if (process.env['FULL'] !== '1') await renderFewPasses(page)
  await page.getByRole('button', { name: 'Start' }).click()
  await expect(page.getByText('Done', { exact: true }).first()).toBeVisible({ timeout: 200_000 })
  const image = page.getByRole('img', { name: /glass/i })
  await expect(image).toBeVisible()
  expect(await image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBe(480)
})

test('a reload finds the same run going on, with its picture and its log from the first line', async ({ page }) => {
  await page.goto('/')
  await page.getByRole('button', { name: 'Start' }).click()
  const bar = page.getByRole('progressbar')
  await expect(bar).toHaveAttribute('aria-valuenow', /[1-9]/)
  const before = Number(await bar.getAttribute('aria-valuenow'))

  await page.reload()
  await expect.poll(() => bar.getAttribute('aria-valuenow').then(Number)).toBeGreaterThan(before)
  await expect(page.getByRole('img', { name: /preview/i })).toBeVisible()
  await page.getByRole('log').press('Home')
  await expect(page.getByRole('log')).toContainText('Resolving local/path-tracer')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByText('Cancelled', { exact: true }).first()).toBeVisible()
})

test.describe('bad input ends in one sentence, with what was typed still there', () => {
  test.use({ refused: true })

  test('an unknown app: the sentence names it, Retry runs it again', async ({ page }) => {
    await page.goto('/')
    await page.getByLabel('App').fill('local/path-trace')
    await page.getByLabel('Prompt').fill('My careful prompt')
    await page.getByRole('button', { name: 'Start' }).click()
    await expect(page.getByText(/There is no app "local\/path-trace"/).first()).toBeVisible()
    await expect(page.getByText('Failed', { exact: true })).toBeVisible()
    await expect(page.getByLabel('Prompt')).toHaveValue('My careful prompt')

    const again = page.waitForResponse((response) => response.request().method() === 'POST')
    await page.getByRole('button', { name: 'Retry' }).click()
    expect((await again).status()).toBe(404)
  })

  test('a missing input: the field says so and nothing is sent', async ({ page }) => {
    await page.goto('/')
    await page.getByLabel('Prompt').fill('   ')
    await page.getByRole('button', { name: 'Start' }).click()
    await expect(page.getByText('Say what to render first.')).toBeVisible()
    await expect(page.getByLabel('Prompt')).toBeFocused()
    await expect(page.getByText('Not started')).toBeVisible()
  })

  test('an input that the app refuses: the sentence names the field', async ({ page }) => {
    await page.goto('/')
    await page.getByLabel('App').fill('infsh/text-templating')
    await page.getByRole('button', { name: 'Start' }).click()
    await expect(page.getByText(/template.*\.$/).first()).toBeVisible()
    await expect(page.getByRole('button', { name: 'Retry' })).toBeVisible()
  })

  test('an engine that is not running: the page says so, and Retry is there', async ({ page }) => {
    const demo = await startDemo({ port: 4700, env: { INFERENCE_BASE_URL: 'http://127.0.0.1:9' } })
    try {
      await page.goto(demo.address)
      await page.getByRole('button', { name: 'Start' }).click()
      await expect(page.getByText(/is the engine running at http:\/\/127\.0\.0\.1:9/).first()).toBeVisible()
      await expect(page.getByRole('button', { name: 'Retry' })).toBeVisible()
    } finally {
      await demo.stop()
    }
  })
})

test('the page has no accessibility faults, idle and running, light and dark', async ({ page }) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.goto('/')
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
    await page.getByRole('button', { name: 'Start' }).click()
    await expect(page.getByRole('progressbar')).toHaveAttribute('aria-valuenow', /\d/)
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
    await page.getByRole('button', { name: 'Cancel' }).click()
    await expect(page.getByRole('button', { name: 'Start' })).toBeEnabled()
  }
})

test('a conversation: a tool, a client tool, an approval, a nested run, a stop, a reload', async ({ page }) => {
  await page.goto('/chat')
  const log = page.getByRole('log')
  const say = async (text: string) => {
    await page.getByLabel('Message').fill(text)
    await page.getByRole('button', { name: 'Send' }).click()
  }

  await say('What is 17 * 23?')
  await expect(log.getByText('17 * 23 = 391.')).toBeVisible()
  await expect(log.getByText(/^Thinking: /).first()).toBeVisible()

  await say('Explain path tracing')
  await expect(log.getByText(/look_up says: A path tracer follows light/)).toBeVisible()
  await expect(log.getByRole('region', { name: 'Tool look_up' })).toHaveCount(1)

  await say('Remember that my name is Ada')
  await page.getByRole('button', { name: 'Allow' }).click()
  await expect(page.getByRole('button', { name: 'Allow' })).toHaveCount(0)
  await expect(log.getByRole('region', { name: 'Tool remember' })).toContainText('completed')

  await say('Render a lake')
  await expect(log.getByRole('progressbar', { name: 'Tool run' })).toBeVisible()
  await expect(log.getByText(/^Here is lake/)).toBeVisible()

  await say('Tell me a story in 2000 words')
  const story = log.getByRole('article').last().locator('p').last()
  await expect.poll(async () => (await story.textContent())?.length ?? 0).toBeGreaterThan(200)
  await page.getByRole('button', { name: 'Stop' }).click()
  await expect(page.getByRole('button', { name: 'Stop' })).toBeDisabled()
  const stopped = (await story.textContent()) ?? ''

  await page.reload()
  await expect(log.getByText('17 * 23 = 391.')).toBeVisible()
  await expect(story).toHaveText(stopped)
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
})
